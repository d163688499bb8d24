import { linkTable } from './link-table.ts';
import { Vcpu } from './vcpu.ts';

/** What belongs to a hart; `tp` points here whenever the hypervisor runs. */
export class Hart {
  id: u64;
  stackTop: usize;
  /** The vCPU whose state is in the hart's VS-level CSRs, or null. */
  resident: Vcpu | null;
  /** Not 0 while trap.S shall record a fault and step over it: see `expectFault`. */
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
export const HART_STACK_TOP: usize = offsetof<Hart>('stackTop');
export const HART_FAULT_EXPECTED: usize = offsetof<Hart>('faultExpected');
export const HART_FAULT_CAUSE: usize = offsetof<Hart>('faultCause');
export const HART_FAULT_ADDRESS: usize = offsetof<Hart>('faultAddress');
export const HART_FAULT_GUEST_ADDRESS: usize = offsetof<Hart>('faultGuestAddress');

/** The hart that booted: the one that runs guests. */
export function bootHart(): Hart {
  return changetype<Hart>(linkTable().bootHart);
}

export function initializeBootHart(id: u64): void {
  const hart = bootHart();
  hart.id = id;
  hart.stackTop = linkTable().stackTop;
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
