/**
 * Decoded pages: the decoded form of a page of physical memory, shared by all harts and modes. A slot of OP_NONE
 * is not decoded yet. Stores into a page that has a decoded form come here and clear the slots that they touch.
 */
import { ACCESS_FETCH, accessFault } from './access.ts';
import { hasBreakpoint } from './breakpoints.ts';
import { decodeBits, isLong, makeNear } from './decode.ts';
import { OP_NONE } from './decoder.generated.ts';
import { COMPRESSED, pairOp, singleOp } from './fused-ops.ts';
import {
  DECODED,
  DECODED_PAGE_SIZE,
  FETCH_DECODED,
  HART_PHYSICAL,
  HART_SCRATCH_BITS,
  HART_SCRATCH_SLOTS,
  MACHINE_DECODED_PAGES,
  MACHINE_NEXT_SLOT,
  MAX_DECODED_PAGES,
  SLOT,
  SLOT_LENGTH,
} from './layout.ts';
import { CONTEXT_V, fetchContext } from './mode.ts';
import { OP_BREAKPOINT, OP_CROSSING, OP_PAGE_END } from './ops.ts';
import { ramAt, readable } from './physical.ts';
import { codeMapOf, dropFetchEntries, dropWriteEntries, enterFetch, fetchEntry, fetchTable } from './tlb.ts';
import { translate } from './translate.ts';
import { raise } from './trap.ts';

const SLOTS: usize = 0x800 * SLOT;
/** After the last slot and the page-end slot: u32 linear address of the code. */
const CODE_ADDRESS: usize = SLOTS + SLOT;
/** Bytes before a store that an instruction, or a fused pair, reaching into it may start at. */
const REACH: usize = 6;

/** Linear address of the code of which `decoded` is the decoded form. */
export function codeAddress(decoded: usize): usize {
  return load<u32>(decoded + CODE_ADDRESS);
}

/** Forgets all decoded code: the pool is full, or breakpoints changed. */
export function dropDecodedPages(): void {
  const pages = load<u32>(MACHINE_DECODED_PAGES);
  for (let page: u32 = 0; page < pages; page++) {
    store<u32>(codeMapOf(codeAddress(DECODED + page * DECODED_PAGE_SIZE)), 0);
  }
  store<u32>(MACHINE_DECODED_PAGES, 0);
  dropFetchEntries();
}

/** The decoded form of the page at `pa`; 0 if there is no memory to execute. */
function decodedPage(pa: u64): usize {
  const page = pa & ~(<u64>0xfff);
  const linear = readable(page, 0x1000);
  if (!linear) return 0;
  const known = load<u32>(codeMapOf(linear));
  if (known) return known;
  if (load<u32>(MACHINE_DECODED_PAGES) == MAX_DECODED_PAGES) dropDecodedPages();
  const number = load<u32>(MACHINE_DECODED_PAGES);
  store<u32>(MACHINE_DECODED_PAGES, number + 1);
  const decoded = DECODED + number * DECODED_PAGE_SIZE;
  memory.fill(decoded, 0, SLOTS);
  store<u64>(decoded + SLOTS, OP_PAGE_END);
  store<u32>(decoded + CODE_ADDRESS, linear);
  store<u32>(codeMapOf(linear), decoded);
  if (ramAt(page, 1)) dropWriteEntries(page);
  return decoded;
}

/** Result of `enterPage` for a page that PMP divides: its instructions are fetched and checked one by one. */
export const DIVIDED_PAGE: usize = 1;

/** The decoded page that `pc` lies in, in the hart's present mode; DIVIDED_PAGE, or 0 having raised a fetch exception. */
export function enterPage(hart: usize, pc: u64): usize {
  const mode = fetchContext(hart);
  const entry = fetchEntry(fetchTable(hart, mode), pc);
  if (load<u64>(entry) == (pc & ~(<u64>0xfff))) return load<u32>(entry, FETCH_DECODED);
  if (!translate(hart, mode, pc, 2, ACCESS_FETCH)) return 0;
  const pa = load<u64>(hart, HART_PHYSICAL);
  const decoded = decodedPage(pa);
  if (!decoded) {
    raise(hart, accessFault(ACCESS_FETCH), pc, (mode & CONTEXT_V) != 0);
    return 0;
  }
  return enterFetch(hart, mode, pc, pa, decoded) ? decoded : DIVIDED_PAGE;
}

