/** `.debug_info` and `.debug_abbrev`: a compile unit for each range of code, with its functions. DWARF 4, 7.5. */
import type { CodeRange, ImageSymbol } from '../linker/image.ts';
import { shortName } from '../linker/short-name.ts';
import { ByteWriter } from './byte-writer.ts';
import type { LineProgram } from './debug-line.ts';
import {
  ADDRESS_SIZE,
  DW_AT_comp_dir,
  DW_AT_decl_file,
  DW_AT_decl_line,
  DW_AT_external,
  DW_AT_frame_base,
  DW_AT_high_pc,
  DW_AT_language,
  DW_AT_linkage_name,
  DW_AT_low_pc,
  DW_AT_name,
  DW_AT_producer,
  DW_AT_stmt_list,
  DW_CHILDREN_no,
  DW_CHILDREN_yes,
  DW_FORM_addr,
  DW_FORM_data2,
  DW_FORM_data8,
  DW_FORM_exprloc,
  DW_FORM_flag,
  DW_FORM_sec_offset,
  DW_FORM_string,
  DW_FORM_udata,
  DW_LANG_C99,
  DW_OP_call_frame_cfa,
  DW_TAG_compile_unit,
  DW_TAG_subprogram,
  DWARF_VERSION,
} from './numbers.ts';

const COMPILE_UNIT = 1;
const SUBPROGRAM = 2;

/** The shapes of the two kinds of entry: pairs of attribute and form, in the order in which `.debug_info` has them. */
const compileUnitShape = [
  [DW_AT_producer, DW_FORM_string],
  [DW_AT_language, DW_FORM_data2],
  [DW_AT_name, DW_FORM_string],
  [DW_AT_comp_dir, DW_FORM_string],
  [DW_AT_low_pc, DW_FORM_addr],
  [DW_AT_high_pc, DW_FORM_data8],
  [DW_AT_stmt_list, DW_FORM_sec_offset],
] as const;
const subprogramShape = [
  [DW_AT_name, DW_FORM_string],
  [DW_AT_linkage_name, DW_FORM_string],
  [DW_AT_external, DW_FORM_flag],
  [DW_AT_decl_file, DW_FORM_udata],
  [DW_AT_decl_line, DW_FORM_udata],
  [DW_AT_low_pc, DW_FORM_addr],
  [DW_AT_high_pc, DW_FORM_data8],
  [DW_AT_frame_base, DW_FORM_exprloc],
] as const;

export function writeAbbreviations(): Uint8Array {
  const out = new ByteWriter();
  const shape = (code: number, tag: number, children: number, pairs: readonly (readonly [number, number])[]): void => {
    out.uleb(code);
    out.uleb(tag);
    out.u8(children);
    for (const [attribute, form] of pairs) {
      out.uleb(attribute);
      out.uleb(form);
    }
    out.append([0, 0]);
  };
  shape(COMPILE_UNIT, DW_TAG_compile_unit, DW_CHILDREN_yes, compileUnitShape);
  shape(SUBPROGRAM, DW_TAG_subprogram, DW_CHILDREN_no, subprogramShape);
  out.u8(0);
  return out.bytes;
}

/** Adds the unit of a range: `functions` are those that lie in it. */
export function writeCompileUnit(
  out: ByteWriter,
  range: CodeRange,
  { offset, files }: LineProgram,
  functions: readonly ImageSymbol[],
  directory: string,
): void {
  out.unit((unit) => {
    unit.u16(DWARF_VERSION);
    unit.u32(0); // debug_abbrev_offset
    unit.u8(ADDRESS_SIZE);
    unit.uleb(COMPILE_UNIT);
    unit.string('typevisor');
    unit.u16(DW_LANG_C99);
    unit.string(range.object);
    unit.string(directory);
    unit.u64(range.start);
    unit.u64(BigInt(range.size));
    unit.u32(offset);
    for (const symbol of functions) {
      const start = Number(symbol.value - range.start);
      const line = range.lines.find((row) => row.offset >= start && row.offset < start + symbol.size);
      unit.uleb(SUBPROGRAM);
      unit.string(shortName(symbol.name));
      unit.string(symbol.name);
      unit.u8(symbol.global ? 1 : 0);
      unit.uleb(line ? files.indexOf(line.file) + 1 : 0);
      unit.uleb(line?.line ?? 0);
      unit.u64(symbol.value);
      unit.u64(BigInt(symbol.size));
      unit.uleb(1);
      unit.u8(DW_OP_call_frame_cfa);
    }
    unit.u8(0);
  });
}
