/** What a confined monitor does to itself when all that it needs is loaded and all its threads have started. */
import os from 'node:os';
import { restrictSystemCalls, type SeccompOptions } from '../kvm/confine/seccomp.ts';
import { libc, SystemCallError } from '../kvm/syscall.ts';
import { systemCalls } from '../kvm/x86/system-calls.ts';

const PR_SET_PDEATHSIG = 1;

export function restrictMonitor(options: SeccompOptions): void {
  // The monitor is not left behind when its launcher is killed.
  libc().prctl(PR_SET_PDEATHSIG, os.constants.signals.SIGKILL, 0, 0, 0);
  try {
    restrictSystemCalls(systemCalls, options);
  } catch (error) {
    // The launcher has said so.
    if (!(error instanceof SystemCallError)) throw error;
  }
}
