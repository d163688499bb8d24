/** ACPI Machine Language, as much of it as a list of devices needs (ACPI 6.4, 20.2). */

type Bytes = readonly number[];

const ZERO_OP = 0x00;
const ONE_OP = 0x01;
const NAME_OP = 0x08;
const BYTE_PREFIX = 0x0a;
const WORD_PREFIX = 0x0b;
const DWORD_PREFIX = 0x0c;
const STRING_PREFIX = 0x0d;
const SCOPE_OP = 0x10;
const BUFFER_OP = 0x11;
const PACKAGE_OP = 0x12;
const EXT_OP_PREFIX = 0x5b;
const DEVICE_OP = 0x82;
const ROOT_CHAR = 0x5c;

/** A name of one segment, or `\_SB_` and the like; shorter ones are filled with underscores. */
function nameString(name: string): Bytes {
  const absolute = name.startsWith('\\');
  const segment = (absolute ? name.slice(1) : name).padEnd(4, '_');
  return [...(absolute ? [ROOT_CHAR] : []), ...ascii(segment)];
}

function ascii(text: string): Bytes {
  return [...text].map((character) => character.charCodeAt(0));
}

/** PkgLength (20.2.4): counts itself. */
function withLength(content: Bytes): Bytes {
  const one = content.length + 1;
  if (one < 0x40) return [one, ...content];
  const two = content.length + 2;
  if (two < 0x1000) return [0x40 | (two & 0xf), two >> 4, ...content];
  const three = content.length + 3;
  return [0x80 | (three & 0xf), (three >> 4) & 0xff, three >> 12, ...content];
}

export function integer(value: number): Bytes {
  if (value === 0) return [ZERO_OP];
  if (value === 1) return [ONE_OP];
  if (value < 0x100) return [BYTE_PREFIX, value];
  if (value < 0x1_0000) return [WORD_PREFIX, ...little(value, 2)];
  return [DWORD_PREFIX, ...little(value, 4)];
}

export function string(text: string): Bytes {
  return [STRING_PREFIX, ...ascii(text), 0];
}

/** `PNP0501` and the like, compressed to a number (19.3.4, EISAID). */
export function eisaId(id: string): Bytes {
  const letters = [...id.slice(0, 3)].map((letter) => letter.charCodeAt(0) - 0x40);
  const value = (letters[0]! << 26) | (letters[1]! << 21) | (letters[2]! << 16) | Number.parseInt(id.slice(3), 16);
  const big = little(value >>> 0, 4).toReversed();
  return [DWORD_PREFIX, ...big];
}

export function name(each: string, value: Bytes): Bytes {
  return [NAME_OP, ...nameString(each), ...value];
}

export function scope(each: string, ...content: readonly Bytes[]): Bytes {
  return [SCOPE_OP, ...withLength([...nameString(each), ...content.flat()])];
}

export function device(each: string, ...content: readonly Bytes[]): Bytes {
  return [EXT_OP_PREFIX, DEVICE_OP, ...withLength([...nameString(each), ...content.flat()])];
}

export function packageOf(...elements: readonly Bytes[]): Bytes {
  return [PACKAGE_OP, ...withLength([elements.length, ...elements.flat()])];
}

/** A device's resources: `_CRS`. */
export function resources(...descriptors: readonly Bytes[]): Bytes {
  const END_TAG: Bytes = [0x79, 0];
  const template = [...descriptors.flat(), ...END_TAG];
  return name('_CRS', [BUFFER_OP, ...withLength([...integer(template.length), ...template])]);
}

/** Ports, decoded in 16 bits (6.4.2.5). */
export function ports(first: number, count: number): Bytes {
  return [0x47, 1, ...little(first, 2), ...little(first, 2), 1, count];
}

/** An interrupt of the ISA bus: edge-triggered, active high (6.4.2.1). */
export function isaInterrupt(irq: number): Bytes {
  return [0x22, ...little(1 << irq, 2)];
}

/** A range of memory, read and write (6.4.3.4). */
export function memory32(address: number, length: number): Bytes {
  return [0x86, ...little(9, 2), 1, ...little(address, 4), ...little(length, 4)];
}

/** An input of the I/O APIC: level-triggered, active high, a consumer's (6.4.3.6). */
export function interrupt(gsi: number): Bytes {
  return [0x89, ...little(6, 2), 0x01, 1, ...little(gsi, 4)];
}

function little(value: number, bytes: number): Bytes {
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) & 0xff);
}
