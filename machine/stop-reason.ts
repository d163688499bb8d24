/** Why a run of the machine has ended. */
export type StopReason =
  /** The guest wrote "pass" to the test finisher: a clean power-off. */
  | { readonly kind: 'pass' }
  /** It wrote "fail" with this code, 0 to 65535. */
  | { readonly kind: 'fail'; readonly code: number }
  /** It asked the test finisher for a reset; `Machine.reset` and another run do it. */
  | { readonly kind: 'reset' }
  /** It ended by its `tohost`; 0 is success. */
  | { readonly kind: 'tohost'; readonly code: number }
  /** The hart is about to execute the instruction at a breakpoint. */
  | { readonly kind: 'breakpoint'; readonly hart: number; readonly address: bigint }
  /** The hart's last instruction has accessed a watchpoint, at this address. */
  | { readonly kind: 'watchpoint'; readonly hart: number; readonly access: 'read' | 'write'; readonly address: bigint }
  /** The instructions asked for have been executed. */
  | { readonly kind: 'instructions' }
  /** The host's time is over. */
  | { readonly kind: 'timeout' }
  /** `Machine.stop` was called. */
  | { readonly kind: 'stopped' }
  /** All harts wait for an interrupt, and nothing is left that could raise one. */
  | { readonly kind: 'deadlock' };

/** One clause for messages to the user. */
export function describeStop(reason: StopReason): string {
  switch (reason.kind) {
    case 'pass':
      return 'the guest powered the machine off';
    case 'fail':
      return `the guest ended with failure code ${reason.code}`;
    case 'reset':
      return 'the guest asked for a reset';
    case 'tohost':
      return `the guest ended through tohost with code ${reason.code}`;
    case 'breakpoint':
      return `hart ${reason.hart} is at the breakpoint 0x${reason.address.toString(16)}`;
    case 'watchpoint':
      return `hart ${reason.hart} has accessed the watchpoint 0x${reason.address.toString(16)} (${reason.access})`;
    case 'instructions':
      return 'the instructions asked for are executed';
    case 'timeout':
      return 'the time is over';
    case 'stopped':
      return 'the machine was stopped';
    case 'deadlock':
      return 'all harts wait for an interrupt that nothing can raise';
  }
}
