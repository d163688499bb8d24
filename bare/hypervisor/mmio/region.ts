/** Which device of a guest answers for a guest physical address. */
import { allocate, free } from '../memory/heap.ts';

/** `offset` is from the start of the region; a value has `width` bytes, which is one of the region's widths. */
export type ReadRegister = (device: usize, offset: u32, width: u32) => u64;
export type WriteRegister = (device: usize, offset: u32, width: u32, value: u64) => void;

/** A range of guest physical addresses with a device's registers. Accesses that the device does not define read zero. */
export class Region {
  start: u64;
  size: u64;
  /** The sum of the access widths that the device takes, in bytes. */
  widths: u32;
  device: usize;
  read: ReadRegister;
  write: WriteRegister;
  next: Region | null;
}

/** The list with a device's registers in front, where nothing else is in the guest's physical address space. */
export function addRegion(
  regions: Region | null,
  start: u64,
  size: u64,
  widths: u32,
  device: usize,
  read: ReadRegister,
  write: WriteRegister,
): Region {
  const region = changetype<Region>(allocate(offsetof<Region>()));
  region.start = start;
  region.size = size;
  region.widths = widths;
  region.device = device;
  region.read = read;
  region.write = write;
  region.next = regions;
  return region;
}

/** The region that has this address, or null. */
export function findRegion(regions: Region | null, address: u64): Region | null {
  let region = regions;
  while (region) {
    if (address - region.start < region.size) return region;
    region = region.next;
  }
  return null;
}

/** Frees the list, not the devices. */
export function freeRegions(regions: Region | null): void {
  let region = regions;
  while (region) {
    const next = region.next;
    free(changetype<usize>(region), offsetof<Region>());
    region = next;
  }
}

/** Whether the device takes an access of so many bytes at `offset`; one of 8 may also be two of 4. No device takes one of 0. */
export function takes(region: Region, offset: u64, width: u32): bool {
  const widths = region.widths & 4 ? region.widths | 8 : region.widths;
  return (widths & width) != 0 && (offset & (width - 1)) == 0 && region.size - offset >= width;
}

/** The register's value. The device takes the access. */
export function readRegion(region: Region, offset: u32, width: u32): u64 {
  if (region.widths & width) return region.read(region.device, offset, width);
  return readRegion(region, offset, 4) | (readRegion(region, offset + 4, 4) << 32);
}

/** Writes the register. The device takes the access. */
export function writeRegion(region: Region, offset: u32, width: u32, value: u64): void {
  if (region.widths & width) {
    region.write(region.device, offset, width, value);
  } else {
    writeRegion(region, offset, 4, value & 0xffff_ffff);
    writeRegion(region, offset + 4, 4, value >> 32);
  }
}
