/** The hart lists of a guest's calls: SBI 3.0, "Hart list parameter". */
import { selectHarts } from '../../lib/hart-mask.ts';
import { Guest } from '../guest/guest.ts';

/** The guest's harts in the list, as bits by their id; INVALID_HARTS when it names one that is not there. */
export function guestHarts(guest: Guest, mask: u64, base: u64): u64 {
  return selectHarts(mask, base, ((<u64>1) << guest.vcpuCount) - 1);
}
