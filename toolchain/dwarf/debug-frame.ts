/** `.debug_frame`: where each function's caller is. DWARF 4, 6.4. */
import type { CodeRange } from '../linker/image.ts';
import type { FrameRow } from '../object.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  ADDRESS_SIZE,
  DW_CFA_advance_loc,
  DW_CFA_advance_loc1,
  DW_CFA_advance_loc2,
  DW_CFA_advance_loc4,
  DW_CFA_def_cfa,
  DW_CFA_def_cfa_offset,
  DW_CFA_nop,
  DW_CFA_offset,
  DW_CFA_same_value,
  DWARF_VERSION,
} from './numbers.ts';

/** DWARF numbers registers as the ISA does. */
const RA = 1;
const SP = 2;
const CIE_ID = 0xffffffff;
/** Saved registers lie below the caller's sp, so places are counted downwards, in bytes. */
const DATA_ALIGNMENT = -1;

/** Entries are padded to a multiple of the address size. */
function entry(out: ByteWriter, write: (content: ByteWriter) => void): void {
  out.unit((content) => {
    write(content);
    while ((content.length + 4) % ADDRESS_SIZE !== 0) content.u8(DW_CFA_nop);
  });
}

/** The common information: at a function's start the caller's sp is sp and the return address is in ra. */
function writeCommon(out: ByteWriter): void {
  entry(out, (content) => {
    content.u32(CIE_ID);
    content.u8(DWARF_VERSION);
    content.u8(0); // no augmentation
    content.u8(ADDRESS_SIZE);
    content.u8(0); // segment_selector_size
    content.uleb(1); // code_alignment_factor
    content.sleb(DATA_ALIGNMENT);
    content.uleb(RA);
    content.u8(DW_CFA_def_cfa);
    content.uleb(SP);
    content.uleb(0);
  });
}

function advance(out: ByteWriter, distance: number): void {
  if (distance === 0) return;
  if (distance < 0x40) {
    out.u8(DW_CFA_advance_loc | distance);
  } else if (distance < 0x100) {
    out.u8(DW_CFA_advance_loc1);
    out.u8(distance);
  } else if (distance < 0x10000) {
    out.u8(DW_CFA_advance_loc2);
    out.u16(distance);
  } else {
    out.u8(DW_CFA_advance_loc4);
    out.u32(distance);
  }
}

function writeRows(out: ByteWriter, rows: readonly FrameRow[], first: number): void {
  let offset = first;
  let frameSize = 0;
  let returnAddress: FrameRow['returnAddress'] = 'ra';
  for (const row of rows) {
    advance(out, row.offset - offset);
    offset = row.offset;
    if (row.frameSize !== frameSize) {
      out.u8(DW_CFA_def_cfa_offset);
      out.uleb(row.frameSize);
    }
    if (row.returnAddress === 'ra') {
      if (returnAddress !== 'ra') {
        out.u8(DW_CFA_same_value);
        out.uleb(RA);
      }
    } else {
      // The slot counts from sp, DWARF's from the caller's sp down.
      out.u8(DW_CFA_offset | RA);
      out.uleb(row.frameSize - row.returnAddress);
    }
    frameSize = row.frameSize;
    returnAddress = row.returnAddress;
  }
}

/** The rows of a range, from its first one on; what comes before has none. */
export function writeFrames(ranges: readonly CodeRange[]): Uint8Array {
  const out = new ByteWriter();
  writeCommon(out);
  for (const { start, size, frames } of ranges) {
    const first = frames[0];
    if (!first) continue;
    entry(out, (content) => {
      content.u32(0); // the common information's place
      content.u64(start + BigInt(first.offset));
      content.u64(BigInt(size - first.offset));
      writeRows(content, frames, first.offset);
    });
  }
  return out.bytes;
}
