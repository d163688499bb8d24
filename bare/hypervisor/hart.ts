import { linkTable } from './link-table.ts';
import { Vcpu } from './vcpu.ts';

/** What belongs to a hart; `tp` points here whenever the hypervisor runs. */
export class Hart {
  id: u64;
  stackTop: usize;
  /** The vCPU whose state is in the hart's VS-level CSRs, or null. */
  resident: Vcpu | null;
  /** Not 0 while a guest access is under way whose fault trap.S shall record and step over. */
  faultExpected: u64;
  /** scause of that fault, 0 if there was none: a load or store fault is never cause 0. */
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
