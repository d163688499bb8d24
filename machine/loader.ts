/** Decides where in RAM everything lies that the machine starts with, and what the firmware is told about it. */

import { type Elf, isElf, readElf } from '../toolchain/elf.ts';
import { deviceTree } from './board.ts';
import { RAM_BASE } from './core/layout.ts';
import { writeFdt } from './fdt.ts';
import { imageSize, LoadError } from './kernel-image.ts';

const MIB = 2 ** 20;
/** Linux wants its Image at a multiple of this (Documentation/arch/riscv/boot-image-header). */
const KERNEL_ALIGN = 2 * MIB;

/** A file that the device tree's `/chosen` names, for a hypervisor to find its guests. */
export interface Module {
  readonly kind: 'kernel' | 'ramdisk';
  /** Physical, in RAM. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** The guest's command line. */
  readonly bootargs?: string;
}

/** What a machine boots. ELF, Linux `Image` and raw binaries are told apart by their contents. */
export interface BootFiles {
  /** Runs first, in M-mode; a raw binary at the start of RAM. */
  readonly firmware?: Uint8Array;
  /**
   * What the firmware starts, or what runs in M-mode when there is no firmware. Raw binaries lie at the next 2 MiB.
   * `Machine.create` unpacks it where it is compressed (kernel-image.ts).
   */
  readonly kernel?: Uint8Array;
  readonly initrd?: Uint8Array;
  /** The kernel's command line. */
  readonly append?: string;
  readonly modules?: readonly Module[];
}

export interface BootOptions extends BootFiles {
  readonly harts: number;
  /** Bytes of RAM. */
  readonly memory: number;
}

/** Bytes to be put at a physical address; the rest up to `memorySize` is zero. */
export interface LoadedPart {
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly memorySize: number;
}

export interface BootPlan {
  /** By ascending address. */
  readonly parts: readonly LoadedPart[];
  /** Where harts jump to from the boot ROM. */
  readonly start: number;
  /** What the firmware shall start; 0 for nothing. */
  readonly next: number;
  readonly deviceTreeAddress: number;
  /** Where the firmware, or else the kernel, talks to the host as on Spike; undefined if neither has a symbol `tohost`. */
  readonly htif: HtifAddresses | undefined;
}

/** Physical. */
export interface HtifAddresses {
  readonly tohost: number;
  /** 0 if the program has no such symbol. */
  readonly fromhost: number;
}

/**
 * Plans what lies where, as QEMU's `virt` board does it.
 * @throws LoadError when there is nothing to run, or something lies outside of RAM or on something else.
 * @throws ElfError for a damaged ELF file or one for another machine.
 */
export function planBoot(options: BootOptions): BootPlan {
  const { memory, harts, append } = options;
  const parts: LoadedPart[] = [];
  const firmware = options.firmware && placeProgram('firmware', options.firmware, RAM_BASE);
  const kernelAddress = firmware ? alignUp(endOf(firmware.parts), KERNEL_ALIGN) : RAM_BASE;
  const kernel = options.kernel && placeProgram('kernel', options.kernel, kernelAddress);
  const first = firmware ?? kernel;
  if (first === undefined) throw new LoadError('the machine has nothing to run: give it a firmware or a kernel');
  parts.push(...(firmware?.parts ?? []), ...(kernel?.parts ?? []));

  let initrd: { address: number; length: number } | undefined;
  if (options.initrd !== undefined) {
    if (kernel === undefined) throw new LoadError('an initrd without a kernel has nobody to use it: give a kernel too');
    initrd = { address: initrdAddress(kernel.parts, memory), length: options.initrd.length };
    parts.push(part('initrd', initrd.address, options.initrd));
  }
  for (const [index, module] of (options.modules ?? []).entries()) {
    parts.push(part(`module ${index + 1} (${module.kind})`, module.address, module.bytes));
  }

  const modules = options.modules?.map(({ kind, address, bytes, bootargs }) => {
    return { kind, address, length: bytes.length, bootargs };
  });
  const blob = writeFdt(deviceTree({ harts, memory, bootargs: append, initrd, modules }));
  const deviceTreeAddress = topOfRam(memory, blob.length);
  parts.push(part('device tree', deviceTreeAddress, blob));

  parts.sort((a, b) => a.address - b.address);
  checkParts(parts, memory);
  return {
    parts,
    start: first.entry,
    next: firmware && kernel ? kernel.entry : 0,
    deviceTreeAddress,
    htif: firmware?.htif ?? kernel?.htif,
  };
}

