/** Locks that a hart may take again while it has them; they are free when it has given them back as often. */
import { acquire, release } from '../../lib/lock.ts';
import { read_tp } from '../../rv/intrinsics.ts';

@unmanaged
export class HartLock {
  /** A lock of lib/lock.ts. */
  word: u64;
  /** `tp` of the hart that has it; 0 for none. */
  owner: u64;
  depth: u64;
}

/** Waits until the lock is free, or this hart's. */
export function takeLock(lock: HartLock): void {
  const self = read_tp();
  if (lock.owner != self) acquire(changetype<usize>(lock));
  lock.owner = self;
  lock.depth++;
}

export function giveLock(lock: HartLock): void {
  if (--lock.depth) return;
  lock.owner = 0;
  release(changetype<usize>(lock));
}
