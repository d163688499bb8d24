/** Why a run of a guest has ended. */
export type StopReason =
  /** The guest switched its machine off. */
  | { readonly kind: 'power-off' }
  /** It asked for a reset: a new machine with the same files does it. */
  | { readonly kind: 'reset' }
  /** A guest without interrupt controllers halted: nothing can wake it. */
  | { readonly kind: 'halted' }
  /** It cannot go on. `summary` is one clause, `report` lines with the state of the vCPU. */
  | { readonly kind: 'failed'; readonly vcpu: number; readonly summary: string; readonly report: string }
  /** A breakpoint or a single step. */
  | { readonly kind: 'debug'; readonly vcpu: number }
  /** `stop` was called. */
  | { readonly kind: 'stopped' }
  /** The host's time is over. */
  | { readonly kind: 'timeout' };