interface Program {
  readonly parts: readonly LoadedPart[];
  readonly entry: number;
  readonly htif?: HtifAddresses | undefined;
}

/** An ELF goes where its program headers say (physical addresses), anything else to `address`. */
function placeProgram(name: string, bytes: Uint8Array, address: number): Program {
  if (bytes.length === 0) throw new LoadError(`the ${name} is empty`);
  if (!isElf(bytes)) {
    return { parts: [{ ...part(name, address, bytes), memorySize: imageSize(bytes) }], entry: address };
  }
  const elf = readElf(bytes);
  if (elf.segments.length === 0) throw new LoadError(`the ${name} is an ELF without segments to load; link it first`);
  const parts = elf.segments.map((segment) => ({
    name,
    address: Number(segment.physicalAddress),
    bytes: segment.bytes,
    memorySize: segment.memorySize,
  }));
  return { parts, entry: physical(elf, elf.entry), htif: htifOf(elf) };
}

function htifOf(elf: Elf): HtifAddresses | undefined {
  const address = (name: string) => {
    const symbol = elf.symbols.find((each) => each.name === name);
    return symbol && physical(elf, symbol.value);
  };
  const tohost = address('tohost');
  return tohost === undefined ? undefined : { tohost, fromhost: address('fromhost') ?? 0 };
}

/** Entry and symbols are virtual addresses, which differ from physical ones in a kernel that is linked high. */
function physical(elf: Elf, address: bigint): number {
  const inside = elf.segments.find(
    ({ virtualAddress, memorySize }) => address >= virtualAddress && address - virtualAddress < BigInt(memorySize),
  );
  return Number(inside ? address - inside.virtualAddress + inside.physicalAddress : address);
}

/** Half of RAM above the kernel's start, but at most 128 MiB: far from a kernel that unpacks itself. */
function initrdAddress(kernel: readonly LoadedPart[], memory: number): number {
  const start = Math.min(...kernel.map(({ address }) => address));
  const wanted = alignUp(start + Math.min(memory / 2, 128 * MIB), 4096);
  return Math.max(wanted, alignUp(endOf(kernel), 4096));
}

/** The highest 2 MiB that has room, as on QEMU; the highest 64 KiB where RAM itself is that small. */
function topOfRam(memory: number, length: number): number {
  const align = memory < 4 * MIB ? 2 ** 16 : 2 * MIB;
  const end = Math.min(RAM_BASE + memory, 0xc000_0000);
  return Math.floor((end - length) / align) * align;
}

function part(name: string, address: number, bytes: Uint8Array): LoadedPart {
  return { name, address, bytes, memorySize: bytes.length };
}

function endOf(parts: readonly LoadedPart[]): number {
  return Math.max(...parts.map(({ address, memorySize }) => address + memorySize));
}

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

function checkParts(parts: readonly LoadedPart[], memory: number): void {
  const ramEnd = RAM_BASE + memory;
  for (const [index, { name, address, memorySize }] of parts.entries()) {
    const end = address + memorySize;
    if (address < RAM_BASE || end > ramEnd) {
      throw new LoadError(
        `the ${name} at ${range(address, end)} does not fit into RAM at ${range(RAM_BASE, ramEnd)}: ` +
          'give the machine more memory, or link it elsewhere',
      );
    }
    const next = parts[index + 1];
    if (next !== undefined && next.address < end) {
      throw new LoadError(
        `the ${name} at ${range(address, end)} and the ${next.name} at ` +
          `${range(next.address, next.address + next.memorySize)} overlap: move one, or give the machine more memory`,
      );
    }
  }
}

function range(start: number, end: number): string {
  return `0x${start.toString(16)}..0x${(end - 1).toString(16)}`;
}
