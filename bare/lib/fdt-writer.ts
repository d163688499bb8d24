/**
 * Writes a flattened device tree into a buffer (Devicetree Specification 0.4, "Flattened Devicetree (DTB) Format"), front to back:
 *
 *   const writer = beginFdt(buffer, capacity);
 *   writer.beginNode('');
 *   writer.propertyString('model', 'example');
 *   writer.endNode();
 *   const size = writer.finish();
 *
 * Nothing is ever written outside of the buffer: once something does not fit, the rest is dropped and `finish` returns 0.
 * Names and strings are ASCII.
 *
 * While the tree grows, the structure block grows upwards from its final place, and the names of properties downwards from the
 * buffer's end, each once, known by their distance from there; `finish` puts them behind the structure block.
 */
import { startsWith } from './text.ts';

const FDT_MAGIC: u32 = 0xd00dfeed;
const FDT_VERSION: u32 = 17;
const FDT_LAST_COMPATIBLE_VERSION: u32 = 16;
const FDT_BEGIN_NODE: u32 = 1;
const FDT_END_NODE: u32 = 2;
const FDT_PROP: u32 = 3;
const FDT_END: u32 = 9;

const HEADER_SIZE: usize = 40;
/** The entry of zeros that ends the memory reservation block, which has no others. */
const RESERVATION_SIZE: usize = 16;
const STRUCTURE_OFFSET: usize = HEADER_SIZE + RESERVATION_SIZE;
/** Bytes of a property before its value: token, length, offset of the name. */
const PROPERTY_HEADER_SIZE: usize = 12;

/** The smallest tree: one node without name and properties. */
export const FDT_MINIMUM_SIZE: usize = STRUCTURE_OFFSET + 16;

/** Lies where the header will be, which `finish` writes over it. */
export class FdtWriter {
  /** Where the next byte of the structure block goes. */
  private at: usize;
  /** The names so far lie from here to `end`, the end of the buffer. */
  private strings: usize;
  private end: usize;
  /** The property that has no end yet. */
  private property: usize;
  private overflow: bool;

  start(buffer: usize, capacity: usize): void {
    this.at = buffer + STRUCTURE_OFFSET;
    this.end = buffer + capacity;
    this.strings = this.end;
    this.property = 0;
    this.overflow = false;
  }

  /** The name of the root is empty. */
  beginNode(name: string): void {
    this.cell(FDT_BEGIN_NODE);
    this.text(name);
    this.byte(0);
    this.align();
  }

  /** A node whose unit address is `address` in hexadecimal: `memory@80000000`. */
  beginNodeAt(name: string, address: u64): void {
    this.cell(FDT_BEGIN_NODE);
    this.text(name);
    this.byte(0x40);
    this.unitAddress(address);
    this.byte(0);
    this.align();
  }

  endNode(): void {
    this.cell(FDT_END_NODE);
  }

  propertyEmpty(name: string): void {
    this.beginProperty(name);
    this.endProperty();
  }

  propertyU32(name: string, value: u32): void {
    this.beginProperty(name);
    this.cell(value);
    this.endProperty();
  }

  propertyU64(name: string, value: u64): void {
    this.beginProperty(name);
    this.cells64(value);
    this.endProperty();
  }

  propertyString(name: string, value: string): void {
    this.beginProperty(name);
    this.string(value);
    this.endProperty();
  }

  /** A string from memory, which a NUL ends. */
  propertyCString(name: string, value: usize): void {
    let size: usize = 1;
    while (load<u8>(value + size - 1) != 0) size++;
    this.propertyBytes(name, value, size);
  }

  propertyBytes(name: string, source: usize, size: usize): void {
    this.beginProperty(name);
    this.bytes(source, size);
    this.endProperty();
  }

  /** A property whose value is what is written up to `endProperty`: a list of strings, or numbers of several kinds. */
  beginProperty(name: string): void {
    this.property = this.at;
    this.cell(FDT_PROP);
    this.cell(0);
    this.cell(<u32>(this.end - this.stringNamed(name)));
  }

  endProperty(): void {
    if (this.overflow) return;
    storeCell(this.property + 4, <u32>(this.at - this.property - PROPERTY_HEADER_SIZE));
    this.align();
  }

  /** A big-endian 32-bit number. */
  cell(value: u32): void {
    if (!this.fits(4)) return;
    storeCell(this.at, value);
    this.at += 4;
  }

  /** A number of two cells. */
  cells64(value: u64): void {
    this.cell(<u32>(value >> 32));
    this.cell(<u32>value);
  }

