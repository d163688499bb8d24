/**
 * Reads a flattened device tree in place (Devicetree Specification 0.4, "Flattened Devicetree (DTB) Format").
 *
 * A tree is the address of its blob, a node or a property the address of its token in the structure block; 0 is none.
 * Nothing is allocated, but by `fdtConsole`. After `fdtValid` no function reads outside the blob, whatever it contains: a token that is
 * unknown or does not fit counts as the end of the structure block.
 */

import {
  afterProperties,
  afterToken,
  cStringIs,
  FDT_BEGIN_NODE,
  FDT_END,
  FDT_END_NODE,
  fdtCell,
  fdtCells,
  fdtPropertyData,
  fdtPropertyLength,
  fdtTotalSize,
  fdtValid,
  nextNodeFrom,
  nodeHere,
  propertyHere,
  reservationsOffset,
  skipNops,
  stringEnd,
  stringsEnd,
  stringsOffset,
  structure,
  tokenKind,
} from './fdt-blob.ts';

export { fdtCell, fdtCells, fdtPropertyData, fdtPropertyLength, fdtTotalSize, fdtValid };

const RESERVATION_SIZE: usize = 16;
const AT_SIGN: u8 = 0x40;
const SLASH: i32 = 0x2f;
const COLON: u8 = 0x3a;

export function fdtRoot(fdt: usize): usize {
  return nextNodeFrom(fdt, structure(fdt));
}

/** The next node in the order of the blob, of whatever depth; with the root at first it visits every node. */
export function fdtNextNode(fdt: usize, node: usize): usize {
  return nextNodeFrom(fdt, afterToken(fdt, node));
}

export function fdtFirstChild(fdt: usize, node: usize): usize {
  return nodeHere(fdt, afterProperties(fdt, afterToken(fdt, node)));
}

export function fdtNextSibling(fdt: usize, node: usize): usize {
  return nodeHere(fdt, skipNops(fdt, fdtNodeEnd(fdt, node)));
}

/** The node that `node` is a child of; 0 for the root. */
export function fdtParent(fdt: usize, node: usize): usize {
  let parent = fdtRoot(fdt);
  if (node <= parent) return 0;
  let child = fdtFirstChild(fdt, parent);
  while (child != 0 && child < node) {
    const next = fdtNextSibling(fdt, child);
    if (next != 0 && next <= node) {
      child = next;
    } else {
      parent = child;
      child = fdtFirstChild(fdt, parent);
    }
  }
  return child == node ? parent : 0;
}

/** Address just after the node's FDT_END_NODE. */
export function fdtNodeEnd(fdt: usize, node: usize): usize {
  let token = node;
  let depth = 0;
  do {
    const kind = tokenKind(fdt, token);
    if (kind == FDT_END) return token;
    if (kind == FDT_BEGIN_NODE) depth++;
    if (kind == FDT_END_NODE) depth--;
    token = afterToken(fdt, token);
  } while (depth > 0);
  return token;
}

/** Address just after the node's last property: where a child can be inserted. */
export function fdtPropertiesEnd(fdt: usize, node: usize): usize {
  return afterProperties(fdt, afterToken(fdt, node));
}

/** Address of the name, a C string with the unit address in it: `memory@80000000`. */
export function fdtNodeName(node: usize): usize {
  return node + 4;
}

/** Compares the name; where `name` has no unit address, the node's does not count. */
export function fdtNodeNameIs(node: usize, name: string): bool {
  return nodeNameIsPart(node, name, 0, name.length);
}

/** The node at an absolute path such as `/soc/serial@10000000`; without a unit address, the first of that name. */
export function fdtFind(fdt: usize, path: string): usize {
  let node = fdtRoot(fdt);
  let start = 1;
  while (node != 0 && start < path.length) {
    let end = start;
    while (end < path.length && path.charCodeAt(end) != SLASH) end++;
    node = fdtFirstChild(fdt, node);
    while (node != 0 && !nodeNameIsPart(node, path, start, end)) node = fdtNextSibling(fdt, node);
    start = end + 1;
  }
  return node;
}

/** The first node after `node` (0: of the whole tree) in the order of the blob whose `compatible` lists the name. */
export function fdtFindCompatible(fdt: usize, node: usize, compatible: string): usize {
  let next = node == 0 ? fdtRoot(fdt) : fdtNextNode(fdt, node);
  while (next != 0 && !fdtIsCompatible(fdt, next, compatible)) next = fdtNextNode(fdt, next);
  return next;
}

/**
 * The device that the console is (Devicetree Specification 0.4, "/chosen node", stdout-path): named by its path or an alias, with a
 * colon and options behind it perhaps. 0 when the tree does not say. Allocates two short strings.
 */
export function fdtConsole(fdt: usize): usize {
  const chosen = fdtFind(fdt, '/chosen');
  let path = textOf(chosen ? fdtProperty(fdt, chosen, 'stdout-path') : 0);
  const aliases = fdtFind(fdt, '/aliases');
  if (aliases && path.charCodeAt(0) != SLASH) path = textOf(fdtProperty(fdt, aliases, path));
  return path.charCodeAt(0) == SLASH ? fdtFind(fdt, path) : 0;
}

/** The property's string, without what follows a colon. */
function textOf(property: usize): string {
  if (!property) return '';
  const start = fdtPropertyData(property);
  const end = start + fdtPropertyLength(property);
  let at = start;
  while (at < end && load<u8>(at) != 0 && load<u8>(at) != COLON) at++;
  return String.UTF8.decodeUnsafe(start, at - start);
}

