/** The state of a hart as others see it: SBI 3.0, "Hart State Management Extension", "HSM Hart States". */
import { Hart } from './hart.ts';

export const STARTED: u64 = 0;
export const STOPPED: u64 = 1;
export const START_PENDING: u64 = 2;
export const SUSPENDED: u64 = 4;

export function stateOf(hart: Hart): u64 {
  return atomic.load<u64>(stateAddress(hart));
}

export function setState(hart: Hart, state: u64): void {
  atomic.store<u64>(stateAddress(hart), state);
}

/** Of all that want to start a stopped hart at once, one may: it gets true, and the hart is START_PENDING. */
export function claimStopped(hart: Hart): bool {
  return atomic.cmpxchg<u64>(stateAddress(hart), STOPPED, START_PENDING) == STOPPED;
}

function stateAddress(hart: Hart): usize {
  return changetype<usize>(hart) + offsetof<Hart>('state');
}
