import type { Fields } from '../../isa/encode.ts';

/** An instruction of a sequence. */
export interface Step {
  readonly name: string;
  readonly fields: Fields;
}

/** The low 12 bits as a signed number. */
const low12 = (value: bigint): bigint => BigInt.asIntN(12, value);

/**
 * The instructions that load a 64-bit constant, the same ones that GNU as chooses: `lui` and `addiw` for 32 bits, and
 * above that the upper part followed by shifts and `addi`s for 12 bits at a time, skipping zeros.
 */
export function loadImmediate(rd: number, constant: bigint): Step[] {
  const value = BigInt.asIntN(64, constant);
  if (value >= -2048n && value < 2048n) return [{ name: 'addi', fields: { rd, rs1: 0, imm: Number(value) } }];
  return loadLarge(rd, value);
}

function loadLarge(rd: number, value: bigint): Step[] {
  const low = low12(value);
  let upper = BigInt.asIntN(64, value - low);
  if (BigInt.asIntN(32, value) === value) {
    const steps: Step[] = [];
    if (upper !== 0n) steps.push({ name: 'lui', fields: { rd, imm: Number((upper >> 12n) & 0xfffffn) } });
    if (low !== 0n || upper === 0n) {
      steps.push({ name: 'addiw', fields: { rd, rs1: upper === 0n ? 0 : rd, imm: Number(low) } });
    }
    return steps;
  }
  let shift = 12n;
  while (((upper >> shift) & 1n) === 0n) shift++;
  upper >>= shift;
  const steps = loadLarge(rd, upper);
  steps.push({ name: 'slli', fields: { rd, rs1: rd, imm: Number(shift) } });
  if (low !== 0n) steps.push({ name: 'addi', fields: { rd, rs1: rd, imm: Number(low) } });
  return steps;
}
