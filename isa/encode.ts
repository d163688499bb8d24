import { type Instruction, instructionByName, type Operand } from './instructions.ts';

/** Values of an instruction's fields; those that an instruction does not have are ignored, those left out are 0 (`rm`: dynamic). */
export interface Fields {
  readonly rd?: number;
  readonly rs1?: number;
  readonly rs2?: number;
  readonly rs3?: number;
  /** The immediate as the instruction means it: bytes for branches and jumps, bits 31:12 as a 20-bit value for lui and auipc. */
  readonly imm?: number;
  readonly csr?: number;
  readonly pred?: number;
  readonly succ?: number;
  readonly rm?: number;
  readonly aq?: boolean;
  readonly rl?: boolean;
}

const scatterStore = (imm: number): number => ((imm & 0xfe0) << 20) | ((imm & 0x1f) << 7);
const scatterBranch = (imm: number): number =>
  ((imm & 0x1000) << 19) | ((imm & 0x7e0) << 20) | ((imm & 0x1e) << 7) | ((imm & 0x800) >> 4);
const scatterJump = (imm: number): number =>
  ((imm & 0x100000) << 11) | ((imm & 0x7fe) << 20) | ((imm & 0x800) << 9) | (imm & 0xff000);

const place: Record<Operand, (f: Fields) => number> = {
  rd: (f) => (f.rd ?? 0) << 7,
  fd: (f) => (f.rd ?? 0) << 7,
  rs1: (f) => (f.rs1 ?? 0) << 15,
  fs1: (f) => (f.rs1 ?? 0) << 15,
  '(rs1)': (f) => (f.rs1 ?? 0) << 15,
  rs2: (f) => (f.rs2 ?? 0) << 20,
  fs2: (f) => (f.rs2 ?? 0) << 20,
  fs3: (f) => (f.rs3 ?? 0) << 27,
  imm: (f) => (f.imm ?? 0) << 20,
  'imm(rs1)': (f) => ((f.imm ?? 0) << 20) | ((f.rs1 ?? 0) << 15),
  'store(rs1)': (f) => scatterStore(f.imm ?? 0) | ((f.rs1 ?? 0) << 15),
  'prefetch(rs1)': (f) => scatterStore((f.imm ?? 0) & ~31) | ((f.rs1 ?? 0) << 15),
  branch: (f) => scatterBranch(f.imm ?? 0),
  jump: (f) => scatterJump(f.imm ?? 0),
  upper: (f) => (f.imm ?? 0) << 12,
  shamt5: (f) => ((f.imm ?? 0) & 31) << 20,
  shamt6: (f) => ((f.imm ?? 0) & 63) << 20,
  csr: (f) => (f.csr ?? 0) << 20,
  zimm: (f) => ((f.imm ?? 0) & 31) << 15,
  pred: (f) => ((f.pred ?? 15) & 15) << 24,
  succ: (f) => ((f.succ ?? 15) & 15) << 20,
  rm: (f) => (f.rm ?? 7) << 12,
  rtz: () => 0,
  constant: (f) => ((f.imm ?? 0) & 31) << 15,
};

/** An encoder of one instruction, for callers that emit many of them. Ranges are the caller's to check: see `operandRange`. */
export function encoder(instruction: Instruction): (fields: Fields) => number {
  const places = instruction.operands.map((operand) => place[operand]);
  const { match, ordered } = instruction;
  return (fields) => {
    let word = match;
    for (const set of places) word |= set(fields);
    if (ordered) word |= (fields.aq ? 1 << 26 : 0) | (fields.rl ? 1 << 25 : 0);
    return word >>> 0;
  };
}

const encoders = new Map<string, (fields: Fields) => number>();

/** The 32-bit encoding, unsigned. Throws on a name that the table does not have. */
export function encode(name: string, fields: Fields = {}): number {
  let found = encoders.get(name);
  if (!found) {
    const instruction = instructionByName.get(name);
    if (!instruction) throw new Error(`no instruction is called '${name}'`);
    found = encoder(instruction);
    encoders.set(name, found);
  }
  return found(fields);
}

/** The values that an immediate operand can take; undefined for operands that are registers or sets. */
export function operandRange(operand: Operand): { min: number; max: number; step: number } | undefined {
  switch (operand) {
    case 'imm':
    case 'imm(rs1)':
    case 'store(rs1)':
      return { min: -2048, max: 2047, step: 1 };
    case 'prefetch(rs1)':
      return { min: -2048, max: 2016, step: 32 };
    case 'branch':
      return { min: -4096, max: 4094, step: 2 };
    case 'jump':
      return { min: -1048576, max: 1048574, step: 2 };
    case 'upper':
      return { min: 0, max: 0xfffff, step: 1 };
    case 'shamt5':
    case 'zimm':
    case 'constant':
      return { min: 0, max: 31, step: 1 };
    case 'shamt6':
      return { min: 0, max: 63, step: 1 };
    case 'csr':
      return { min: 0, max: 0xfff, step: 1 };
    default:
      return undefined;
  }
}

/** The fields of an encoded instruction: the inverse of `encode`. */
export function decodeFields(instruction: Instruction, word: number): Required<Fields> {
  const has = (operand: Operand): boolean => instruction.operands.includes(operand);
  let imm = 0;
  if (has('imm') || has('imm(rs1)')) imm = word >> 20;
  else if (has('store(rs1)')) imm = ((word >> 25) << 5) | ((word >>> 7) & 31);
  else if (has('prefetch(rs1)')) imm = (word >> 25) << 5;
  else if (has('branch'))
    imm = ((word >> 31) << 12) | ((word << 4) & 0x800) | ((word >>> 20) & 0x7e0) | ((word >>> 7) & 0x1e);
  else if (has('jump'))
    imm = ((word >> 31) << 20) | (word & 0xff000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe);
  else if (has('upper')) imm = word >>> 12;
  else if (has('shamt5')) imm = (word >>> 20) & 31;
  else if (has('shamt6')) imm = (word >>> 20) & 63;
  else if (has('zimm') || has('constant')) imm = (word >>> 15) & 31;
  return {
    rd: (word >>> 7) & 31,
    rs1: (word >>> 15) & 31,
    rs2: (word >>> 20) & 31,
    rs3: word >>> 27,
    imm,
    csr: word >>> 20,
    pred: (word >>> 24) & 15,
    succ: (word >>> 20) & 15,
    rm: (word >>> 12) & 7,
    aq: ((word >>> 26) & 1) === 1,
    rl: ((word >>> 25) & 1) === 1,
  };
}
