/** How many of what there can be. */

/** Harts of the host that run guests: so many stacks (cli/programs.ts) and structures there are. */
export const HART_LIMIT: usize = 16;
/** Harts that a guest can have. */
export const VCPU_LIMIT: usize = 8;
