/** Multiboot (the specification, 0.6.96), as `qemu -kernel` takes it too. */

import { type E820Entry, MEMORY_TYPES } from './boot-params.ts';
import { isForeignElf, readX86Elf } from './elf.ts';
import { hex, ImageError, type X86Image } from './image.ts';

const HEADER_MAGIC = 0x1bad_b002;
/** "The Multiboot header must be contained completely within the first 8192 bytes of the OS image." */
const SEARCHED = 8192;
/** What a kernel finds in EAX. */
export const MULTIBOOT_BOOTLOADER_MAGIC = 0x2bad_b002;

// Bits of the header's flags: 0 to 15 are demands.
const PAGE_ALIGN = 0x1;
const MEMORY_INFO = 0x2;
const DEMANDS = 0xffff;
const ADDRESSES = 0x1_0000;

const INFO_MEMORY = 0x001;
const INFO_COMMAND_LINE = 0x004;
const INFO_MODULES = 0x008;
const INFO_MEMORY_MAP = 0x040;
const INFO_SIZE = 116;
const MAP_ENTRY_SIZE = 24;
const MODULE_SIZE = 16;

/** @returns undefined for a file without the header. @throws ImageError */
export function readMultiboot(bytes: Uint8Array): X86Image | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = findHeader(view);
  if (at === undefined || isForeignElf(bytes)) return undefined;
  const flags = view.getUint32(at + 4, true);
  const unknown = flags & DEMANDS & ~(PAGE_ALIGN | MEMORY_INFO);
  if (unknown !== 0) {
    throw new ImageError(`its multiboot header demands what is not here: flags ${hex(unknown)} (a video mode is 0x4)`);
  }
  if ((flags & ADDRESSES) !== 0) return readByAddresses(bytes, view, at);
  const elf = readX86Elf(bytes);
  if (elf === undefined) throw new ImageError('its multiboot header has no addresses, and it is no ELF file');
  if (elf.is64) throw new ImageError('a 64-bit ELF file with a multiboot header: multiboot enters 32-bit code only');
  return { kind: 'multiboot', segments: elf.segments, entry: elf.entry };
}

function findHeader(view: DataView): number | undefined {
  const last = Math.min(SEARCHED, view.byteLength) - 12;
  for (let at = 0; at <= last; at += 4) {
    if (view.getUint32(at, true) !== HEADER_MAGIC) continue;
    const sum = HEADER_MAGIC + view.getUint32(at + 4, true) + view.getUint32(at + 8, true);
    if (sum % 2 ** 32 === 0) return at;
  }
  return undefined;
}

/** Fields header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr. */
function readByAddresses(bytes: Uint8Array, view: DataView, at: number): X86Image {
  if (at + 32 > bytes.length) throw new ImageError('truncated: its multiboot header is incomplete');
  const [header, load, loadEnd, bssEnd, entry] = [12, 16, 20, 24, 28].map((field) => view.getUint32(at + field, true));
  const begin = at - (header! - load!);
  const end = loadEnd === 0 ? bytes.length : begin + (loadEnd! - load!);
  if (begin < 0 || end > bytes.length || end < begin) {
    throw new ImageError(
      `its multiboot header loads ${hex(load!)}..${hex(loadEnd!)}, which is not in its ${bytes.length} bytes`,
    );
  }
  const size = Math.max(end - begin, bssEnd! - load!);
  return { kind: 'multiboot', segments: [{ address: load!, bytes: bytes.subarray(begin, end), size }], entry: entry! };
}

export interface MultibootInfo {
  /** Where the structure will lie; what it points at follows. */
  readonly address: number;
  readonly commandLine: string;
  readonly ramDisk: { readonly address: number; readonly size: number } | undefined;
  readonly memoryMap: readonly E820Entry[];
}

/** The structure whose address a kernel finds in EBX (section 3.3), and behind it what it points at. */
export function multibootInfo({ address, commandLine, ramDisk, memoryMap }: MultibootInfo): Uint8Array {
  const text = new TextEncoder().encode(`${commandLine}\0`);
  const mapAt = INFO_SIZE;
  const moduleAt = mapAt + memoryMap.length * MAP_ENTRY_SIZE;
  const textAt = moduleAt + MODULE_SIZE;
  const info = new Uint8Array(textAt + text.length);
  const view = new DataView(info.buffer);
  const set = (at: number, value: number) => view.setUint32(at, value, true);

  const modules = ramDisk === undefined ? 0 : INFO_MODULES;
  set(0, INFO_MEMORY | INFO_COMMAND_LINE | INFO_MEMORY_MAP | modules);
  const extended = memoryMap.find((each) => each.address === 2 ** 20)!;
  set(4, Math.floor(memoryMap[0]!.size / 1024));
  set(8, Math.floor(extended.size / 1024));
  set(16, address + textAt);
  if (ramDisk !== undefined) {
    set(20, 1);
    set(24, address + moduleAt);
    set(moduleAt, ramDisk.address);
    set(moduleAt + 4, ramDisk.address + ramDisk.size);
  }
  set(44, memoryMap.length * MAP_ENTRY_SIZE);
  set(48, address + mapAt);
  for (const [index, entry] of memoryMap.entries()) {
    const at = mapAt + index * MAP_ENTRY_SIZE;
    // Its size field does not count itself.
    set(at, MAP_ENTRY_SIZE - 4);
    view.setBigUint64(at + 4, BigInt(entry.address), true);
    view.setBigUint64(at + 12, BigInt(entry.size), true);
    set(at + 20, MEMORY_TYPES[entry.type]);
  }
  info.set(text, textAt);
  return info;
}
