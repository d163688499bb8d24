/** How many of what there can be, and what they have unless told otherwise. */

/** Harts of the host that run guests: so many stacks (cli/programs.ts) and structures there are. */
export const HART_LIMIT: usize = 16;
/** Harts that a guest can have. */
export const VCPU_LIMIT: usize = 8;
/** A guest's share of the harts beside that of others (GuestConfiguration.weight); with it virtual time passes like time. */
export const DEFAULT_WEIGHT: u64 = 100;
