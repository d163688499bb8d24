/** The bare-metal disassembler against GNU objdump 2.40: the same text for the same words, but for the differences listed here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { aliases } from '../../isa/aliases.ts';
import { expand } from '../../isa/compressed.ts';
import { csrs } from '../../isa/csrs.ts';
import { type Instruction, instructions } from '../../isa/instructions.ts';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';
import { randomNumbers } from '../../test/random.ts';
import {
  ARCHITECTURE,
  inTemporaryFolder,
  LATER_EXTENSIONS,
  LATER_NAMES,
  runBinutils,
} from '../../toolchain/testing/gnu.ts';

const CAPACITY = 64;
const BASE = 0x8020_0000n;
const ROUNDS = 20;

let bare: InV8;
let out: bigint;

beforeAll(async () => {
  bare = await loadInV8('bare/lib/disassemble.ts');
  out = bare.allocate(CAPACITY);
});

/** What objdump says of each word or halfword, which lie one after another from BASE. */
function objdump(parcels: readonly number[]): string[] {
  return inTemporaryFolder((folder) => {
    const [source, object] = [join(folder, 'a.s'), join(folder, 'a.o')];
    writeFileSync(source, parcels.map((parcel) => `.insn 0x${parcel.toString(16)}\n`).join(''));
    runBinutils('as', [`-march=${ARCHITECTURE}_zba_zbb`, '-o', object, source]);
    const listing = runBinutils('objdump', ['-d', '--no-show-raw-insn', `--adjust-vma=${BASE}`, object]);
    return [...listing.matchAll(/^ *[0-9a-f]+:\t(.*)$/gm)].map(([, text]) => theirs(text!));
  });
}

/** In our notation: targets with 0x and without symbols, no comments, and more additions as the moves that they are. */
function theirs(text: string): string {
  return text
    .replace('\t', ' ')
    .replace(/ #.*$/, '')
    .replace(/([0-9a-f]+) <.*>$/, '0x$1')
    .replace(/^add (\w+),zero,(?=[a-z])/, 'mv $1,')
    .replace(/^add (\w+),\1,0$/, 'mv $1,$1');
}

/** Immediate forms, which objdump calls by the name of the register form. */
const IMMEDIATE_FORM = /^((?:add|xor|or|and|sll|srl|sra|ror|bclr|bext|binv|bset)i?w?|csrr?[wsc]i?)(?= )/;

/** The same in objdump's words, where it has other ones. */
function ours(parcel: number, pc: bigint): string {
  const length = bare.number('disassemble', parcel, pc, out, CAPACITY);
  return bare
    .ascii(out, length)
    .replace(IMMEDIATE_FORM, (name) => name.replace(/i(w?)$/, '$1'))
    .replace(/^(fsrmi|fsflagsi) (\d+)$/, '$1 zero,$2');
}

/** Words with fields that the specification tells decoders to ignore and that binutils wants to be zero. */
const IGNORED_FIELDS = /^(fence|fence\.tso|fence\.i|fcvt\.d\.(w|wu|s)|fcvt\.[sd]\.h)( |$)/;

test('every instruction and alias with random fields', { timeout: 60_000 }, () => {
  const random = randomNumbers(2024);
  const addresses = csrs.filter(({ name }) => !LATER_NAMES.includes(name)).map(({ address }) => address);
  const wordOf = ({ mask, match, operands }: Instruction): number => {
    const word = ((random() & ~mask) | match) >>> 0;
    if (!operands.includes('csr')) return word;
    return ((word & 0xfffff) | (addresses[random() % addresses.length]! << 20)) >>> 0;
  };
  const known = [...aliases, ...instructions].filter(
    ({ name, extension }) => !LATER_NAMES.includes(name) && !LATER_EXTENSIONS.includes(extension),
  );
  const words = known.flatMap((each) => Array.from({ length: ROUNDS }, () => wordOf(each)));
  const expected = objdump(words);
  expect(expected).toHaveLength(words.length);
  for (const [index, word] of words.entries()) {
    const text = ours(word, BASE + 4n * BigInt(index));
    if (expected[index]!.startsWith('.4byte')) expect(text).toMatch(IGNORED_FIELDS);
    else expect(text).toBe(expected[index]);
  }
});

test('every compressed instruction', { timeout: 60_000 }, () => {
  const halves = Array.from({ length: 0x10000 }, (_, half) => half).filter(
    (half) => (half & 3) !== 3 && expand(half) !== 0,
  );
  const expected = objdump(halves);
  expect(expected).toHaveLength(halves.length);
  let hints = 0;
  for (const [index, half] of halves.entries()) {
    // Those that do nothing have names of their own there; here they are what they stand for.
    if (expected[index]!.startsWith('c.')) hints++;
    else expect(ours(half, BASE + 2n * BigInt(index))).toBe(expected[index]);
  }
  expect(hints).toBeLessThan(halves.length / 50);
});
