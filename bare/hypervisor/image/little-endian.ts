/** Fields of a file, byte by byte, since a file and a hostile offset in it can lie anywhere and misaligned loads can cost a trap. */

export function read16(address: usize): u32 {
  return <u32>load<u8>(address) | ((<u32>load<u8>(address, 1)) << 8);
}

export function read32(address: usize): u32 {
  return read16(address) | (read16(address + 2) << 16);
}

export function read64(address: usize): u64 {
  return <u64>read32(address) | ((<u64>read32(address + 4)) << 32);
}
