import { beforeAll, describe, expect, test } from 'vitest';
import { aliases } from '../../isa/aliases.ts';
import { compressedInstructions, expand } from '../../isa/compressed.ts';
import { disassemble as hostDisassemble } from '../../isa/disassemble.ts';
import { encode } from '../../isa/encode.ts';
import { instructions } from '../../isa/instructions.ts';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';
import { randomNumbers } from '../../test/random.ts';

const CAPACITY = 64;
const PC = 0x8020_1000n;

let bare: InV8;
let out: bigint;

beforeAll(async () => {
  bare = await loadInV8('bare/lib/disassemble.ts');
  out = bare.allocate(CAPACITY);
});

function disassemble(parcel: number, capacity = CAPACITY): string {
  const length = bare.number('disassemble', parcel, PC, out, capacity);
  expect(bare.intact(out, CAPACITY)).toBe(true);
  return bare.ascii(out, length);
}

/** What the host's disassembler says, in the notation here: a space for its tab, and targets with 0x. */
function hostText(parcel: number): string {
  const { text } = hostDisassemble(parcel, PC);
  return text
    .replace('\t', ' ')
    .replace(/^((?:b(?:eq|ne|lt|ge|gt|le)[uz]?|j|jal) (?:\w+,)*)([0-9a-f]+)$/, '$10x$2')
    .replace(/^add (\w+),zero,(?=[a-z])/, 'mv $1,');
}

/** Compressed hints, which have names of their own there, are what they stand for here. */
function expected(parcel: number): string {
  const text = hostText(parcel);
  return text.startsWith('c.') ? hostText(expand(parcel & 0xffff)) : text;
}

const nextRandom = randomNumbers(0x2545f491);

describe("against the host's disassembler", () => {
  test.each([...new Set([...instructions, ...aliases])].map((each) => [each.name, each] as const))('%s', (_, each) => {
    for (let round = 0; round < 50; round++) {
      const word = ((nextRandom() & ~each.mask) | each.match) >>> 0;
      expect(disassemble(word)).toBe(expected(word));
    }
  });

  test('words of any kind', () => {
    for (let round = 0; round < 5000; round++) {
      const word = (nextRandom() | 3) >>> 0;
      expect(disassemble(word)).toBe(expected(word));
    }
  });

  test('every compressed instruction as what it stands for, whatever follows it', { timeout: 60_000 }, () => {
    let known = 0;
    for (let half = 0; half < 0x10000; half++) {
      if ((half & 3) === 3) continue;
      const word = expand(half);
      if (word !== 0) known++;
      expect(disassemble((half | (nextRandom() << 16)) >>> 0)).toBe(expected(half));
    }
    expect(known).toBeGreaterThan(1000 * compressedInstructions.length);
  });
});

// Worked out by hand; GNU objdump prints the same but for targets.
test.each([
  [0x00000013, 'nop'],
  [0x00a00513, 'li a0,10'],
  [0xfff58593, 'addi a1,a1,-1'],
  [0x00008067, 'ret'],
  [0x000500e7, 'jalr a0'],
  [0x00450067, 'jr 4(a0)'],
  [0x8082, 'ret'],
  [0x852e, 'mv a0,a1'],
  [0x9002, 'ebreak'],
  [0xe406, 'sd ra,8(sp)'],
  [0x0000, 'unimp'],
  [0x8002, '.2byte 0x8002'],
  [0x00000073, 'ecall'],
  [0x10200073, 'sret'],
  [0xc01022f3, 'rdtime t0'],
  [0x10002573, 'csrr a0,sstatus'],
  [0x14259073, 'csrw scause,a1'],
  [0x7c059073, 'csrw 0x7c0,a1'],
  [0x6c05c573, 'hlv.d a0,(a1)'],
  [0x62000073, 'hfence.gvma'],
  [0x12b50073, 'sfence.vma a0,a1'],
  [0x0230000f, 'fence r,rw'],
  [0x0ff0000f, 'fence'],
  [0x0000100f, 'fence.i'],
  [0x1605252f, 'lr.w.aqrl a0,(a0)'],
  [0xfe0718e3, 'bnez a4,0x80200ff0'],
  [0xff9ff06f, 'j 0x80200ff8'],
  [0x008000ef, 'jal 0x80201008'],
  [0x12345537, 'lui a0,0x12345'],
  [0x03f51513, 'slli a0,a0,0x3f'],
  [0x02a5f553, 'fadd.d fa0,fa1,fa0'],
  [0xc2059553, 'fcvt.w.d a0,fa1,rtz'],
  [0xf2160553, 'fli.d fa0,0.5'],
  [0x4045f553, 'fround.s fa0,fa1'],
  [0xc2859553, 'fcvtmod.w.d a0,fa1,rtz'],
  [0x22b58553, 'fmv.d fa0,fa1'],
  [0x22c58553, 'fsgnj.d fa0,fa1,fa2'],
  [0x00301073, 'fscsr zero'],
  [0xffffffff, '.4byte 0xffffffff'],
] as const)('0x%s is `%s`', (word, text) => {
  expect(disassemble(word)).toBe(text);
});

test('a text that does not fit is cut off', () => {
  for (const capacity of [0, 1, 8, 13]) {
    bare.bytes.fill(0xaa, Number(out), Number(out) + CAPACITY);
    expect(disassemble(encode('csrrw', { rd: 1, rs1: 2, csr: 0x300 }), capacity)).toBe(
      'csrrw ra,mstatus,sp'.slice(0, capacity),
    );
    expect(bare.slice(out + BigInt(capacity), CAPACITY - capacity)).toEqual(
      new Uint8Array(CAPACITY - capacity).fill(0xaa),
    );
  }
});

test('targets wrap around at 64 bits', () => {
  const length = bare.number('disassemble', encode('jal', { rd: 0, imm: -8 }), 4n, out, CAPACITY);
  expect(bare.ascii(out, length)).toBe('j 0xfffffffffffffffc');
});
