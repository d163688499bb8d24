import { expect, test } from 'vitest';
import { formatSize, parseCount, parseMemorySize, parseNumber, parseSeconds } from './sizes.ts';

test.each([
  ['64M', 64 * 2 ** 20],
  ['1G', 2 ** 30],
  ['8k', 8192],
  ['64MiB', 64 * 2 ** 20],
  ['0x8000000', 0x800_0000],
  ['134217728', 128 * 2 ** 20],
])('%s is %d bytes', (text, bytes) => {
  expect(parseMemorySize(text, '--memory', 4096)).toBe(bytes);
});

test.each([
  ['64X', '--memory 64X: not a size; write it like 64M, 1G or 0x8000000'],
  ['', '--memory : not a size; write it like 64M, 1G or 0x8000000'],
  ['-1', '--memory -1: not a size; write it like 64M, 1G or 0x8000000'],
  ['5000', '--memory 5000: 5000 bytes are not a multiple of 4 KiB; the next one is 8192'],
  ['4K', '--memory 4K: too small; give at least 1M'],
])('refuses %j as memory', (text, message) => {
  expect(() => parseMemorySize(text, '--memory', 2 ** 20)).toThrow(message);
});

test.each([
  [2 ** 30, '1G'],
  [1536 * 2 ** 20, '1536M'],
  [4096, '4K'],
  [100, '100'],
  [0, '0'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test('counts and seconds have their ranges', () => {
  expect(parseCount('8', '--smp', 1, 8)).toBe(8);
  for (const text of ['0', '9', 'two', '1.5', '']) {
    expect(() => parseCount(text, '--smp', 1, 8)).toThrow(`--smp ${text}: give a whole number from 1 to 8`);
  }
  expect(parseNumber('0.5', '--minutes', 0.1, 60)).toBe(0.5);
  for (const text of ['0', '60.1', '1e1', '.5', 'two', ''])
    expect(() => parseNumber(text, '--minutes', 0.1, 60)).toThrow(`--minutes ${text}: give a number from 0.1 to 60`);
  expect(parseSeconds('0.5', '--timeout')).toBe(0.5);
  for (const text of ['0', '-1', 'soon']) expect(() => parseSeconds(text, '--timeout')).toThrow(`--timeout ${text}: `);
});
