// FNV-1a and CRC-32 of a buffer, byte by byte.

export const BUFFER_SIZE: usize = 4096;
export const buffer: usize = memory.data(4096, 16);
const crcTable = new StaticArray<u32>(256);

export function fillBuffer(): void {
  for (let i: usize = 0; i < BUFFER_SIZE; i++) store<u8>(buffer + i, <u8>(i * 7 + (i >> 8)));
}

export function fnv(address: usize, length: usize): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let i: usize = 0; i < length; i++) {
    hash ^= load<u8>(address + i);
    hash *= 0x100000001b3;
  }
  return hash;
}

export function makeCrcTable(): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    crcTable[i] = crc;
  }
}

export function crc(address: usize, length: usize): u32 {
  let crc: u32 = ~0;
  for (let i: usize = 0; i < length; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ load<u8>(address + i)) & 255];
  return ~crc;
}
