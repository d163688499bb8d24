/** Firmware events: what the firmware does for a hart, counted since boot (SBI 3.0, "Event: Firmware events (Type #15)"). */

import {
  ILLEGAL_INSTRUCTION,
  LOAD_ACCESS_FAULT,
  LOAD_ADDRESS_MISALIGNED,
  STORE_ACCESS_FAULT,
  STORE_ADDRESS_MISALIGNED,
} from '../rv/causes.ts';
import {
  SBI_PMU_FW_ACCESS_LOAD,
  SBI_PMU_FW_ACCESS_STORE,
  SBI_PMU_FW_EVENTS,
  SBI_PMU_FW_FENCE_I_SENT,
  SBI_PMU_FW_HFENCE_GVMA_SENT,
  SBI_PMU_FW_HFENCE_GVMA_VMID_SENT,
  SBI_PMU_FW_HFENCE_VVMA_ASID_SENT,
  SBI_PMU_FW_HFENCE_VVMA_SENT,
  SBI_PMU_FW_ILLEGAL_INSN,
  SBI_PMU_FW_MISALIGNED_LOAD,
  SBI_PMU_FW_MISALIGNED_STORE,
  SBI_PMU_FW_SFENCE_VMA_ASID_SENT,
  SBI_PMU_FW_SFENCE_VMA_SENT,
} from '../rv/sbi.ts';
import { Hart } from './hart.ts';

/** By the function of RFENCE. The event of a fence received is the next one. */
const FENCE_SENT: StaticArray<u64> = [
  SBI_PMU_FW_FENCE_I_SENT,
  SBI_PMU_FW_SFENCE_VMA_SENT,
  SBI_PMU_FW_SFENCE_VMA_ASID_SENT,
  SBI_PMU_FW_HFENCE_GVMA_VMID_SENT,
  SBI_PMU_FW_HFENCE_GVMA_SENT,
  SBI_PMU_FW_HFENCE_VVMA_ASID_SENT,
  SBI_PMU_FW_HFENCE_VVMA_SENT,
];

/** A u64 for each event of each hart (HART_LIMIT), which that hart alone writes. */
const counts: usize = memory.data(22 * 8 * 8, 8);

function countAddress(hart: Hart, event: u64): usize {
  return counts + <usize>((hart.id * SBI_PMU_FW_EVENTS + event) * 8);
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
  if (cause == LOAD_ADDRESS_MISALIGNED) countEvent(hart, SBI_PMU_FW_MISALIGNED_LOAD);
  else if (cause == STORE_ADDRESS_MISALIGNED) countEvent(hart, SBI_PMU_FW_MISALIGNED_STORE);
  else if (cause == LOAD_ACCESS_FAULT) countEvent(hart, SBI_PMU_FW_ACCESS_LOAD);
  else if (cause == STORE_ACCESS_FAULT) countEvent(hart, SBI_PMU_FW_ACCESS_STORE);
  else if (cause == ILLEGAL_INSTRUCTION) countEvent(hart, SBI_PMU_FW_ILLEGAL_INSN);
}
