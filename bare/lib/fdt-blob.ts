/**
 * A device tree's blob: its header, the tokens of its structure block, and strings (Devicetree Specification 0.4, "Flattened Devicetree
 * (DTB) Format"). fdt.ts makes nodes and properties of them.
 */

const FDT_MAGIC: u32 = 0xd00dfeed;
const FDT_VERSION: u32 = 17;
const HEADER_SIZE: u32 = 40;

export const FDT_BEGIN_NODE: u32 = 1;
export const FDT_END_NODE: u32 = 2;
const FDT_PROP: u32 = 3;
const FDT_NOP: u32 = 4;
export const FDT_END: u32 = 9;

/** Is there a device tree of version 17, or compatible with it, whose blocks lie inside the blob? */
export function fdtValid(fdt: usize): bool {
  if (fdt == 0 || (fdt & 7) != 0 || fdtCell(fdt) != FDT_MAGIC) return false;
  if (version(fdt) < FDT_VERSION || lastCompatibleVersion(fdt) > FDT_VERSION) return false;
  const size = fdtTotalSize(fdt);
  if (size < HEADER_SIZE || (structureOffset(fdt) & 3) != 0 || (reservationsOffset(fdt) & 7) != 0) return false;
  return (
    fits(structureOffset(fdt), structureSize(fdt), size) &&
    fits(stringsOffset(fdt), stringsSize(fdt), size) &&
    reservationsOffset(fdt) <= size
  );
}

/** Bytes of the whole blob. */
export function fdtTotalSize(fdt: usize): u32 {
  return fdtCell(fdt + 4);
}

/** A big-endian 32-bit number. */
export function fdtCell(address: usize): u32 {
  return bswap(load<u32>(address));
}

/** A number of 0, 1 or 2 cells; of a longer one the lowest 64 bits. */
export function fdtCells(address: usize, count: u32): u64 {
  let value: u64 = 0;
  for (let index: u32 = 0; index < count; index++) value = (value << 32) | fdtCell(address + 4 * <usize>index);
  return value;
}

// ---- The header

function structureOffset(fdt: usize): u32 {
  return fdtCell(fdt + 8);
}

export function stringsOffset(fdt: usize): u32 {
  return fdtCell(fdt + 12);
}

export function reservationsOffset(fdt: usize): u32 {
  return fdtCell(fdt + 16);
}

function version(fdt: usize): u32 {
  return fdtCell(fdt + 20);
}

function lastCompatibleVersion(fdt: usize): u32 {
  return fdtCell(fdt + 24);
}

function stringsSize(fdt: usize): u32 {
  return fdtCell(fdt + 32);
}

function structureSize(fdt: usize): u32 {
  return fdtCell(fdt + 36);
}

export function structure(fdt: usize): usize {
  return fdt + structureOffset(fdt);
}

function structureEnd(fdt: usize): usize {
  return structure(fdt) + structureSize(fdt);
}

export function stringsEnd(fdt: usize): usize {
  return fdt + stringsOffset(fdt) + stringsSize(fdt);
}

function fits(offset: u32, size: u32, total: u32): bool {
  return <u64>offset + size <= total;
}

// ---- Tokens

/** FDT_END also for a token that is unknown or does not fit into the structure block. */
export function tokenKind(fdt: usize, token: usize): u32 {
  return afterToken(fdt, token) == token ? FDT_END : fdtCell(token);
}

/** Address of the next token; `token` itself where there is none, so that no walk passes the end. */
export function afterToken(fdt: usize, token: usize): usize {
  const end = structureEnd(fdt);
  if (token + 4 > end) return token;
  let next = token + 4;
  switch (fdtCell(token)) {
    case FDT_BEGIN_NODE:
      next = align4(stringEnd(next, end) + 1);
      break;
    case FDT_PROP:
      if (token + 12 > end) return token;
      next = align4(fdtPropertyData(token) + fdtPropertyLength(token));
      break;
    case FDT_END_NODE:
    case FDT_NOP:
      break;
    default:
      return token;
  }
  return next > end ? token : next;
}

export function nextNodeFrom(fdt: usize, start: usize): usize {
  let token = start;
  let kind = tokenKind(fdt, token);
  while (kind != FDT_BEGIN_NODE) {
    if (kind == FDT_END) return 0;
    token = afterToken(fdt, token);
    kind = tokenKind(fdt, token);
  }
  return token;
}

export function afterProperties(fdt: usize, start: usize): usize {
  let token = start;
  let kind = tokenKind(fdt, token);
  while (kind == FDT_PROP || kind == FDT_NOP) {
    token = afterToken(fdt, token);
    kind = tokenKind(fdt, token);
  }
  return token;
}

export function skipNops(fdt: usize, start: usize): usize {
  let token = start;
  while (tokenKind(fdt, token) == FDT_NOP) token = afterToken(fdt, token);
  return token;
}

export function nodeHere(fdt: usize, token: usize): usize {
  return tokenKind(fdt, token) == FDT_BEGIN_NODE ? token : 0;
}

export function propertyHere(fdt: usize, start: usize): usize {
  const token = skipNops(fdt, start);
  return tokenKind(fdt, token) == FDT_PROP ? token : 0;
}

/** Bytes of the value. */
export function fdtPropertyLength(property: usize): u32 {
  return fdtCell(property + 4);
}

/** Address of the value. */
export function fdtPropertyData(property: usize): usize {
  return property + 12;
}

// ---- Strings

function align4(address: usize): usize {
  return (address + 3) & ~(<usize>3);
}

/** Address of the NUL; `end` where there is none. */
export function stringEnd(start: usize, end: usize): usize {
  let at = start;
  while (at < end && load<u8>(at) != 0) at++;
  return at;
}

/** Does the C string at `start`, whose NUL lies before `end`, have this text? */
export function cStringIs(start: usize, end: usize, text: string): bool {
  const length = text.length;
  if (start >= end || <usize>length >= end - start) return false;
  for (let index = 0; index < length; index++) {
    if (<i32>load<u8>(start + index) != text.charCodeAt(index)) return false;
  }
  return load<u8>(start + length) == 0;
}
