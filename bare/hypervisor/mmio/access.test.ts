import { beforeAll, describe, expect, test } from 'vitest';
import { compressedInstructions, expand, findCompressed } from '../../../isa/compressed.ts';
import { encode } from '../../../isa/encode.ts';
import { findInstruction, type Instruction, instructions } from '../../../isa/instructions.ts';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';
import { randomNumbers } from '../../../test/random.ts';

const SOURCE = `export * from './access';`;

/** What the specification's name of an instruction says of it. */
function describeAccess({ name, operands }: Instruction) {
  const [, float, direction, size, unsigned] = /^(f?)([ls])([bhwd])(u?)$/.exec(name) ?? [];
  if (direction === undefined || !/\(rs1\)/.test(operands.join())) return undefined;
  const isFloat = float === 'f';
  const write = direction === 's';
  return { width: 1 << 'bhwd'.indexOf(size!), isFloat, write, signed: !write && !isFloat && unsigned === '' };
}

const accesses = instructions.filter((each) => describeAccess(each) !== undefined);

let bare: InV8;

beforeAll(async () => {
  bare = await loadInV8('bare/hypervisor/mmio/entry-of-test.ts', { source: SOURCE });
});

const encoded = (word: number, decoder: string) => bare.call(decoder, word) as bigint;

function decode(word: number, decoder = 'decodeAccess') {
  const access = encoded(word, decoder);
  if (access === bare.constant('NOT_AN_ACCESS')) return undefined;
  const has = (flag: string) => (access & bare.constant(flag)) !== 0n;
  return {
    width: bare.number('widthOf', access),
    isFloat: has('FLOAT'),
    write: has('WRITE'),
    signed: has('SIGNED'),
    compressed: has('COMPRESSED'),
    register: bare.number('registerOf', access),
    base: bare.number('baseOf', access),
    offset: Number(bare.call('offsetOf', access)),
  };
}

test('the table has the loads and stores of RV64I, F, D and Zfh', () => {
  expect(accesses.map(({ name }) => name).join(' ')).toBe(
    'lb lh lw ld lbu lhu lwu sb sh sw sd flw fsw fld fsd flh fsh',
  );
});

describe.each(accesses.map((each) => [each.name, each] as const))('%s', (name, instruction) => {
  const expected = describeAccess(instruction)!;
  test.each([0, 1, 15, 31])('of register %i', (register) => {
    for (const offset of [0, 1, -1, 2047, -2048]) {
      for (const base of [0, 10, 31]) {
        const fields = { rs1: base, imm: offset, ...(expected.write ? { rs2: register } : { rd: register }) };
        expect(decode(encode(name, fields))).toEqual({ ...expected, compressed: false, register, base, offset });
      }
    }
  });
});

test('every compressed load and store, as what it stands for', () => {
  const seen = new Set<string>();
  for (let half = 0; half < 0x10000; half++) {
    if ((half & 3) === 3) continue;
    const found = findCompressed(half);
    const base = found && instructions.find(({ name }) => name === found.base)!;
    const expected = base && describeAccess(base);
    const decoded = decode(half, 'decodeCompressed');
    if (expected === undefined) {
      expect(decoded).toBeUndefined();
      continue;
    }
    seen.add(found!.name);
    expect(decoded).toEqual({ ...decode(expand(half)), compressed: true });
  }
  const names = compressedInstructions.map(({ name }) => name).filter((name) => /^c\.f?[ls][wd](sp)?$/.test(name));
  expect([...seen].sort()).toEqual(names.sort());
});

test('no other word is an access', () => {
  const nextRandom = randomNumbers(0x1234567);
  for (let round = 0; round < 20_000; round++) {
    const word = (nextRandom() | 3) >>> 0;
    const instruction = findInstruction(word);
    const expected = instruction && describeAccess(instruction);
    expect(decode(word) !== undefined).toBe(expected !== undefined);
  }
});

test.each([
  ['lb', 0x1_80n, 0xffff_ffff_ffff_ff80n],
  ['lb', 0x7fn, 0x7fn],
  ['lbu', 0x1_80n, 0x80n],
  ['lh', 0x1_8000n, 0xffff_ffff_ffff_8000n],
  ['lhu', 0x1_8000n, 0x8000n],
  ['lw', 0x1_8000_0000n, 0xffff_ffff_8000_0000n],
  ['lwu', 0x1_8000_0000n, 0x8000_0000n],
  ['ld', 0x8000_0000_0000_0001n, 0x8000_0000_0000_0001n],
  ['flw', 0x1_2345_6789n, 0xffff_ffff_2345_6789n],
  ['fld', 0x1234_5678_9abc_def0n, 0x1234_5678_9abc_def0n],
  ['flh', 0x1_2345n, 0xffff_ffff_ffff_2345n],
] as const)('%s of %s puts %s into its register', (name, value, expected) => {
  const access = encoded(encode(name, { rd: 1, rs1: 2, imm: 0 }), 'decodeAccess');
  expect(BigInt.asUintN(64, bare.call('extend', access, value) as bigint)).toBe(expected);
});

test.each([
  ['sb', 0xf0n],
  ['sh', 0xdef0n],
  ['sw', 0x9abc_def0n],
  ['sd', 0x1234_5678_9abc_def0n],
  ['fsw', 0x9abc_def0n],
  ['fsh', 0xdef0n],
] as const)('%s writes its part of the register', (name, expected) => {
  const access = encoded(encode(name, { rs2: 1, rs1: 2, imm: 0 }), 'decodeAccess');
  expect(bare.call('truncate', access, 0x1234_5678_9abc_def0n)).toBe(expected);
});
