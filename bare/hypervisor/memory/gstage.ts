/**
 * G-stage translation: guest physical to physical addresses. Priv. 1.13, "Hypervisor Guest Address Translation and Protection
 * (hgatp) Register" and "Two-Stage Address Translation".
 */
import { csrr_hgatp, csrw_hgatp, HGATP_MODE_SHIFT, HGATP_VMID, HGATP_VMID_SHIFT } from '../../rv/csr.ts';
import { hfence_gvma_all, hfence_vvma_all } from '../../rv/intrinsics.ts';
import { panic } from '../report/panic.ts';
import { initializePageTable, PageTable, PTE_A, PTE_D, PTE_R, PTE_U, PTE_W, PTE_X } from './page-table.ts';

/** hgatp.MODE. */
const SV39X4: u64 = 8;
const SV48X4: u64 = 9;
const SV57X4: u64 = 10;
/** An x4 root is 16 KiB, aligned to that. */
const ROOT_ORDER: u32 = 2;
/** Sv39x4 has 3 levels, Sv48x4 4, Sv57x4 5. */
const MODE_LEVELS_OFFSET: u64 = 5;
/**
 * A leaf that the guest may use in every way, once it is valid: PTE.U must be set, since all guest accesses count as user's.
 */
export const GUEST_MEMORY: u64 = PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D;

let mode: u64 = 0;
let vmidCount: u64 = 0;
let highestGuest: u64 = 0;

/**
 * Finds the narrowest mode and the number of VMIDs by what hgatp keeps of what is written. Sv39x4 spans 2 TiB, which is more than the
 * hypervisor can address; each level more makes every walk of a guest's own tables longer by as many steps as those have levels, and one.
 */
export function probeGStage(): void {
  mode = SV39X4;
  while (mode <= SV57X4 && !modeHolds(mode)) mode++;
  if (mode > SV57X4) panic('this hart has none of Sv39x4, Sv48x4 and Sv57x4: hgatp.MODE stays 0');
  csrw_hgatp((mode << HGATP_MODE_SHIFT) | HGATP_VMID);
  vmidCount = ((csrr_hgatp() & HGATP_VMID) >> HGATP_VMID_SHIFT) + 1;
  csrw_hgatp(0);
  flushGuests();
}

function modeHolds(candidate: u64): bool {
  csrw_hgatp(candidate << HGATP_MODE_SHIFT);
  return csrr_hgatp() >> HGATP_MODE_SHIFT == candidate;
}

/** `Sv39x4`, `Sv48x4` or `Sv57x4`. */
export function gStageName(): string {
  return mode == SV57X4 ? 'Sv57x4' : mode == SV48X4 ? 'Sv48x4' : 'Sv39x4';
}

export function initializeGStage(table: PageTable): void {
  initializePageTable(table, mode - MODE_LEVELS_OFFSET, ROOT_ORDER);
}

/** The value of hgatp for a guest. Guests share a VMID when there are more of them than VMIDs: see `vmidIsShared`. */
export function hgatpOf(table: PageTable, guestNumber: u64): u64 {
  highestGuest = max(highestGuest, guestNumber);
  return (mode << HGATP_MODE_SHIFT) | ((guestNumber % vmidCount) << HGATP_VMID_SHIFT) | (table.root >> 12);
}

/** Whether guests share VMIDs, so that translations must be dropped when one follows another. */
export function vmidIsShared(): bool {
  return highestGuest > vmidCount;
}

/** Drops every translation of every guest on this hart. */
export function flushGuests(): void {
  hfence_gvma_all();
  hfence_vvma_all();
}
