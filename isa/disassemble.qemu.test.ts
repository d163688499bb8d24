/** The disassembler against GNU objdump 2.40. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  ARCHITECTURE,
  inTemporaryFolder,
  LATER_EXTENSIONS,
  LATER_NAMES,
  runBinutils,
} from '../toolchain/testing/gnu.ts';
import { findCompressed } from './compressed.ts';
import { csrs } from './csrs.ts';
import { disassemble } from './disassemble.ts';
import { instructions } from './instructions.ts';

const BASE = 0x100000n;

/** objdump's text for each address of a program that consists of these parcels of `size` bytes. */
function objdump(parcels: readonly number[], size: 2 | 4, options: readonly string[]): Map<string, string> {
  const output = inTemporaryFolder((folder) => {
    const [source, object] = [join(folder, 'a.s'), join(folder, 'a.o')];
    writeFileSync(source, parcels.map((parcel) => `.insn ${size}, 0x${parcel.toString(16)}\n`).join(''));
    runBinutils('as', [`-march=${ARCHITECTURE}_zba_zbb`, '-o', object, source]);
    return runBinutils('objdump', ['-d', '-z', `--adjust-vma=${BASE}`, ...options, object]);
  });
  const lines = output.split('\n').map((line) => /^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/.exec(line));
  return new Map(lines.filter((line) => line !== null).map((line) => [line[1]!, withoutComment(line[2]!)]));
}

const withoutComment = (text: string): string => text.replace(/ <.*>| #.*/g, '').trim();

/** objdump shows `addi a0,a1,5` as `add a0,a1,5`, which as takes too; we show the instruction's own name. */
function immediateName(text: string): string {
  const last = text.split(',').at(-1)!;
  if (!/^-?(0x)?[0-9a-f]+$/.test(last) || /^\D/.test(last.replace('-', ''))) return text;
  return text.replace(
    /^(add|sll|srl|sra|and|or|xor|ror|bclr|bext|binv|bset|csrrw|csrrs|csrrc|csrw|csrs|csrc)(w?)\t/,
    '$1i$2\t',
  );
}

function differences(parcels: readonly number[], size: 2 | 4, aliases: boolean): object[] {
  const theirs = objdump(parcels, size, aliases ? [] : ['-M', 'no-aliases']);
  const found: object[] = [];
  for (const [index, parcel] of parcels.entries()) {
    const pc = BASE + BigInt(index * size);
    const ours = disassemble(parcel, pc, { aliases }).text;
    const other = theirs.get(pc.toString(16)) ?? 'nothing';
    if (ours !== other && ours !== immediateName(other))
      found.push({ parcel: parcel.toString(16), ours, theirs: other });
  }
  return found;
}

/** Reserved encodings and hints that objdump shows under another name. */
function isPeculiar(half: number): boolean {
  return (
    half === 0x6101 ||
    ((half & 0xef83) === 0x0001 && half !== 1) ||
    findCompressed(half)?.name === 'c.nop' ||
    (half & 0xf07f) === 1
  );
}

test('every compressed encoding', () => {
  const halves = Array.from({ length: 0x10000 }, (_, half) => half).filter(
    (half) => (half & 3) !== 3 && !isPeculiar(half),
  );
  expect(halves.length).toBeGreaterThan(49000);
  expect(differences(halves, 2, true)).toEqual([]);
  expect(differences(halves, 2, false)).toEqual([]);
});

test('every instruction with random operands', () => {
  let state = 12345;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const words: number[] = [];
  const addresses = csrs.filter(({ name }) => !LATER_NAMES.includes(name)).map(({ address }) => address);
  for (const { name, match, mask, operands, extension } of instructions) {
    if (LATER_EXTENSIONS.includes(extension)) continue;
    // What is reserved in fences must be zero, as must the mode of what never rounds.
    const fixed =
      name === 'fence.i'
        ? -1
        : name.startsWith('fence')
          ? 0xf00fff8f
          : /^fcvt\.(d\.(w|wu|s|h)|s\.h)$/.test(name)
            ? 0x7000
            : 0;
    const clear = [0xf8000, 0x1f00000, 0xf80, 0xfff00000, 0, 0, 0, 0];
    for (let repeat = 0; repeat < 48; repeat++) {
      let free = random() & ~mask & ~fixed & ~clear[repeat % clear.length]!;
      if (operands.includes('csr')) free = (free & 0xfffff) | (addresses[random() % addresses.length]! << 20);
      words.push((match | (free & ~mask)) >>> 0);
    }
  }
  expect(words.length).toBeGreaterThan(8000);
  expect(differences(words, 4, true)).toEqual([]);
  expect(differences(words, 4, false)).toEqual([]);
});
