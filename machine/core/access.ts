/** Kinds of memory access, and the exceptions that each raises. */
import {
  INSTRUCTION_ACCESS_FAULT,
  INSTRUCTION_GUEST_PAGE_FAULT,
  INSTRUCTION_PAGE_FAULT,
  LOAD_ACCESS_FAULT,
  LOAD_GUEST_PAGE_FAULT,
  LOAD_PAGE_FAULT,
  STORE_ACCESS_FAULT,
  STORE_GUEST_PAGE_FAULT,
  STORE_PAGE_FAULT,
} from './causes.ts';

export const ACCESS_READ: u32 = 0;
/** Stores, AMOs and SC. */
export const ACCESS_WRITE: u32 = 1;
export const ACCESS_FETCH: u32 = 2;
/** HLVX: a load that needs execute permission instead of read. */
export const ACCESS_READ_EXECUTABLE: u32 = 3;
/** A debugger's look: only translated, whatever the permissions, and without a trace in the page tables. */
export const ACCESS_DEBUG: u32 = 4;

export function accessFault(access: u32): u64 {
  if (access == ACCESS_WRITE) return STORE_ACCESS_FAULT;
  return access == ACCESS_FETCH ? INSTRUCTION_ACCESS_FAULT : LOAD_ACCESS_FAULT;
}

export function pageFault(access: u32): u64 {
  if (access == ACCESS_WRITE) return STORE_PAGE_FAULT;
  return access == ACCESS_FETCH ? INSTRUCTION_PAGE_FAULT : LOAD_PAGE_FAULT;
}

export function guestPageFault(access: u32): u64 {
  if (access == ACCESS_WRITE) return STORE_GUEST_PAGE_FAULT;
  return access == ACCESS_FETCH ? INSTRUCTION_GUEST_PAGE_FAULT : LOAD_GUEST_PAGE_FAULT;
}
