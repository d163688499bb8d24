/** Guests that are ELF executables: System V ABI, "Object Files" and "Program Loading"; RISC-V ELF psABI. */
import { addSegment, IMAGE_ELF, ImageInfo, imageError, SEGMENT_EXECUTABLE } from './image-info.ts';
import { read16, read32, read64 } from './little-endian.ts';

const ELF_MAGIC: u32 = 0x464c457f;
const EI_CLASS: usize = 4;
const EI_DATA: usize = 5;
const EI_VERSION: usize = 6;
const ELFCLASS64: u8 = 2;
const ELFDATA2LSB: u8 = 1;
const EV_CURRENT: u32 = 1;
const ET_EXEC: u32 = 2;
const ET_DYN: u32 = 3;
const EM_RISCV: u32 = 243;
const PT_LOAD: u32 = 1;

// Elf64_Ehdr
const E_TYPE: usize = 16;
const E_MACHINE: usize = 18;
const E_VERSION: usize = 20;
const E_ENTRY: usize = 24;
const E_PHOFF: usize = 32;
const E_PHENTSIZE: usize = 54;
const E_PHNUM: usize = 56;
const EHDR_SIZE: u64 = 64;

// Elf64_Phdr
const P_TYPE: usize = 0;
const P_FLAGS: usize = 4;
const P_OFFSET: usize = 8;
const P_VADDR: usize = 16;
const P_PADDR: usize = 24;
const P_FILESZ: usize = 32;
const P_MEMSZ: usize = 40;
const PHDR_SIZE: u32 = 56;

export function isElf(image: usize, size: u64): bool {
  return size >= 4 && read32(image) == ELF_MAGIC;
}

/** Describes an ELF file by its program headers. Null, or an error as in `describeImage`. */
export function describeElf(image: usize, size: u64, info: ImageInfo): string | null {
  info.kind = IMAGE_ELF;
  const wrong = wrongHeader(image, size, info);
  if (wrong) return wrong;
  const headers = image + <usize>read64(image + E_PHOFF);
  const count = read16(image + E_PHNUM);
  for (let index: u32 = 0; index < count; index++) {
    const header = headers + index * PHDR_SIZE;
    if (read32(header + P_TYPE) != PT_LOAD || read64(header + P_MEMSZ) == 0) continue;
    const error = addLoad(image, size, header, info);
    if (error) return error;
  }
  if (info.segmentCount == 0) return imageError(info, count, 'nothing to load in the ELF file; program headers:');
  return findEntry(image, headers, count, info);
}

function wrongHeader(image: usize, size: u64, info: ImageInfo): string | null {
  if (size < EHDR_SIZE) return imageError(info, size, 'the ELF header is cut off; bytes of the file:');
  const elfClass = load<u8>(image + EI_CLASS);
  if (elfClass != ELFCLASS64) return imageError(info, elfClass, 'the ELF file is not 64-bit (2); its EI_CLASS is');
  const data = load<u8>(image + EI_DATA);
  if (data != ELFDATA2LSB) return imageError(info, data, 'the ELF file is not little-endian (1); its EI_DATA is');
  const version = read32(image + E_VERSION);
  if (load<u8>(image + EI_VERSION) != EV_CURRENT || version != EV_CURRENT) {
    return imageError(info, version, 'the ELF file is not of version 1; its e_version is');
  }
  const machine = read16(image + E_MACHINE);
  if (machine != EM_RISCV) return imageError(info, machine, 'the ELF file is not for RISC-V (0xf3); its e_machine is');
  const type = read16(image + E_TYPE);
  if (type != ET_EXEC && type != ET_DYN) {
    return imageError(info, type, 'the ELF file is not linked to run (2 or 3); its e_type is');
  }
  const entrySize = read16(image + E_PHENTSIZE);
  const count = read16(image + E_PHNUM);
  if (count != 0 && entrySize != PHDR_SIZE) {
    return imageError(info, entrySize, "the ELF file's program headers are not 0x38 bytes each; its e_phentsize is");
  }
  const offset = read64(image + E_PHOFF);
  if (offset > size || <u64>count * PHDR_SIZE > size - offset) {
    return imageError(info, offset, "the ELF file's program headers pass its end; its e_phoff is");
  }
  return null;
}

/** Adds the segment of one PT_LOAD header. */
function addLoad(image: usize, size: u64, header: usize, info: ImageInfo): string | null {
  const offset = read64(header + P_OFFSET);
  const fileSize = read64(header + P_FILESZ);
  const memorySize = read64(header + P_MEMSZ);
  if (fileSize > memorySize) {
    return imageError(info, fileSize, 'an ELF segment has more bytes in the file than in memory; its p_filesz is');
  }
  if (offset > size || fileSize > size - offset) {
    return imageError(info, offset, "an ELF segment's bytes pass the end of the file; its p_offset is");
  }
  const flags = read32(header + P_FLAGS) & 7;
  return addSegment(info, read64(header + P_PADDR), image + <usize>offset, fileSize, memorySize, flags);
}

/**
 * The entry is a virtual address; where a segment's physical address differs, the entry moves with it. A few programs give a physical
 * one all the same, which counts when no segment has it as a virtual one.
 */
function findEntry(image: usize, headers: usize, count: u32, info: ImageInfo): string | null {
  const entry = read64(image + E_ENTRY);
  if (entry & 1) return imageError(info, entry, "the ELF file's entry is odd:");
  let header = executableAt(headers, count, P_VADDR, entry);
  if (header) {
    info.entry = entry - read64(header + P_VADDR) + read64(header + P_PADDR);
    return null;
  }
  header = executableAt(headers, count, P_PADDR, entry);
  if (!header) return imageError(info, entry, "the ELF file's entry lies in no executable segment:");
  info.entry = entry;
  return null;
}

/** The header of the executable segment whose address field says that it contains `address`; 0 where there is none. */
function executableAt(headers: usize, count: u32, addressField: usize, address: u64): usize {
  for (let index: u32 = 0; index < count; index++) {
    const header = headers + index * PHDR_SIZE;
    const executable = read32(header + P_TYPE) == PT_LOAD && (read32(header + P_FLAGS) & SEGMENT_EXECUTABLE) != 0;
    const start = read64(header + addressField);
    if (executable && address >= start && address - start < read64(header + P_MEMSZ)) return header;
  }
  return 0;
}
