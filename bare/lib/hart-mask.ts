/** Lists of harts: SBI 3.0, "Hart list parameter". */

/** What `selectHarts` gives for a list that names a hart which is not there. */
export const INVALID_HARTS: u64 = ~0;

const ALL_HARTS: u64 = ~0;

/** The harts `base + n` for each bit n of `mask`, as bits by their id. `available` has the bits of those that are there, below 63. */
export function selectHarts(mask: u64, base: u64, available: u64): u64 {
  if (base == ALL_HARTS) return available;
  if (base > 63 || available >> base == 0) return INVALID_HARTS;
  const harts = mask << base;
  return harts >> base != mask || (harts & ~available) != 0 ? INVALID_HARTS : harts;
}
