import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';

let v8: InV8;
let written = '';

beforeAll(async () => {
  const console_write_byte = (byte: number): undefined => {
    written += String.fromCharCode(byte);
  };
  v8 = await loadInV8('bare/lib/failure.ts', { imports: { 'print.console_write_byte': console_write_byte } });
});

beforeEach(() => {
  written = '';
});

test('a failed check with its place', () => {
  v8.call('printFailure', 'Index out of range', 'bare/guests/hello.ts', 12, 7);
  expect(written).toBe('Index out of range at bare/guests/hello.ts:12:7');
});

test('an assertion without words, and one without a place', () => {
  v8.call('printFailure', 0n, 'a.ts', 1, 2);
  v8.call('printFailure', 'no room', 0n, 0, 0);
  expect(written).toBe(' at a.ts:1:2no room');
});
