/**
 * Tells the next stage which memory is the firmware's: a node in /reserved-memory of its device tree (Devicetree
 * Specification 0.4, "/reserved-memory Node"). The tree grows in place, into the memory behind it.
 */
import {
  fdtAddressCells,
  fdtCell,
  fdtFind,
  fdtPropertiesEnd,
  fdtRoot,
  fdtSizeCells,
  fdtTotalSize,
} from '../lib/fdt.ts';

/** Fields of the header. */
const TOTAL_SIZE: usize = 4;
const STRUCTURE_OFFSET: usize = 8;
const STRINGS_OFFSET: usize = 12;
const RESERVATIONS_OFFSET: usize = 16;
const STRINGS_SIZE: usize = 32;
const STRUCTURE_SIZE: usize = 36;

const FDT_BEGIN_NODE: u32 = 1;
const FDT_END_NODE: u32 = 2;
const FDT_PROP: u32 = 3;
const FDT_NOP: u32 = 4;

/** Names of properties, as they are added to the strings block; and where in there each begins. */
const PROPERTY_NAMES: string = '#address-cells\0#size-cells\0ranges\0reg\0no-map\0\0\0\0';
const ADDRESS_CELLS: u32 = 0;
const SIZE_CELLS: u32 = 15;
const RANGES: u32 = 27;
const REG: u32 = 34;
const NO_MAP: u32 = 38;

/** More than the tree ever grows by, in bytes. */
export const RESERVED_MEMORY_GROWTH: usize = 512;

/** Where the new node is put together before the tree makes room for it. */
const draft: usize = memory.data(256, 8);

/** Adds a node `mmode_resv0@START`. The tree is valid, and RESERVED_MEMORY_GROWTH bytes behind it are free. */
export function reserveMemory(fdt: usize, start: u64, size: u64): void {
  const names = fdtCell(fdt + STRINGS_SIZE);
  const stringsEnd = fdt + fdtCell(fdt + STRINGS_OFFSET) + names;
  insert(fdt, stringsEnd, PROPERTY_NAMES.length, STRINGS_SIZE);
  putText(stringsEnd, PROPERTY_NAMES);

  const parent = fdtFind(fdt, '/reserved-memory');
  const root = fdtRoot(fdt);
  let end = draft;
  if (parent == 0) {
    end = beginNode(end, 'reserved-memory');
    end = putCellProperty(end, names + ADDRESS_CELLS, fdtAddressCells(fdt, root));
    end = putCellProperty(end, names + SIZE_CELLS, fdtSizeCells(fdt, root));
    end = putProperty(end, names + RANGES, 0);
  }
  const cells = parent == 0 ? root : parent;
  end = putReservation(end, names, start, size, fdtAddressCells(fdt, cells), fdtSizeCells(fdt, cells));
  if (parent == 0) end = putCell(end, FDT_END_NODE);
  // What moves up has to keep its alignment to 8 bytes.
  if ((end - draft) & 7) end = putCell(end, FDT_NOP);

  const place = fdtPropertiesEnd(fdt, cells);
  insert(fdt, place, <i32>(end - draft), STRUCTURE_SIZE);
  memory.copy(place, draft, end - draft);
}

/** Moves what lies at `place` and behind up by `size` bytes, which become part of the block whose size is in `sizeField`. */
function insert(fdt: usize, place: usize, size: i32, sizeField: usize): void {
  memory.copy(place + size, place, fdt + fdtTotalSize(fdt) - place);
  moveBlock(fdt, STRUCTURE_OFFSET, place, size);
  moveBlock(fdt, STRINGS_OFFSET, place, size);
  moveBlock(fdt, RESERVATIONS_OFFSET, place, size);
  add(fdt + sizeField, size);
  add(fdt + TOTAL_SIZE, size);
}

function moveBlock(fdt: usize, offsetField: usize, place: usize, size: i32): void {
  if (fdt + fdtCell(fdt + offsetField) >= place) add(fdt + offsetField, size);
}

function add(field: usize, size: i32): void {
  putCell(field, fdtCell(field) + size);
}

function putReservation(at: usize, names: u32, start: u64, size: u64, addressCells: u32, sizeCells: u32): usize {
  let end = beginReservationNode(at, start);
  end = putProperty(end, names + REG, 4 * (addressCells + sizeCells));
  end = putNumber(end, start, addressCells);
  end = putNumber(end, size, sizeCells);
  end = putProperty(end, names + NO_MAP, 0);
  return putCell(end, FDT_END_NODE);
}

// Each of these writes at an address and gives the next one.

function beginNode(at: usize, name: string): usize {
  return endText(putText(putCell(at, FDT_BEGIN_NODE), name));
}

function beginReservationNode(at: usize, start: u64): usize {
  let end = putText(putCell(at, FDT_BEGIN_NODE), 'mmode_resv0@');
  for (let shift: i32 = 60 - (<i32>clz<u64>(start | 1) & ~3); shift >= 0; shift -= 4) {
    const digit = <u32>(start >> shift) & 15;
    store<u8>(end, digit < 10 ? 0x30 + digit : 0x57 + digit);
    end++;
  }
  return endText(end);
}

function putProperty(at: usize, name: u32, length: u32): usize {
  return putCell(putCell(putCell(at, FDT_PROP), length), name);
}

function putCellProperty(at: usize, name: u32, value: u32): usize {
  return putCell(putProperty(at, name, 4), value);
}

function putCell(at: usize, value: u32): usize {
  store<u32>(at, bswap(value));
  return at + 4;
}

/** A number of 1 or 2 cells; more are zeros before it. */
function putNumber(at: usize, value: u64, cells: u32): usize {
  let end = at;
  for (let left = cells; left > 0; left--) end = putCell(end, left > 2 ? 0 : <u32>(value >> (32 * (left - 1))));
  return end;
}

function putText(at: usize, text: string): usize {
  for (let index = 0; index < text.length; index++) store<u8>(at + index, <u8>text.charCodeAt(index));
  return at + text.length;
}

/** A NUL, and more up to a multiple of 4. */
function endText(at: usize): usize {
  const end = (at + 4) & ~(<usize>3);
  memory.fill(at, 0, end - at);
  return end;
}
