import { describe, expect, it } from 'vitest';
import { loadImmediate } from './load-immediate.ts';

/** What the steps leave in the register (Unpriv., RV64I). */
function run(value: bigint): bigint {
  let register = 0n;
  for (const { operation, immediate } of loadImmediate(value)) {
    const operand = BigInt(immediate);
    if (operation === 'lui') register = BigInt.asIntN(32, operand << 12n);
    else if (operation === 'addi') register = BigInt.asIntN(64, register + operand);
    else if (operation === 'addiw') register = BigInt.asIntN(32, register + operand);
    else if (operation === 'slli') register = BigInt.asIntN(64, register << operand);
    else register = BigInt.asUintN(64, register) >> operand;
  }
  return BigInt.asIntN(64, register);
}

describe('loadImmediate', () => {
  it('gives every value', () => {
    const values: bigint[] = [0xcbf2_9ce4_8422_2325n, 0x1_0000_01b3n, 0x5555_5555_5555_5555n];
    for (let bit = 0n; bit < 64n; bit++)
      for (const near of [-2049n, -1n, 0n, 1n, 2047n]) values.push((1n << bit) + near);
    for (const value of values) {
      const signed = BigInt.asIntN(64, value);
      expect(run(signed)).toBe(signed);
      expect(run(-signed)).toBe(BigInt.asIntN(64, -signed));
    }
  });

  it('is short for masks, powers of two and addresses in RAM', () => {
    expect(loadImmediate(2047n)).toHaveLength(1);
    expect(loadImmediate(0x7fff_f000n)).toHaveLength(1);
    expect(loadImmediate(0xffff_ffffn)).toHaveLength(2);
    expect(loadImmediate(1n << 63n)).toHaveLength(2);
    expect(loadImmediate(0x8041_2344n)).toHaveLength(3);
  });
});
