/** Finds the addresses that pairs of instructions compute, such as `auipc` and `addi`: what a reader wants to know of `la`. */
import { expand } from '../isa/compressed.ts';
import { decodeFields } from '../isa/encode.ts';
import { findInstruction, type Operand } from '../isa/instructions.ts';

const AFTER_UPPER: readonly Operand[] = ['imm', 'imm(rs1)', 'store(rs1)'];

/** Follows code in the order of its addresses. */
export class ComputedAddresses {
  /** Registers that `auipc` or `lui` has just set. */
  readonly #uppers = new Map<number, bigint>();

  /** The address that the instruction at `pc` completes: it adds its immediate to what `auipc` or `lui` left in its base. */
  next(parcel: number, pc: bigint): bigint | undefined {
    const word = (parcel & 3) === 3 ? parcel >>> 0 : expand(parcel & 0xffff);
    const instruction = findInstruction(word);
    if (!instruction) {
      this.#uppers.clear();
      return undefined;
    }
    const { name, operands } = instruction;
    const { rd, rs1, imm } = decodeFields(instruction, word);
    const base = operands.some((operand) => AFTER_UPPER.includes(operand)) ? this.#uppers.get(rs1) : undefined;
    const isSum = name === 'addi' || name === 'addiw' || !operands.includes('imm');
    const found = base !== undefined && isSum ? BigInt.asUintN(64, base + BigInt(imm)) : undefined;
    if (operands.includes('rd')) this.#uppers.delete(rd);
    const upper = BigInt.asIntN(32, BigInt(imm) << 12n);
    if (name === 'auipc') this.#uppers.set(rd, pc + upper);
    if (name === 'lui') this.#uppers.set(rd, upper);
    // Where code may be entered from elsewhere nothing is known.
    if (operands.includes('branch') || operands.includes('jump') || name === 'jalr') this.#uppers.clear();
    return found;
  }

  /** Forgets all, at a label. */
  clear(): void {
    this.#uppers.clear();
  }
}
