/** Why a run of a guest has ended. */

/** Which stop of a debugger's. A watchpoint's address is linear. */
export type Hit =
  | { readonly kind: 'breakpoint' | 'step' }
  | { readonly kind: 'watchpoint'; readonly access: 'write' | 'access'; readonly address: bigint };

export type StopReason =
  /** The guest switched its machine off. */
  | { readonly kind: 'power-off' }
  /** It asked for a reset: a new machine with the same files does it. */
  | { readonly kind: 'reset' }
  /** A guest without interrupt controllers halted: nothing can wake it. */
  | { readonly kind: 'halted' }
  /** It cannot go on. `summary` is one clause, `report` lines with the state of the vCPU. */
  | { readonly kind: 'failed'; readonly vcpu: number; readonly summary: string; readonly report: string }
  /** A breakpoint, a watchpoint or a single step. */
  | { readonly kind: 'debug'; readonly vcpu: number; readonly hit: Hit }
  /** `stop` was called. */
  | { readonly kind: 'stopped' }
  /** The host's time is over. */
  | { readonly kind: 'timeout' };
