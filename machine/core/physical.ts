/** Physical memory: RAM and boot ROM are in the linear memory, everything else below 4 GiB belongs to the host. */
import { mmioRead, mmioWrite } from './host.ts';
import {
  BOOT_ROM,
  HART_RECHECK,
  MACHINE_BUS_ERROR,
  MACHINE_RAM_SIZE,
  RAM,
  RAM_BASE,
  ROM_BASE,
  ROM_SIZE,
} from './layout.ts';

/** Linear address of `size` bytes of RAM at `pa`, or 0 if they are not all in RAM. */
export function ramAt(pa: u64, size: u64): usize {
  const offset = pa - <u64>RAM_BASE;
  const ram = load<u64>(MACHINE_RAM_SIZE);
  return offset < ram && size <= ram - offset ? <usize>offset + RAM : 0;
}

/** The same for the boot ROM, which harts cannot write. */
export function romAt(pa: u64, size: u64): usize {
  const offset = pa - <u64>ROM_BASE;
  return offset < <u64>ROM_SIZE && size <= <u64>ROM_SIZE - offset ? <usize>offset + BOOT_ROM : 0;
}

export function readable(pa: u64, size: u64): usize {
  const ram = ramAt(pa, size);
  return ram ? ram : romAt(pa, size);
}

/** Reads 1, 2, 4 or 8 bytes at a linear address, zero-extended. */
export function readLinear(address: usize, size: u32): u64 {
  if (size == 8) return load<u64>(address);
  if (size == 4) return load<u32>(address);
  return size == 2 ? load<u16>(address) : load<u8>(address);
}

export function writeLinear(address: usize, size: u32, value: u64): void {
  if (size == 8) store<u64>(address, value);
  else if (size == 4) store<u32>(address, <u32>value);
  else if (size == 2) store<u16>(address, <u16>value);
  else store<u8>(address, <u8>value);
}

/** Whether the host answered; it sets the word when nobody is at the address. */
function answered(hart: usize): bool {
  // A device may have changed an interrupt line, a timer or the clock.
  store<u32>(hart, 1, HART_RECHECK);
  const error = load<u32>(MACHINE_BUS_ERROR);
  store<u32>(MACHINE_BUS_ERROR, 0);
  return error == 0;
}

/** Devices take aligned accesses below 4 GiB. */
function reachable(pa: u64, size: u32): bool {
  return pa >> 32 == 0 && (pa & (size - 1)) == 0;
}

/** Reads a device register to `destination`; false for a bus error. */
export function readDevice(hart: usize, pa: u64, size: u32, destination: usize): bool {
  if (!reachable(pa, size)) return false;
  if (size < 8) {
    store<u64>(destination, mmioRead(<u32>pa, size));
    return answered(hart);
  }
  const low = mmioRead(<u32>pa, 4);
  if (!answered(hart)) return false;
  store<u64>(destination, ((<u64>mmioRead(<u32>pa + 4, 4)) << 32) | low);
  return answered(hart);
}

export function writeDevice(hart: usize, pa: u64, size: u32, value: u64): bool {
  if (!reachable(pa, size)) return false;
  if (size < 8) {
    mmioWrite(<u32>pa, size, size == 4 ? <u32>value : <u32>value & ((1 << (size * 8)) - 1));
    return answered(hart);
  }
  mmioWrite(<u32>pa, 4, <u32>value);
  if (!answered(hart)) return false;
  mmioWrite(<u32>pa + 4, 4, <u32>(value >> 32));
  return answered(hart);
}
