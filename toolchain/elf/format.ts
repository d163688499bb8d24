/** Numbers of the ELF-64 object file format, and of the RISC-V ELF psABI, "ELF Object Files". */

export const HEADER_SIZE = 64;
export const PROGRAM_HEADER_SIZE = 56;
export const SECTION_HEADER_SIZE = 64;
export const SYMBOL_SIZE = 24;

export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;

export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;

export const EM_RISCV = 243;

export const PT_LOAD = 1;
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_NOBITS = 8;
export const SHT_RISCV_ATTRIBUTES = 0x70000003;
export const SHF_WRITE = 1n;
export const SHF_ALLOC = 2n;
export const SHF_EXECINSTR = 4n;

export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;

export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;

/** e_flags: the code has compressed instructions. */
export const EF_RISCV_RVC = 1;

/** What to call the machine of an ELF that is not for RISC-V. */
export const machineNames: ReadonlyMap<number, string> = new Map([
  [3, 'x86 (32-bit)'],
  [8, 'MIPS'],
  [20, 'PowerPC (32-bit)'],
  [21, 'PowerPC'],
  [22, 's390'],
  [40, 'ARM (32-bit)'],
  [43, 'SPARC'],
  [62, 'x86-64'],
  [183, 'AArch64'],
  [EM_RISCV, 'RISC-V'],
  [247, 'BPF'],
  [258, 'LoongArch'],
]);
