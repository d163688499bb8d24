/**
 * Time that a vCPU was ready and had no hart, told to its guest in memory that they share: SBI 3.0, "Steal-time Accounting Extension",
 * table "STA Shared Memory Structure". Everything here is under the scheduler's lock.
 */

import { csrr_time } from '../../rv/csr.ts';
import { fence_w_w } from '../../rv/intrinsics.ts';
import { timebaseFrequency } from '../host/machine.ts';
import { Vcpu } from './vcpu.ts';

export const STEAL_AREA_SIZE: usize = 64;
const SEQUENCE: usize = 0; // 32 bits, odd while the next is written
const STEAL: usize = 8; // 64 bits, in nanoseconds
const PREEMPTED: usize = 16; // a byte
const NANOSECONDS: u64 = 1_000_000_000;

/** The vCPU, which could go on, has its hart no longer. */
export function notePreempted(vcpu: Vcpu): void {
  vcpu.readySince = csrr_time();
  if (vcpu.stealArea) store<u8>(vcpu.stealArea, 1, PREEMPTED);
}

/** The vCPU, which was ready, gets a hart. */
export function noteRunning(vcpu: Vcpu): void {
  vcpu.stolen += csrr_time() - vcpu.readySince;
  const area = vcpu.stealArea;
  if (!area) return;
  store<u8>(area, 0, PREEMPTED);
  const sequence = load<u32>(area, SEQUENCE) & ~1;
  store<u32>(area, sequence + 1, SEQUENCE);
  fence_w_w();
  store<u64>(area, nanoseconds(vcpu.stolen), STEAL);
  fence_w_w();
  store<u32>(area, sequence + 2, SEQUENCE);
}

/** Ticks of `time` as nanoseconds. */
function nanoseconds(ticks: u64): u64 {
  const frequency: u64 = timebaseFrequency();
  return (ticks / frequency) * NANOSECONDS + ((ticks % frequency) * NANOSECONDS) / frequency;
}
