/** Firmware events: what the firmware does for a hart, counted since boot (SBI 3.0, "Event: Firmware events (Type #15)"). */
import {
  ILLEGAL_INSTRUCTION,
  LOAD_ACCESS_FAULT,
  LOAD_ADDRESS_MISALIGNED,
  STORE_ACCESS_FAULT,
  STORE_ADDRESS_MISALIGNED,
} from '../rv/causes.ts';
import { Hart } from './hart.ts';

export const FIRMWARE_EVENTS: u64 = 22;

const MISALIGNED_LOAD: u64 = 0;
const MISALIGNED_STORE: u64 = 1;
const ACCESS_LOAD: u64 = 2;
const ACCESS_STORE: u64 = 3;
const ILLEGAL_INSN: u64 = 4;
export const SET_TIMER: u64 = 5;
export const IPI_SENT: u64 = 6;
export const IPI_RECEIVED: u64 = 7;
const FENCE_I_SENT: u64 = 8;
const SFENCE_VMA_SENT: u64 = 10;
const SFENCE_VMA_ASID_SENT: u64 = 12;
const HFENCE_GVMA_SENT: u64 = 14;
const HFENCE_GVMA_VMID_SENT: u64 = 16;
const HFENCE_VVMA_SENT: u64 = 18;
const HFENCE_VVMA_ASID_SENT: u64 = 20;

/** By the function of RFENCE. The event of a fence received is the next one. */
const FENCE_SENT: StaticArray<u64> = [
  FENCE_I_SENT,
  SFENCE_VMA_SENT,
  SFENCE_VMA_ASID_SENT,
  HFENCE_GVMA_VMID_SENT,
  HFENCE_GVMA_SENT,
  HFENCE_VVMA_ASID_SENT,
  HFENCE_VVMA_SENT,
];

/** A u64 for each event of each hart (HART_LIMIT), which that hart alone writes. */
const counts: usize = memory.data(22 * 8 * 8, 8);

function countAddress(hart: Hart, event: u64): usize {
  return counts + <usize>((hart.id * FIRMWARE_EVENTS + event) * 8);
}

export function eventCount(hart: Hart, event: u64): u64 {
  return load<u64>(countAddress(hart, event));
}

/** `hart` is the one that this runs on. */
export function countEvent(hart: Hart, event: u64, times: u64 = 1): void {
  store<u64>(countAddress(hart, event), eventCount(hart, event) + times);
}

export function countFencesSent(hart: Hart, kind: u64, harts: u64): void {
  countEvent(hart, FENCE_SENT[<i32>kind], harts);
}

export function countFenceReceived(hart: Hart, kind: u64): void {
  countEvent(hart, FENCE_SENT[<i32>kind] + 1);
}

/** A trap of S- or U-mode that has come here. */
export function countTrap(hart: Hart, cause: u64): void {
  if (cause == LOAD_ADDRESS_MISALIGNED) countEvent(hart, MISALIGNED_LOAD);
  else if (cause == STORE_ADDRESS_MISALIGNED) countEvent(hart, MISALIGNED_STORE);
  else if (cause == LOAD_ACCESS_FAULT) countEvent(hart, ACCESS_LOAD);
  else if (cause == STORE_ACCESS_FAULT) countEvent(hart, ACCESS_STORE);
  else if (cause == ILLEGAL_INSTRUCTION) countEvent(hart, ILLEGAL_INSN);
}