  /** A string with its NUL. */
  string(value: string): void {
    this.text(value);
    this.byte(0);
  }

  bytes(source: usize, size: usize): void {
    if (!this.fits(size)) return;
    memory.copy(this.at, source, size);
    this.at += size;
  }

  byte(value: u32): void {
    if (!this.fits(1)) return;
    store<u8>(this.at, <u8>value);
    this.at++;
  }

  /** Completes the tree and returns its size in bytes, or 0 when it did not fit; the writer is gone then. */
  finish(): u32 {
    this.cell(FDT_END);
    if (this.overflow) return 0;
    const buffer = changetype<usize>(this);
    const structureEnd = this.at;
    const stringsSize = this.end - this.strings;
    this.resolveNames();
    memory.copy(structureEnd, this.strings, stringsSize);
    const size = <u32>(structureEnd + stringsSize - buffer);

    memory.fill(buffer, 0, STRUCTURE_OFFSET);
    storeCell(buffer, FDT_MAGIC);
    storeCell(buffer + 4, size);
    storeCell(buffer + 8, <u32>STRUCTURE_OFFSET);
    storeCell(buffer + 12, <u32>(structureEnd - buffer));
    storeCell(buffer + 16, <u32>HEADER_SIZE);
    storeCell(buffer + 20, FDT_VERSION);
    storeCell(buffer + 24, FDT_LAST_COMPATIBLE_VERSION);
    storeCell(buffer + 32, <u32>stringsSize);
    storeCell(buffer + 36, <u32>(structureEnd - buffer - STRUCTURE_OFFSET));
    return size;
  }

  /** Turns the names' distances from the end of the strings block into offsets from its start. */
  private resolveNames(): void {
    const stringsSize = <u32>(this.end - this.strings);
    let at = changetype<usize>(this) + STRUCTURE_OFFSET;
    while (at < this.at) {
      const token = loadCell(at);
      if (token == FDT_PROP) {
        storeCell(at + 8, stringsSize - loadCell(at + 8));
        at = align4(at + PROPERTY_HEADER_SIZE + loadCell(at + 4));
      } else {
        at += 4;
        if (token == FDT_BEGIN_NODE) at = afterString(at);
      }
    }
  }

  /** Address of a property's name in the strings block, where it is put if it is not there yet. */
  private stringNamed(name: string): usize {
    for (let at = this.strings; at < this.end; at = afterNul(at)) {
      if (isCString(at, name)) return at;
    }
    const size = <usize>name.length + 1;
    if (!this.fits(size)) return this.end;
    this.strings -= size;
    for (let index = 0; index < name.length; index++) store<u8>(this.strings + index, <u8>name.charCodeAt(index));
    store<u8>(this.strings + name.length, 0);
    return this.strings;
  }

  private text(value: string): void {
    for (let index = 0; index < value.length; index++) this.byte(value.charCodeAt(index));
  }

  private unitAddress(address: u64): void {
    let shift: u64 = 60;
    while (shift != 0 && address >> shift == 0) shift -= 4;
    for (; ; shift -= 4) {
      const digit = <u32>(address >> shift) & 15;
      this.byte(digit < 10 ? 0x30 + digit : 0x61 - 10 + digit);
      if (shift == 0) return;
    }
  }

  private align(): void {
    while ((this.at & 3) != 0 && !this.overflow) this.byte(0);
  }

  private fits(size: usize): bool {
    if (size > this.strings - this.at) this.overflow = true;
    return !this.overflow;
  }
}

/**
 * Starts a tree in `capacity` bytes, at least FDT_MINIMUM_SIZE and less than 4 GiB, at an address that is a multiple of 8, where
 * the finished tree begins.
 */
export function beginFdt(buffer: usize, capacity: usize): FdtWriter {
  assert((buffer & 7) == 0 && capacity >= FDT_MINIMUM_SIZE);
  const writer = changetype<FdtWriter>(buffer);
  writer.start(buffer, capacity);
  return writer;
}

function loadCell(address: usize): u32 {
  return bswap(load<u32>(address));
}

function storeCell(address: usize, value: u32): void {
  store<u32>(address, bswap(value));
}

function align4(address: usize): usize {
  return (address + 3) & ~(<usize>3);
}

/** The multiple of 4 after the string that begins at one. */
function afterString(at: usize): usize {
  return align4(afterNul(at));
}

function afterNul(at: usize): usize {
  while (load<u8>(at) != 0) at++;
  return at + 1;
}

function isCString(at: usize, text: string): bool {
  return startsWith(at, text) && load<u8>(at + text.length) == 0;
}
