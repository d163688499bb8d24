/** ELF files for x86 (System V ABI, x86-64 and Intel386 supplements): segments, entry, and Xen's PVH note. */
import { hex, ImageError, type Segment, type X86Image } from './image.ts';

const MAGIC = 0x464c457f;
const EI_CLASS = 4;
const ELFCLASS64 = 2;
const E_MACHINE = 18;
const EM_386 = 3;
const EM_X86_64 = 62;
const PT_LOAD = 1;
const PT_NOTE = 4;
/** The 32-bit physical entry (Xen, public/elfnote.h). */
const XEN_ELFNOTE_PHYS32_ENTRY = 18;

/** Where the fields lie that differ between the two classes. */
const layouts = {
  elf32: {
    header: 52,
    phoff: 28,
    phentsize: 42,
    phnum: 44,
    entry: 24,
    program: 32,
    offset: 4,
    paddr: 12,
    filesz: 16,
    memsz: 20,
  },
  elf64: {
    header: 64,
    phoff: 32,
    phentsize: 54,
    phnum: 56,
    entry: 24,
    program: 56,
    offset: 8,
    paddr: 24,
    filesz: 32,
    memsz: 40,
  },
} as const;

interface ProgramHeader extends Segment {
  readonly type: number;
}

export interface X86Elf {
  readonly is64: boolean;
  /** As the file has it: mostly virtual. */
  readonly entry: number;
  readonly segments: readonly Segment[];
  readonly notes: readonly Uint8Array[];
}

/** The processor of an ELF file; undefined for anything else. */
function elfMachine(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < layouts.elf32.header || view.getUint32(0, true) !== MAGIC) return undefined;
  return view.getUint16(E_MACHINE, true);
}

const isX86 = (machine: number | undefined) => machine === EM_386 || machine === EM_X86_64;

/** Whether this is an ELF file for a processor other than x86. */
export function isForeignElf(bytes: Uint8Array): boolean {
  const machine = elfMachine(bytes);
  return machine !== undefined && !isX86(machine);
}

/** @returns undefined for a file that is no ELF, or for a processor other than x86. @throws ImageError */
export function readX86Elf(bytes: Uint8Array): X86Elf | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isX86(elfMachine(bytes))) return undefined;

  const is64 = bytes[EI_CLASS] === ELFCLASS64;
  const layout = is64 ? layouts.elf64 : layouts.elf32;
  if (bytes.length < layout.header) throw new ImageError('truncated: the ELF header is incomplete');
  const word = (at: number) => (is64 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const programs = word(layout.phoff);
  const size = view.getUint16(layout.phentsize, true);
  const count = view.getUint16(layout.phnum, true);
  if (size < layout.program || programs + count * size > bytes.length) {
    throw new ImageError(
      `truncated: ${count} program headers at ${hex(programs)} do not fit into ${bytes.length} bytes`,
    );
  }
  const headers = Array.from({ length: count }, (_, index): ProgramHeader => {
    const at = programs + index * size;
    const offset = word(at + layout.offset);
    const length = word(at + layout.filesz);
    const type = view.getUint32(at, true);
    if ((type === PT_LOAD || type === PT_NOTE) && offset + length > bytes.length) {
      throw new ImageError(`truncated: program header ${index} wants ${hex(length)} bytes at ${hex(offset)}`);
    }
    const data = bytes.subarray(offset, offset + length);
    return { type, address: word(at + layout.paddr), bytes: data, size: Math.max(word(at + layout.memsz), length) };
  });
  const segments = headers.filter(({ type, size: memory }) => type === PT_LOAD && memory > 0);
  if (segments.length === 0) throw new ImageError('an ELF file with nothing to load: no PT_LOAD segment');
  const notes = headers.filter(({ type }) => type === PT_NOTE).map((each) => each.bytes);
  return { is64, entry: word(layout.entry), segments, notes };
}

/** @returns undefined for a file that is no ELF for x86. @throws ImageError */
export function readElfImage(bytes: Uint8Array): X86Image | undefined {
  const elf = readX86Elf(bytes);
  if (elf === undefined) return undefined;
  const { segments, notes, is64 } = elf;
  const pvhEntry = notes.map(findPvhEntry).find((entry) => entry !== undefined);
  if (pvhEntry !== undefined) return { kind: 'pvh', segments, entry: pvhEntry };
  if (!is64) {
    throw new ImageError('a 32-bit ELF file with neither a multiboot header nor a PVH note says not how to enter it');
  }
  return { kind: 'elf64', segments, entry: elf.entry };
}

/** Notes are name size, description size, type, name, description, each aligned to 4 bytes. */
function findPvhEntry(notes: Uint8Array): number | undefined {
  const view = new DataView(notes.buffer, notes.byteOffset, notes.byteLength);
  for (let at = 0; at + 12 <= notes.length; ) {
    const nameSize = view.getUint32(at, true);
    const descriptionSize = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const name = at + 12;
    const description = name + align4(nameSize);
    const next = description + align4(descriptionSize);
    if (next > notes.length) return undefined;
    const isXen = String.fromCharCode(...notes.subarray(name, name + 3)) === 'Xen' && nameSize === 4;
    if (isXen && type === XEN_ELFNOTE_PHYS32_ENTRY && descriptionSize >= 4) return view.getUint32(description, true);
    at = next;
  }
  return undefined;
}

function align4(value: number): number {
  return Math.ceil(value / 4) * 4;
}
