import { read_tp } from '../../rv/intrinsics.ts';
import { linkTable } from '../link-table.ts';

/** What belongs to a hart of the host; `tp` points here whenever the hypervisor runs. */
export class Hart {
  /** The firmware's number for it. */
  id: u64;
  /** From 0, in the order in which they are started. */
  index: usize;
  stackTop: usize;
  /** Address of the vCPU whose state is in the hart's VS-level CSRs, or 0; it has run here last, and may be running elsewhere now. */
  resident: usize;
  /** Address of the vCPU whose floating-point state is in the hart's registers, or 0: as `resident`. */
  fpOwner: usize;
  /** Hardware counters that count for the resident vCPU, by the firmware's numbers: see host-counters.ts. */
  counters: u64;
  /** Number of the guest that ran last. */
  guest: u64;
  /** When the hypervisor's timer fires on this hart. */
  timer: u64;
  /** When the turn of its vCPU ends; all ones for never. */
  turnEnd: u64;
  /** When a vCPU that waits, and was here last, has to go on. */
  nextWake: u64;
  // Under the scheduler's lock, as other harts see it.
  /** Not 0 while a vCPU has the hart. */
  isBusy: u32;
  /** `time` at which that got the hart. */
  since: u64;
  /** Not 0 while the hart sleeps for want of work. */
  isIdle: u32;
  /** Not 0 when its vCPU shall make place for one that is behind it. */
  mustYield: u32;
  // Not 0 while trap.S shall record a fault and step over it: see `expectFault`.
  faultExpected: u64;
  /** scause of that fault, 0 if there was none: no instruction that is tried has cause 0. */
  faultCause: u64;
  /** stval of that fault. */
  faultAddress: u64;
  /** htval of that fault. */
  faultGuestAddress: u64;
}

/** x0 to x31 at a panic, behind the fields. */
export const HART_FRAME: usize = offsetof<Hart>();
export const HART_SIZE: usize = HART_FRAME + 32 * 8;
export const HART_ID: usize = offsetof<Hart>('id');
export const HART_STACK_TOP: usize = offsetof<Hart>('stackTop');
export const HART_FAULT_EXPECTED: usize = offsetof<Hart>('faultExpected');
export const HART_FAULT_CAUSE: usize = offsetof<Hart>('faultCause');
export const HART_FAULT_ADDRESS: usize = offsetof<Hart>('faultAddress');
export const HART_FAULT_GUEST_ADDRESS: usize = offsetof<Hart>('faultGuestAddress');

let count: usize = 0;

/** How many harts run guests, or will: `hartAt` has those below. */
export function hartCount(): usize {
  return count;
}

/** `index` is below HART_LIMIT. */
export function hartAt(index: usize): Hart {
  return changetype<Hart>(linkTable().harts + index * HART_SIZE);
}

/** The hart that this runs on. */
export function currentHart(): Hart {
  return changetype<Hart>(<usize>read_tp());
}

/** The next hart, of which there must be less than HART_LIMIT. The first is the one that boots. */
export function addHart(id: u64): Hart {
  const hart = hartAt(count);
  hart.id = id;
  hart.index = count;
  hart.stackTop = linkTable().stackTop + count * linkTable().stackStride;
  hart.timer = ~0;
  count++;
  return hart;
}

/** The ids of the harts that run guests, but for this one, as bits. */
export function otherHarts(): u64 {
  let ids: u64 = 0;
  const self = currentHart();
  for (let index: usize = 0; index < count; index++) {
    if (index != self.index) ids |= (<u64>1) << hartAt(index).id;
  }
  return ids;
}

/** Takes back the last `addHart`: it did not start. */
export function removeLastHart(): void {
  count--;
}

/** From here to `takeFault` trap.S steps over an instruction of 4 bytes that traps, and records that instead of panicking. */
export function expectFault(hart: Hart): void {
  hart.faultCause = 0;
  hart.faultExpected = 1;
}

/** scause of the trap since `expectFault`, the last if there were several; 0 if there was none. */
export function takeFault(hart: Hart): u64 {
  hart.faultExpected = 0;
  return hart.faultCause;
}
