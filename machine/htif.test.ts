import { beforeEach, expect, test } from 'vitest';
import { GuestRam } from './guest-ram.ts';
import { Htif } from './htif.ts';
import { MockCore } from './testing/mock-core.ts';

const TOHOST = 0x8000_1000;
const FROMHOST = 0x8000_1040;
const BLOCK = 0x8000_2000;
const BUFFER = 0x8000_3000;

let ram: GuestRam;
let htif: Htif;
let output: string;
let exits: number[];

beforeEach(() => {
  ram = new GuestRam(new MockCore([[]]).core);
  output = '';
  exits = [];
  htif = new Htif({
    ram,
    tohost: TOHOST,
    fromhost: FROMHOST,
    output: (bytes) => {
      output += new TextDecoder().decode(bytes);
    },
    exit: (code) => exits.push(code),
  });
});

function put(address: number, ...values: readonly bigint[]): void {
  ram.write(address, new Uint8Array(BigInt64Array.from(values).buffer));
}

function get(address: number): bigint {
  return new BigInt64Array(ram.read(address, 8).buffer)[0]!;
}

/** What a program does: store a command and look at the answer. */
function command(value: bigint): void {
  put(TOHOST, value);
  htif.tohostWritten();
}

test('an odd value is the end, with the exit code above bit 0', () => {
  command(1n);
  command((1337n << 1n) | 1n);
  command(0n);
  expect(exits).toEqual([0, 1337]);
});

test('the write call prints and answers with the length', () => {
  ram.write(BUFFER, new TextEncoder().encode('hello, host'));
  put(BLOCK, 64n, 1n, BigInt(BUFFER), 5n);
  command(BigInt(BLOCK));
  expect([output, get(BLOCK), get(FROMHOST), get(TOHOST)]).toEqual(['hello', 5n, 1n, 0n]);
});

test('the exit call ends the program', () => {
  put(BLOCK, 93n, 7n);
  command(BigInt(BLOCK));
  expect(exits).toEqual([7]);
});

test('other calls, and buffers that are not in RAM, are refused', () => {
  put(BLOCK, 63n, 0n, BigInt(BUFFER), 5n);
  command(BigInt(BLOCK));
  expect(get(BLOCK)).toBe(-38n);
  for (const [buffer, length] of [
    [0x1000n, 5n],
    [BigInt(BUFFER), 2n ** 63n],
  ] as const) {
    put(BLOCK, 64n, 1n, buffer, length);
    command(BigInt(BLOCK));
    expect(get(BLOCK)).toBe(-38n);
  }
  command(0x1000n);
  expect([output, exits]).toEqual(['', []]);
});

test('device 1 is the console', () => {
  command((1n << 56n) | (1n << 48n) | 0x41n);
  command((1n << 56n) | (0n << 48n) | 0x42n);
  command((2n << 56n) | (1n << 48n) | 0x43n);
  expect([output, get(TOHOST)]).toEqual(['A', 0n]);
});
