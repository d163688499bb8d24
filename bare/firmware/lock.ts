/** Locks are 32-bit words, 0 when free. */
import { pause } from '../rv/intrinsics.ts';

export function tryAcquire(lock: usize): bool {
  return atomic.xchg<u32>(lock, 1) == 0;
}

export function acquire(lock: usize): void {
  while (!tryAcquire(lock)) pause();
}

export function release(lock: usize): void {
  atomic.store<u32>(lock, 0);
}
