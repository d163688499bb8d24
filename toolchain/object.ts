/** What the assembler and the compiler produce and the linker consumes. */

export type SectionKind = 'text' | 'rodata' | 'data' | 'bss';

/** Relocation types, named as in the RISC-V ELF psABI, "Relocations". */
export type RelocationType =
  | 'R_RISCV_32'
  | 'R_RISCV_64'
  | 'R_RISCV_BRANCH'
  | 'R_RISCV_JAL'
  | 'R_RISCV_CALL_PLT'
  | 'R_RISCV_PCREL_HI20'
  | 'R_RISCV_PCREL_LO12_I'
  | 'R_RISCV_PCREL_LO12_S'
  | 'R_RISCV_HI20'
  | 'R_RISCV_LO12_I'
  | 'R_RISCV_LO12_S'
  | 'R_RISCV_RVC_BRANCH'
  | 'R_RISCV_RVC_JUMP'
  | 'R_RISCV_ADD8'
  | 'R_RISCV_ADD16'
  | 'R_RISCV_ADD32'
  | 'R_RISCV_ADD64'
  | 'R_RISCV_SUB8'
  | 'R_RISCV_SUB16'
  | 'R_RISCV_SUB32'
  | 'R_RISCV_SUB64';

export interface Relocation {
  /** Byte offset in the section. */
  readonly offset: number;
  readonly type: RelocationType;
  readonly symbol: string;
  readonly addend: bigint;
}

/** The code from `offset` up to the next row comes from this place in a source file. */
export interface LineRow {
  readonly offset: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 where unknown. */
  readonly column: number;
}

/**
 * How to unwind from the code at `offset` up to the next row. The caller's sp is `sp + frameSize`; the return address is in
 * `ra` where `returnAddress` is 'ra', otherwise at `sp + returnAddress`.
 */
export interface FrameRow {
  readonly offset: number;
  readonly frameSize: number;
  readonly returnAddress: number | 'ra';
}

export interface Section {
  /** `.text`, `.text.boot`, `.rodata`, `.data`, `.bss`, … */
  readonly name: string;
  readonly kind: SectionKind;
  /** A power of two, in bytes. */
  readonly align: number;
  /** Empty for `bss`. */
  readonly bytes: Uint8Array;
  /** In bytes; `bytes.length` except for `bss`. */
  readonly size: number;
  /** A physical address that the section must have (AssemblyScript's static data); elsewhere the linker chooses. */
  readonly address?: bigint;
  readonly relocations: readonly Relocation[];
  readonly lines: readonly LineRow[];
  readonly frames: readonly FrameRow[];
}

export interface ObjectSymbol {
  readonly name: string;
  /** Name of the section; undefined for an absolute symbol. */
  readonly section: string | undefined;
  /** Offset in the section, or the absolute value. */
  readonly value: bigint;
  readonly size: number;
  readonly type: 'function' | 'object' | 'none';
  /** Visible to other object files. */
  readonly global: boolean;
  /** Gives way to a definition of the same name that is not weak; a weak reference that nobody defines is a weak absolute 0. */
  readonly weak?: boolean;
}

export interface ObjectFile {
  readonly name: string;
  readonly sections: readonly Section[];
  readonly symbols: readonly ObjectSymbol[];
}
