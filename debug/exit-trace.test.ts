import { expect, test } from 'vitest';
import { type ExitRecord, formatExitTable, formatTraceEvents, readExitTrace } from './exit-trace.ts';

const FREQUENCY = 10_000_000n;

/** Memory with the pointer at 0 and a ring of `capacity` at 64. */
function memoryOf(capacity: bigint, count: bigint, records: readonly (readonly bigint[])[]) {
  const words = new BigUint64Array(8 + 8 + 8 * records.length);
  words[0] = 64n;
  words.set([capacity, count, FREQUENCY], 8);
  for (const [index, record] of records.entries()) words.set(record, 16 + 8 * index);
  return (address: number, length: number) => new Uint8Array(words.buffer, address, length);
}

const who = (guest: bigint, vcpu: bigint, hart: bigint) => (guest << 32n) | (vcpu << 16n) | hart;
const TIMER = [200n, 210n, 1000n, 1140n, 10n, 0x54494d45n, 0n, who(2n, 1n, 3n)];
const FAULT = [100n, 130n, 500n, 900n, 21n, 0x1000_1070n, 0x8020_0000n, who(1n, 0n, 0n)];

test('records come in the order of time, with names for what happened', () => {
  const records = readExitTrace(0n, memoryOf(7n, 2n, [TIMER, FAULT]));
  expect(records).toMatchObject([
    { start: 10, duration: 3, instructions: 400, cause: 'load guest-page fault', address: 0x1000_1070n, guest: 1 },
    { start: 20, duration: 1, instructions: 140, cause: 'SBI TIME set_timer', guest: 2, vcpu: 1, hart: 3 },
  ]);
});

test('a ring that has gone round has its capacity of records', () => {
  expect(readExitTrace(0n, memoryOf(2n, 1000n, [TIMER, FAULT]))).toHaveLength(2);
});

test('an exit that was under way at the end, and a ring that is not there, are nothing', () => {
  expect(readExitTrace(0n, memoryOf(7n, 1n, [[100n, 0n, 0n, 0n, 10n, 0x10n, 0n, 0n]]))).toEqual([]);
  expect(readExitTrace(0n, () => new Uint8Array(8))).toEqual([]);
});

const exit = (cause: string, instructions: number, duration: number): ExitRecord => ({
  start: 1,
  duration,
  instructions,
  cause,
  guest: 1,
  vcpu: 0,
  hart: 0,
});

test('the table has a line for each cause', () => {
  const table = formatExitTable([exit('a', 10, 1), exit('b', 5, 2), exit('b', 7, 2), exit('b', 100, 4)]);
  expect(table).toBe(
    [
      'exits  instructions   us  all us  cause',
      '    3             7  2.0       8  b',
      '    1            10  1.0       1  a',
      '',
    ].join('\n'),
  );
});

test('the JSON has a process for each guest and an event for each exit', () => {
  const { traceEvents } = JSON.parse(formatTraceEvents([exit('a', 10, 1.5)], ['web']));
  expect(traceEvents).toEqual([
    { name: 'process_name', ph: 'M', pid: 1, args: { name: 'web' } },
    { name: 'a', ph: 'X', ts: 1, dur: 1.5, pid: 1, tid: 0, args: { hart: 0, instructions: 10 } },
  ]);
});
