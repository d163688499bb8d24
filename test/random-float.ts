/** Random floating-point instructions by the table, for programs that are compared between machines. */
import { encode } from '../isa/encode.ts';
import { type Extension, type Instruction, instructions } from '../isa/instructions.ts';

/** A base for loads and stores, and how many bytes behind it they may use. */
export interface FloatData {
  /** An integer register that no instruction writes. */
  readonly base: number;
  readonly bytes: number;
}

export interface FloatOptions {
  readonly extensions: readonly Extension[];
  /** Loads and stores are left out without it. */
  readonly data?: FloatData;
}

/** Bytes in memory, by the last letter of the name of a load or store. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['h', 2],
  ['w', 4],
  ['d', 8],
]);

const touchesMemory = ({ operands }: Instruction): boolean =>
  operands.includes('imm(rs1)') || operands.includes('store(rs1)');

/**
 * A function that gives one random instruction after the other. Few registers are named, so that results become operands, and
 * all rounding modes, the reserved ones seldom. Integer results go to x10 to x15, from where integers come too.
 */
export function floatInstructions(next: () => number, { extensions, data }: FloatOptions): () => number {
  const known = instructions.filter((each) => extensions.includes(each.extension));
  const usable = known.filter((each) => data !== undefined || !touchesMemory(each));
  const integer = (): number => 10 + (next() % 6);
  const float = (): number => next() % 8;
  return () => {
    const instruction = usable[next() % usable.length]!;
    const { name, operands } = instruction;
    const rm = next() % 16;
    const fields = {
      rd: operands.includes('rd') ? integer() : float(),
      rs2: float(),
      rs3: float(),
      // Half of all rounding is dynamic.
      rm: rm < 8 ? 7 : rm < 15 ? rm % 5 : 5 + (next() & 1),
      imm: operands.includes('constant') ? next() & 31 : 0,
    };
    if (data === undefined || !touchesMemory(instruction)) {
      return encode(name, { ...fields, rs1: operands.includes('rs1') ? integer() : float() });
    }
    const size = SIZES.get(name.at(-1)!)!;
    return encode(name, { ...fields, rs1: data.base, imm: (next() % (data.bytes / size)) * size });
  };
}
