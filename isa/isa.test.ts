import { describe, expect, test } from 'vitest';
import { compress, compressedInstructions, expand, findCompressed } from './compressed.ts';
import { decodeFields, encode } from './encode.ts';
import { findInstruction, instructions } from './instructions.ts';

describe('instructions', () => {
  test('each entry is what its own encoding decodes to', () => {
    // With every free bit set, since `prefetch.i` and `pause` are special cases of `ori` and `fence`.
    for (const { name, match, mask } of instructions) {
      expect(findInstruction((match | ~mask) >>> 0)?.name).toBe(name);
    }
  });

  test('match has no bit outside mask', () => {
    for (const { name, match, mask } of instructions)
      expect({ name, stray: (match & ~mask) >>> 0 }).toEqual({ name, stray: 0 });
  });

  // Encodings from the listings of the specification, worked out by hand.
  test.each([
    [0x00c58533, 'add', { rd: 10, rs1: 11, rs2: 12 }],
    [0xfff50513, 'addi', { rd: 10, rs1: 10, imm: -1 }],
    [0xfe0718e3, 'bne', { rs1: 14, rs2: 0, imm: -16 }],
    [0xff9ff06f, 'jal', { rd: 0, imm: -8 }],
    [0x00113423, 'sd', { rs1: 2, rs2: 1, imm: 8 }],
    [0x10059073, 'csrrw', { rd: 0, rs1: 11, csr: 0x100 }],
    [0x6c05c573, 'hlv.d', { rd: 10, rs1: 11 }],
    [0x62000073, 'hfence.gvma', { rs1: 0, rs2: 0 }],
    [0x1005252f, 'lr.w', { rd: 10, rs1: 10 }],
    [0x0330000f, 'fence', { pred: 3, succ: 3 }],
  ] as const)('0x%s is %s', (word, name, fields) => {
    expect(encode(name, fields)).toBe(word);
    const found = findInstruction(word);
    expect(found?.name).toBe(name);
    expect(decodeFields(found!, word)).toMatchObject(fields);
  });
});

describe('compressed instructions', () => {
  test('each entry is found by its own encoding with every field set', () => {
    for (const c of compressedInstructions) {
      const half = c.match | (~c.mask & 0xffff);
      // c.jr and c.jalr with rs2 set are c.mv and c.add: their masks fix it, so the same holds for all.
      expect(findCompressed(half)?.name).toBe(c.name);
    }
  });

  test('what expands and is no hint compresses to itself', () => {
    let count = 0;
    for (let half = 0; half < 0x10000; half++) {
      if ((half & 3) === 3) continue;
      const word = expand(half);
      if (word === 0) continue;
      const again = compress(word);
      // A hint does not come back, but for `addi rd, rd, 0`, which returns as the move that it is.
      if (again === 0 || findCompressed(again)?.name !== findCompressed(half)?.name) continue;
      // Two encodings can mean the same: `addi sp, sp, 16` is c.addi and c.addi16sp.
      expect(expand(again)).toBe(word);
      count++;
    }
    expect(count).toBeGreaterThan(40000);
  });

  test.each([
    [0x4501, 'addi', { rd: 10, rs1: 0, imm: 0 }],
    [0x8082, 'jalr', { rd: 0, rs1: 1, imm: 0 }],
    [0x1141, 'addi', { rd: 2, rs1: 2, imm: -16 }],
    [0xe406, 'sd', { rs1: 2, rs2: 1, imm: 8 }],
    [0x852e, 'add', { rd: 10, rs1: 0, rs2: 11 }],
    [0x9002, 'ebreak', {}],
    [0x0808, 'addi', { rd: 10, rs1: 2, imm: 16 }],
    [0x7139, 'addi', { rd: 2, rs1: 2, imm: -64 }],
    [0x6585, 'lui', { rd: 11, imm: 1 }],
  ] as const)('%i stands for %s', (half, name, fields) => {
    expect(expand(half).toString(16)).toBe(encode(name, fields).toString(16));
  });

  test.each([0x0000, 0x6101, 0x8002, 0x2001, 0x4002, 0x6001])('%i is reserved', (half) => {
    expect(expand(half)).toBe(0);
  });
});