/** The node that others refer to by this number. */
export function fdtFindPhandle(fdt: usize, phandle: u32): usize {
  let node = fdtRoot(fdt);
  while (node != 0 && fdtNumber(fdt, node, 'phandle', 0) != phandle) node = fdtNextNode(fdt, node);
  return node;
}

export function fdtFirstProperty(fdt: usize, node: usize): usize {
  return propertyHere(fdt, afterToken(fdt, node));
}

export function fdtNextProperty(fdt: usize, property: usize): usize {
  return propertyHere(fdt, afterToken(fdt, property));
}

export function fdtProperty(fdt: usize, node: usize, name: string): usize {
  let property = fdtFirstProperty(fdt, node);
  while (property != 0 && !cStringIs(propertyName(fdt, property), stringsEnd(fdt), name)) {
    property = fdtNextProperty(fdt, property);
  }
  return property;
}

/** Is the property a string, or a list of which the first is this one? */
export function fdtStringIs(property: usize, text: string): bool {
  const data = fdtPropertyData(property);
  return cStringIs(data, data + fdtPropertyLength(property), text);
}

/** Is this one of the property's strings? */
export function fdtStringListHas(property: usize, text: string): bool {
  const end = fdtPropertyData(property) + fdtPropertyLength(property);
  for (let at = fdtPropertyData(property); at < end; at = stringEnd(at, end) + 1) {
    if (cStringIs(at, end, text)) return true;
  }
  return false;
}

export function fdtIsCompatible(fdt: usize, node: usize, compatible: string): bool {
  const property = fdtProperty(fdt, node, 'compatible');
  return property != 0 && fdtStringListHas(property, compatible);
}

/** A property of one cell; `otherwise` where it is missing or shorter. */
export function fdtNumber(fdt: usize, node: usize, name: string, otherwise: u32): u32 {
  const property = fdtProperty(fdt, node, name);
  return property != 0 && fdtPropertyLength(property) >= 4 ? fdtCell(fdtPropertyData(property)) : otherwise;
}

/** Cells of an address in the children's `reg`; section "#address-cells and #size-cells" has the default. */
export function fdtAddressCells(fdt: usize, node: usize): u32 {
  return fdtNumber(fdt, node, '#address-cells', 2);
}

/** Cells of a size in the children's `reg`. */
export function fdtSizeCells(fdt: usize, node: usize): u32 {
  return fdtNumber(fdt, node, '#size-cells', 1);
}

/** Pairs of address and size in the `reg` of a child of `parent`. */
export function fdtRegCount(fdt: usize, parent: usize, node: usize): u32 {
  const property = fdtProperty(fdt, node, 'reg');
  const pair = 4 * (<u64>fdtAddressCells(fdt, parent) + fdtSizeCells(fdt, parent));
  return property == 0 || pair == 0 ? 0 : <u32>(<u64>fdtPropertyLength(property) / pair);
}

/** Address of pair `index`, as it stands there (`ranges` is not applied); 0 where there is no such pair. */
export function fdtRegAddress(fdt: usize, parent: usize, node: usize, index: u32): u64 {
  const pair = regPair(fdt, parent, node, index);
  return pair == 0 ? 0 : fdtCells(pair, fdtAddressCells(fdt, parent));
}

/** Size of pair `index`, in bytes; 0 where there is no such pair. */
export function fdtRegSize(fdt: usize, parent: usize, node: usize, index: u32): u64 {
  const pair = regPair(fdt, parent, node, index);
  const addressCells = fdtAddressCells(fdt, parent);
  return pair == 0 ? 0 : fdtCells(pair + 4 * <usize>addressCells, fdtSizeCells(fdt, parent));
}

/** Entries of the memory reservation block, without the one that ends it. */
export function fdtReservationCount(fdt: usize): u32 {
  const end = fdt + fdtTotalSize(fdt);
  let count: u32 = 0;
  while (reservation(fdt, count) + RESERVATION_SIZE <= end) {
    if (fdtReservationAddress(fdt, count) == 0 && fdtReservationSize(fdt, count) == 0) break;
    count++;
  }
  return count;
}

/** Of entry `index`, which is less than `fdtReservationCount`. */
export function fdtReservationAddress(fdt: usize, index: u32): u64 {
  return fdtCells(reservation(fdt, index), 2);
}

/** Of entry `index`, in bytes. */
export function fdtReservationSize(fdt: usize, index: u32): u64 {
  return fdtCells(reservation(fdt, index) + 8, 2);
}

function reservation(fdt: usize, index: u32): usize {
  return fdt + reservationsOffset(fdt) + RESERVATION_SIZE * index;
}

function propertyName(fdt: usize, property: usize): usize {
  return fdt + stringsOffset(fdt) + fdtCell(property + 8);
}

function regPair(fdt: usize, parent: usize, node: usize, index: u32): usize {
  if (index >= fdtRegCount(fdt, parent, node)) return 0;
  const cells: u64 = <u64>fdtAddressCells(fdt, parent) + fdtSizeCells(fdt, parent);
  return fdtPropertyData(fdtProperty(fdt, node, 'reg')) + 4 * <usize>cells * index;
}

function nodeNameIsPart(node: usize, text: string, start: i32, end: i32): bool {
  let name = fdtNodeName(node);
  for (let index = start; index < end; index++) {
    // A NUL differs from every character of the text, so this stops at the name's end.
    if (<i32>load<u8>(name) != text.charCodeAt(index)) return false;
    name++;
  }
  return load<u8>(name) == 0 || load<u8>(name) == AT_SIGN;
}
