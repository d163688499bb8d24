/** The state of a hart as others see it: SBI 3.0, "Hart State Management Extension", "HSM Hart States". */
import { SBI_HSM_STATE_START_PENDING, SBI_HSM_STATE_STOPPED } from '../rv/sbi.ts';
import { Hart } from './hart.ts';

export function stateOf(hart: Hart): u64 {
  return atomic.load<u64>(stateAddress(hart));
}

export function setState(hart: Hart, state: u64): void {
  atomic.store<u64>(stateAddress(hart), state);
}

/** Of all that want to start a stopped hart at once, one may: it gets true, and the hart is SBI_HSM_STATE_START_PENDING. */
export function claimStopped(hart: Hart): bool {
  return (
    atomic.cmpxchg<u64>(stateAddress(hart), SBI_HSM_STATE_STOPPED, SBI_HSM_STATE_START_PENDING) == SBI_HSM_STATE_STOPPED
  );
}

function stateAddress(hart: Hart): usize {
  return changetype<usize>(hart) + offsetof<Hart>('state');
}
