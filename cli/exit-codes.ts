/** How the command ends; `--help` and README.md list the same. */

/** Every guest shut down cleanly. */
export const EXIT_SUCCESS = 0;
/** Bad input or usage: one line on stderr says what. */
export const EXIT_BAD_INPUT = 1;
/** A guest was stopped by the hypervisor, or shut down giving a failure as its reason. */
export const EXIT_GUEST_FAILED = 2;
/** The hypervisor or the firmware panicked, or ended without a report. */
export const EXIT_PANIC = 3;
/** `--timeout` ran out (the code of timeout(1)). */
export const EXIT_TIMEOUT = 124;
/** The user left by Ctrl-A x or an interrupt signal (128 + SIGINT, as shells count). */
export const EXIT_INTERRUPTED = 130;

export const exitCodesHelp = `
Exit codes:
  0    every guest shut down cleanly
  1    bad input or usage
  2    a guest failed: the hypervisor stopped it, or it shut down with a failure as its reason
  3    the hypervisor or the firmware panicked
  124  the time given by --timeout ran out
  130  you left by Ctrl-A x or an interrupt`;
