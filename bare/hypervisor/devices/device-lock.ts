/**
 * The lock of everything that has to do with devices: those of guests, their consoles, and the host's with their drivers. One for
 * all, since they meet at the consoles and the network. Who has it may take the scheduler's, not the other way round.
 */
import { giveLock, HartLock, takeLock } from '../harts/hart-lock.ts';

const lock = changetype<HartLock>(memory.data<u64>([0, 0, 0]));

/** From here to `unlockDevices` no other hart touches a device. A hart may take the lock again while it has it. */
export function lockDevices(): void {
  takeLock(lock);
}

export function unlockDevices(): void {
  giveLock(lock);
}
