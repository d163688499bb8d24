/**
 * Locks are 32-bit words, 0 when free. Everything that was read before a lock was taken is read anew: the fences are calls, across
 * which neither compiler keeps what it has loaded.
 */
import { fence_r_rw, fence_rw_w, pause } from '../rv/intrinsics.ts';

export function tryAcquire(lock: usize): bool {
  const isOurs = atomic.xchg<u32>(lock, 1) == 0;
  fence_r_rw();
  return isOurs;
}

export function acquire(lock: usize): void {
  while (!tryAcquire(lock)) pause();
}

export function release(lock: usize): void {
  fence_rw_w();
  // An aligned word is written at once (Unprivileged ISA, "RVWMO"); an atomic store would be fenced on both sides besides.
  store<u32>(lock, 0);
}
