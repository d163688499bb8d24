/** The guest's memory as devices reach it, and its little-endian numbers (virtio 1.2, 1.4). */

export interface GuestMemory {
  /** Whether all of a range of guest physical addresses is memory. Takes any numbers. */
  contains(gpa: number, length: number): boolean;
  /**
   * The bytes in place: 'r' to read them, 'w' to write them. For one transfer only: do not keep it while the guest runs.
   * @throws RangeError when part of the range is not memory.
   */
  span(gpa: number, length: number, access: 'r' | 'w'): Uint8Array;
}

export function loadU16(memory: GuestMemory, gpa: number): number {
  const bytes = memory.span(gpa, 2, 'r');
  return u16(bytes, 0);
}

export function storeU16(memory: GuestMemory, gpa: number, value: number): void {
  const bytes = memory.span(gpa, 2, 'w');
  bytes[0] = value;
  bytes[1] = value >>> 8;
}

export function storeU32(memory: GuestMemory, gpa: number, value: number): void {
  const bytes = memory.span(gpa, 4, 'w');
  bytes[0] = value;
  bytes[1] = value >>> 8;
  bytes[2] = value >>> 16;
  bytes[3] = value >>> 24;
}

export function u16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

export function u32(bytes: Uint8Array, offset: number): number {
  return (u16(bytes, offset) | (u16(bytes, offset + 2) << 16)) >>> 0;
}

/** Above 2 ** 53 it is rounded: still no address of memory, and no number of bytes or sectors that exist. */
export function u64(bytes: Uint8Array, offset: number): number {
  return u32(bytes, offset + 4) * 2 ** 32 + u32(bytes, offset);
}
