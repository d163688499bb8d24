/** The "zero page" of Linux (Documentation/arch/x86/boot.rst and zero-page.rst), which its 64-bit boot protocol hands over. */

export interface E820Entry {
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  readonly type: 'ram' | 'reserved';
}

/** Types of memory (ACPI 6.4, table 15.3); PVH and multiboot use the same. */
export const MEMORY_TYPES = { ram: 1, reserved: 2 } as const;

const BOOT_PARAMS_SIZE = 4096;

const ACPI_RSDP_ADDR = 0x070;
const E820_ENTRIES = 0x1e8;
const SETUP_HEADER = 0x1f1;
const TYPE_OF_LOADER = 0x210;
const LOADFLAGS = 0x211;
const RAMDISK_IMAGE = 0x218;
const RAMDISK_SIZE = 0x21c;
const CMD_LINE_PTR = 0x228;
const E820_TABLE = 0x2d0;
const E820_ENTRY_SIZE = 20;

const LOADER_UNDEFINED = 0xff;
const LOADED_HIGH = 0x01;

export interface BootParams {
  /** The header from the image, from offset 0x1f1 on. */
  readonly setupHeader: Uint8Array;
  readonly commandLineAddress: number;
  readonly ramDisk: { readonly address: number; readonly size: number } | undefined;
  readonly rsdpAddress: number;
  readonly e820: readonly E820Entry[];
}

export function bootParams(params: BootParams): Uint8Array {
  const page = new Uint8Array(BOOT_PARAMS_SIZE);
  const view = new DataView(page.buffer);
  page.set(params.setupHeader, SETUP_HEADER);
  view.setBigUint64(ACPI_RSDP_ADDR, BigInt(params.rsdpAddress), true);
  page[TYPE_OF_LOADER] = LOADER_UNDEFINED;
  page[LOADFLAGS]! |= LOADED_HIGH;
  view.setUint32(CMD_LINE_PTR, params.commandLineAddress, true);
  view.setUint32(RAMDISK_IMAGE, params.ramDisk?.address ?? 0, true);
  view.setUint32(RAMDISK_SIZE, params.ramDisk?.size ?? 0, true);
  page[E820_ENTRIES] = params.e820.length;
  for (const [index, { address, size, type }] of params.e820.entries()) {
    const at = E820_TABLE + index * E820_ENTRY_SIZE;
    view.setBigUint64(at, BigInt(address), true);
    view.setBigUint64(at + 8, BigInt(size), true);
    view.setUint32(at + 16, MEMORY_TYPES[type], true);
  }
  return page;
}
