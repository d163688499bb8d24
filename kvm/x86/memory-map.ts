/**
 * Where things are in the guest-physical address space:
 *
 *     0000_0000  RAM; what the boot protocols need lies below 640 KiB, ACPI tables from 0xe_0000 on
 *     c000_0000  (RAM has a hole up to 4 GiB)
 *     d000_0000  virtio-mmio devices, 4 KiB each
 *     fec0_0000  I/O APIC, fee0_0000 local APICs: in the kernel
 *     fffb_d000  KVM's own pages for real mode
 *   1_0000_0000  the rest of RAM
 */
import type { E820Entry } from './boot/boot-params.ts';

const MIB = 2 ** 20;
const HOLE_BEGIN = 0xc000_0000;
const HOLE_END = 2 ** 32;

/** Below: what the boot protocols hand to the guest, which it may overwrite once it has read it. */
export const GDT_ADDRESS = 0x500;
export const START_INFO_ADDRESS = 0x6000;
export const BOOT_PARAMS_ADDRESS = 0x7000;
export const BOOT_STACK_TOP = 0x9000;
export const PAGE_TABLES_ADDRESS = 0x9000;
export const COMMAND_LINE_ADDRESS = 0x2_0000;
export const COMMAND_LINE_SPACE = 0x1_0000;
/** Where the extended BIOS data area is on PCs: the end of conventional memory. */
const CONVENTIONAL_END = 0x9_fc00;

/** In the BIOS area, where kernels look for the root pointer. */
export const ACPI_ADDRESS = 0xe_0000;

export const VIRTIO_MMIO_BASE = 0xd000_0000;
/** The first of their interrupts, inputs of the I/O APIC beyond the 16 of ISA. */
export const VIRTIO_FIRST_IRQ = 16;
export const MOST_VIRTIO_DEVICES = 8;

export const IO_APIC_ADDRESS = 0xfec0_0000;
export const LOCAL_APIC_ADDRESS = 0xfee0_0000;

/** The ranges of RAM for a guest with so many bytes of it. */
export function ramRanges(size: number): { address: number; size: number }[] {
  if (size <= HOLE_BEGIN) return [{ address: 0, size }];
  return [
    { address: 0, size: HOLE_BEGIN },
    { address: HOLE_END, size: size - HOLE_BEGIN },
  ];
}

/** The map that boot loaders hand over (ACPI 6.4, 15): RAM without what is reserved in its first mebibyte. */
export function e820Map(ramSize: number): E820Entry[] {
  const [low, high] = ramRanges(ramSize);
  const map: E820Entry[] = [
    { address: 0, size: CONVENTIONAL_END, type: 'ram' },
    { address: CONVENTIONAL_END, size: MIB - CONVENTIONAL_END, type: 'reserved' },
    { address: MIB, size: low!.size - MIB, type: 'ram' },
  ];
  if (high !== undefined) map.push({ ...high, type: 'ram' });
  return map;
}
