/** The disassembler against GNU objdump 2.40. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeElf } from '../toolchain/elf.ts';
import { link } from '../toolchain/linker/link.ts';
import { inTemporaryFolder, LATER_EXTENSIONS, LATER_NAMES, runBinutils } from '../toolchain/testing/gnu.ts';
import { findCompressed } from './compressed.ts';
import { csrs } from './csrs.ts';
import { disassemble } from './disassemble.ts';
import { instructions } from './instructions.ts';

const BASE = 0x100000n;

/** objdump's text for each address of a program that consists of `bytes`. */
function objdump(bytes: Uint8Array, options: readonly string[]): Map<string, string> {
  const section = { name: '.text', kind: 'text', align: 4, bytes, size: bytes.length } as const;
  const text = { ...section, relocations: [], lines: [], frames: [] };
  const elf = writeElf(link([{ name: 'test', sections: [text], symbols: [] }], { base: BASE }));
  const output = inTemporaryFolder((folder) => {
    const file = join(folder, 'a.elf');
    writeFileSync(file, elf);
    return runBinutils('objdump', ['-d', '-z', ...options, file]);
  });
  const lines = output.split('\n').map((line) => /^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/.exec(line));
  return new Map(lines.filter((line) => line !== null).map((line) => [line[1]!, withoutComment(line[2]!)]));
}

const withoutComment = (text: string): string => text.replace(/ <.*>| #.*/g, '').trim();

/** objdump shows `addi a0,a1,5` as `add a0,a1,5`, which as takes too; we show the instruction's own name. */
function immediateName(text: string): string {
  const last = text.split(',').at(-1)!;
  if (!/^-?(0x)?[0-9a-f]+$/.test(last) || /^\D/.test(last.replace('-', ''))) return text;
  return text.replace(/^(add|sll|srl|sra|and|or|xor|csrrw|csrrs|csrrc|csrw|csrs|csrc)(w?)\t/, '$1i$2\t');
}

function differences(bytes: Uint8Array, size: 2 | 4, aliases: boolean): object[] {
  const theirs = objdump(bytes, aliases ? [] : ['-M', 'no-aliases']);
  const view = new DataView(bytes.buffer);
  const found: object[] = [];
  for (let offset = 0; offset < bytes.length; offset += size) {
    const parcel = size === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
    const pc = BASE + BigInt(offset);
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
  const bytes = new Uint8Array(new Uint16Array(halves).buffer);
  expect(halves.length).toBeGreaterThan(49000);
  expect(differences(bytes, 2, true)).toEqual([]);
  expect(differences(bytes, 2, false)).toEqual([]);
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
  const bytes = new Uint8Array(new Uint32Array(words).buffer);
  expect(words.length).toBeGreaterThan(8000);
  expect(differences(bytes, 4, true)).toEqual([]);
  expect(differences(bytes, 4, false)).toEqual([]);
});
