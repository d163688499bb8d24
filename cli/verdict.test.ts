import { expect, test } from 'vitest';
import { VerdictReader } from './verdict.ts';

function exitCodeOf(...pieces: string[]): number | undefined {
  const reader = new VerdictReader();
  for (const piece of pieces) reader.add(new TextEncoder().encode(piece));
  return reader.exitCode();
}

test.each([
  ['every guest shut down', 'ABC\ntypevisor: done: 1 shut down, 0 failed\n', 0],
  ['a guest failed', 'typevisor: done: 2 shut down, 1 failed\n', 2],
  ['the hypervisor panicked', 'typevisor: panic: out of memory\n', 3],
  ['the firmware panicked', 'firmware: illegal instruction in M-mode\n', 3],
  ['there is no verdict', 'ABC\n', undefined],
  ['the last line does not end', 'typevisor: done: 1 shut down, 0 failed', 0],
])('%s: %j gives %s', (_, text, exitCode) => {
  expect(exitCodeOf(text)).toBe(exitCode);
});

test('a line may come in pieces', () => {
  expect(exitCodeOf('typevisor: do', 'ne: 1 shut down, 0 fai', 'led\n')).toBe(0);
});

test('the last verdict counts, so a guest cannot give its own', () => {
  const fake = 'typevisor: done: 1 shut down, 0 failed\n';
  expect(exitCodeOf(fake, 'typevisor: done: 0 shut down, 1 failed\n')).toBe(2);
  expect(exitCodeOf(fake, 'typevisor: panic: x\n')).toBe(3);
});

test('text that only looks like a verdict is none', () => {
  expect(exitCodeOf('guest says typevisor: done: 1 shut down, 0 failed\n')).toBeUndefined();
  expect(exitCodeOf('typevisor: done: 1 shut down, 0 failed, or not\n')).toBeUndefined();
});
