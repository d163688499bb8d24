import { describe, expect, test } from 'vitest';
import { assemble } from '../assembler/assemble.ts';
import { readElf, writeElf } from '../elf.ts';
import type { Image } from '../linker/image.ts';
import { link } from '../linker/link.ts';
import { debugSections } from './debug-sections.ts';
import { readLineTable } from './line-table.ts';

const BASE = 0x80200000n;

/** Code whose lines go up and down by large steps, in several files, with gaps of many sizes. */
function program(): Image {
  const objects = ['a.S', 'dir/b.S'].map((file, index) => {
    const body = Array.from(
      { length: 40 },
      (_, row) => `${'\n'.repeat((row * 7) % 23)} li a0, ${row}\n .zero ${(row % 9) ** 3 * 2}`,
    );
    const name = `f${index}`;
    const head = `.globl ${name}\n.type ${name}, @function\n${name}:`;
    const source = `${head}\n${body.join('\n')}\n.size ${name}, . - ${name}`;
    return assemble(source, file, { compress: false });
  });
  return link(objects, { base: BASE });
}

describe('the line table', () => {
  const image = program();
  const table = readLineTable(readElf(writeElf(image)));

  test('gives back each row at its first and its last byte', () => {
    let rows = 0;
    for (const { start, size, lines } of image.code) {
      for (const [index, { offset, file, line, column }] of lines.entries()) {
        const end = lines[index + 1]?.offset ?? size;
        expect(table.find(start + BigInt(offset))).toEqual({ file, line, column });
        expect(table.find(start + BigInt(end) - 1n)).toEqual({ file, line, column });
        rows++;
      }
    }
    expect(rows).toBe(80);
  });

  test('knows nothing before, behind and where there is no table', () => {
    expect(table.find(BASE - 1n)).toBeUndefined();
    expect(table.find(image.code[1]!.start + BigInt(image.code[1]!.size))).toBeUndefined();
    expect(readLineTable(readElf(writeElf(image, []))).isEmpty).toBe(true);
  });

  test('of a damaged section reads what it can', () => {
    const line = debugSections(image).find(({ name }) => name === '.debug_line')!.bytes;
    for (let length = 0; length < line.length; length += 13) {
      const cut = readElf(writeElf(image, [{ name: '.debug_line', bytes: line.slice(0, length) }]));
      expect(() => readLineTable(cut).find(BASE)).not.toThrow();
    }
  });
});

test('an image without lines has no debug sections', () => {
  const { code, ...rest } = program();
  expect(debugSections({ ...rest, code: code.map((range) => ({ ...range, lines: [] })) })).toEqual([]);
});

test('each unit names its file and its functions', () => {
  const info = debugSections(program(), '/src').find(({ name }) => name === '.debug_info')!.bytes;
  const text = new TextDecoder('latin1').decode(info);
  expect(text).toMatch(/a\.S\0\/src\0.*f0\0.*dir\/b\.S\0\/src\0.*f1\0/s);
});