/** Two bytes of code, or -1 having raised. */
function fetchHalf(hart: usize, pc: u64): i32 {
  const decoded = enterPage(hart, pc);
  if (!decoded) return -1;
  if (decoded != DIVIDED_PAGE) return load<u16>(codeAddress(decoded) + (<u32>pc & 0xfff));
  return load<u16>(readable(load<u64>(hart, HART_PHYSICAL), 2));
}

/**
 * Fetches the instruction at `pc` into the hart's own slots, for when the page's decoded form cannot hold it. Returns
 * its slot, or 0 having raised.
 */
export function fetchSingle(hart: usize, pc: u64): usize {
  const low = fetchHalf(hart, pc);
  if (low < 0) return 0;
  let bits: u32 = low;
  if (isLong(bits)) {
    const high = fetchHalf(hart, pc + 2);
    if (high < 0) return 0;
    bits |= high << 16;
  }
  const slot = hart + HART_SCRATCH_SLOTS;
  decodeBits(slot, bits);
  store<u16>(slot, singleOp(opWithLength(slot)));
  store<u32>(hart, bits, HART_SCRATCH_BITS);
  store<u64>(slot + SLOT, OP_PAGE_END);
  store<u64>(slot + SLOT * 2, OP_PAGE_END);
  return slot;
}

/** Decodes the instruction at an offset of a decoded page to `slot`; its opcode says if the page cannot hold it. */
function decodeAt(decoded: usize, offset: u32, slot: usize): void {
  const code = codeAddress(decoded) + offset;
  const low = load<u16>(code);
  if (hasBreakpoint(offset)) {
    store<u16>(slot, OP_BREAKPOINT);
  } else if (isLong(low) && offset == 0xffe) {
    store<u16>(slot, OP_CROSSING);
  } else {
    decodeBits(slot, isLong(low) ? load<u32>(code) : low);
    makeNear(slot, offset);
  }
}

/** The opcode as the functions of fused-ops.ts take it. */
function opWithLength(slot: usize): u32 {
  const op: u32 = load<u16>(slot);
  return load<u8>(slot, SLOT_LENGTH) == SLOT ? op | COMPRESSED : op;
}

/** Decodes the instruction of a slot in a decoded page, and fuses it with the next where that pays (fused-ops.ts). */
export function decodeSlot(decoded: usize, slot: usize): void {
  const offset = (slot - decoded) / (SLOT / 2);
  decodeAt(decoded, offset, slot);
  if (load<u16>(slot) == OP_CROSSING || load<u16>(slot) == OP_BREAKPOINT) return;
  const first = opWithLength(slot);
  store<u16>(slot, singleOp(first));
  const nextOffset = offset + load<u8>(slot, SLOT_LENGTH) / (SLOT / 2);
  if (nextOffset > 0xffe) return;
  decodeAt(decoded, nextOffset, MACHINE_NEXT_SLOT);
  const fused = pairOp(first, opWithLength(MACHINE_NEXT_SLOT));
  if (!fused) return;
  store<u16>(slot, fused);
  // The pair takes the second's operands from its own slot, which need not be decoded for that.
  const next = decoded + nextOffset * (SLOT / 2);
  if (load<u16>(next)) return;
  store<u64>(next, load<u64>(MACHINE_NEXT_SLOT));
  store<u16>(next, OP_NONE);
}

/** Clears the decoded form of `size` bytes at a linear address in RAM, which do not cross a page. */
export function codeWritten(linear: usize, size: usize): void {
  const decoded = load<u32>(codeMapOf(linear));
  if (!decoded) return;
  const offset: usize = linear & 0xfff;
  const from: usize = offset < REACH ? 0 : (offset - REACH) & ~1;
  const to = (offset + size + 1) & ~1;
  // The rest of a slot stays: the instruction that stores may itself be among those whose bytes change.
  for (let at = from; at < to; at += 2) store<u16>(decoded + at * (SLOT / 2), OP_NONE);
}
