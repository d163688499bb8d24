/** Interrupting a thread that is inside a system call, from another one: a signal with a handler that does nothing. */
import { check, libc } from './syscall.ts';

/** A real-time signal that neither glibc nor Node uses. */
const KICK_SIGNAL = 40;
/** glibc's struct sigaction: the handler, a mask of 128 bytes, flags (none: the call returns EINTR instead of going on). */
const SIGACTION_SIZE = 152;

let armed = false;

/**
 * To be called before the first `interruptThread`, as without a handler the signal would end the process. The handler is
 * libc's `abs`: a function of an int that touches nothing, so it may run at any point of any thread.
 */
export function armInterrupts(): void {
  if (armed) return;
  const action = new Uint8Array(SIGACTION_SIZE);
  new DataView(action.buffer).setBigUint64(0, libc().symbol('abs'), true);
  check(libc().sigaction(KICK_SIGNAL, action, null), 'sigaction');
  armed = true;
}

/** @param tid as gettid tells it, of this process. A thread that has ended is no error. */
export function interruptThread(tid: number): void {
  armInterrupts();
  libc().tgkill(libc().getpid(), tid, KICK_SIGNAL);
}
