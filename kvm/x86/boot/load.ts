/** Puts an image, its command line and its RAM disk into guest memory, and the first vCPU before its first instruction. */
import type { GuestMemory } from '../../memory.ts';
import {
  ACPI_ADDRESS,
  BOOT_PARAMS_ADDRESS,
  COMMAND_LINE_ADDRESS,
  COMMAND_LINE_SPACE,
  e820Map,
  START_INFO_ADDRESS,
} from '../memory-map.ts';
import { enterLongMode, enterProtectedMode, enterRealMode } from '../modes.ts';
import type { X86Vcpu } from '../vcpu.ts';
import { bootParams } from './boot-params.ts';
import { hex, ImageError, type X86Image } from './image.ts';
import { MULTIBOOT_BOOTLOADER_MAGIC, multibootInfo } from './multiboot.ts';
import { startInfo } from './pvh.ts';

export interface BootSource {
  readonly image: X86Image;
  readonly commandLine: string;
  readonly ramDisk: Uint8Array | undefined;
}

/** A program without any header. */
export interface FlatSource {
  readonly bytes: Uint8Array;
  /** Where it is loaded and entered. */
  readonly address: number;
  readonly mode: FlatMode;
}

/** How a flat program is entered: 16-bit code, or 32-bit or 64-bit code with flat segments and one-to-one paging or none. */
export const FLAT_MODES = ['real', 'protected', 'long'] as const;
export type FlatMode = (typeof FLAT_MODES)[number];

const PAGE = 4096;
const MIB = 2 ** 20;
/** Segment descriptors, the stack and the page tables are below (modes.ts). */
const FLAT_TABLES_END = 0x1_0000;
/** Kernels that do not say take RAM disks up to here. */
const RAM_DISK_LIMIT = 0x7fff_ffff;

/** @throws ImageError for what does not fit into the guest's memory. */
export function loadFlat(source: FlatSource, memory: GuestMemory, vcpu: X86Vcpu): void {
  const { bytes, address, mode } = source;
  if (mode === 'real' && address >= MIB) {
    throw new ImageError(
      `real mode reaches addresses below ${hex(MIB)}, not ${hex(address)}; load it there, or say --mode`,
    );
  }
  if (mode !== 'real' && address < FLAT_TABLES_END) {
    throw new ImageError(
      `${hex(address)}: below ${hex(FLAT_TABLES_END)} are stack and tables of ${mode} mode; load it there or above`,
    );
  }
  if (!memory.contains(address, bytes.length)) {
    throw new ImageError(
      `${bytes.length} bytes at ${hex(address)} do not fit into guest memory of ${hex(memory.size)}`,
    );
  }
  memory.write(address, bytes);
  const registers = { rip: BigInt(address) };
  if (mode === 'real') enterRealMode(vcpu, address);
  else if (mode === 'protected') enterProtectedMode(vcpu, memory, registers);
  else enterLongMode(vcpu, memory, registers);
}

/** @throws ImageError for what does not fit into the guest's memory. */
export function loadImage(source: BootSource, memory: GuestMemory, vcpu: X86Vcpu): void {
  const { image } = source;
  writeSegments(image, memory);
  const ramDisk = placeRamDisk(source, memory);
  const limit = image.kind === 'bzImage' ? image.commandLineLimit : COMMAND_LINE_SPACE - 1;
  const commandLine = new TextEncoder().encode(source.commandLine);
  if (commandLine.length > Math.min(limit, COMMAND_LINE_SPACE - 1)) {
    throw new ImageError(`a command line of ${commandLine.length} bytes; the kernel takes ${limit}`);
  }
  memory.write(COMMAND_LINE_ADDRESS, Uint8Array.of(...commandLine, 0));
  const memoryMap = e820Map(memory.size);

  switch (image.kind) {
    case 'bzImage': {
      const params = {
        setupHeader: image.setupHeader,
        commandLineAddress: COMMAND_LINE_ADDRESS,
        rsdpAddress: ACPI_ADDRESS,
        ramDisk,
        e820: memoryMap,
      };
      memory.write(BOOT_PARAMS_ADDRESS, bootParams(params));
      enterLongMode(vcpu, memory, { rip: BigInt(image.entry), rsi: BigInt(BOOT_PARAMS_ADDRESS) });
      break;
    }
    case 'pvh': {
      const address = START_INFO_ADDRESS;
      const info = { address, commandLineAddress: COMMAND_LINE_ADDRESS, rsdpAddress: ACPI_ADDRESS, ramDisk, memoryMap };
      memory.write(address, startInfo(info));
      enterProtectedMode(vcpu, memory, { rip: BigInt(image.entry), rbx: BigInt(address) });
      break;
    }
    case 'multiboot': {
      const address = START_INFO_ADDRESS;
      memory.write(address, multibootInfo({ address, commandLine: source.commandLine, ramDisk, memoryMap }));
      const rax = BigInt(MULTIBOOT_BOOTLOADER_MAGIC);
      enterProtectedMode(vcpu, memory, { rip: BigInt(image.entry), rax, rbx: BigInt(address) });
      break;
    }
    case 'elf64':
      enterLongMode(vcpu, memory, { rip: BigInt(image.entry) });
      break;
  }
}

function writeSegments(image: X86Image, memory: GuestMemory): void {
  for (const { address, bytes, size } of image.segments) {
    const end = address + size;
    if (address < MIB) {
      throw new ImageError(`a segment at ${hex(address)}: below 1 MiB is what boots it; link it at 0x100000 or above`);
    }
    if (!memory.contains(address, size)) {
      throw new ImageError(
        `its segment ${hex(address)}..${hex(end - 1)} is outside guest memory of ${hex(memory.size)} bytes; ` +
          'give more by --memory',
      );
    }
    memory.write(address, bytes);
  }
  if (image.kind === 'bzImage' && !memory.contains(image.preferredAddress, image.initSize)) {
    const needed = image.preferredAddress + image.initSize;
    throw new ImageError(
      `the kernel needs ${Math.ceil(needed / MIB)}M of memory to unpack itself; give more by --memory`,
    );
  }
}

/** As high as the kernel can reach, so that it is not in the way of the kernel unpacking itself. */
function placeRamDisk({ image, ramDisk }: BootSource, memory: GuestMemory) {
  if (ramDisk === undefined) return undefined;
  const limit = image.kind === 'bzImage' ? image.ramDiskLimit : RAM_DISK_LIMIT;
  const end = Math.min(memory.ranges[0]!.size, limit + 1);
  const address = Math.floor((end - ramDisk.length) / PAGE) * PAGE;
  const used = Math.max(...image.segments.map((segment) => segment.address + segment.size));
  const kernelEnd = image.kind === 'bzImage' ? Math.max(used, image.preferredAddress + image.initSize) : used;
  if (address < kernelEnd) {
    const needed = kernelEnd + ramDisk.length;
    throw new ImageError(
      `the RAM disk of ${ramDisk.length} bytes does not fit above the kernel, which ends at ${hex(kernelEnd)}; ` +
        `give at least ${Math.ceil(needed / MIB)}M by --memory`,
    );
  }
  memory.write(address, ramDisk);
  return { address, size: ramDisk.length };
}
