/** Two ends of TCP over a wire that loses, repeats and reorders segments. */

import { expect, test } from 'vitest';
import { randomBytes, randomNumbers } from '../../test/random.ts';
import { LossyWire } from './testing/lossy-wire.ts';

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

test.each(SEEDS)('both directions arrive complete and in order, and the connection closes (seed %i)', (seed) => {
  const random = randomNumbers(seed * 7919);
  // From none to every third segment lost, some repeated, all late by different times.
  const wire = new LossyWire(random, {
    lose: (seed % 9) / 24,
    repeat: (seed % 5) / 20,
    delay: seed % 4 === 0 ? 0 : 30,
    largest: seed % 2 === 0 ? 0 : 20_000,
  });
  const [left, right] = wire.ends;
  const there = randomBytes(seed, random() % 300_000);
  const back = randomBytes(seed + 1000, random() % 100_000);
  left.socket.reading = seed % 3 !== 0;
  right.socket.reading = seed % 2 !== 0;
  left.connection.open();
  left.socket.write(there);
  right.socket.write(back);
  wire.run(() => {
    for (const { socket, connection } of wire.ends) {
      if (random() % 4 === 0) socket.read();
      const expected = socket === left.socket ? back : there;
      if (socket.bytes.length === expected.length) connection.end();
    }
  });
  expect(firstDifference(right.socket.bytes, there)).toBeUndefined();
  expect(firstDifference(left.socket.bytes, back)).toBeUndefined();
  expect([left.connection.state, right.connection.state]).toEqual(['closed', 'closed']);
});

/** Where two sequences of bytes differ, if they do. */
function firstDifference(bytes: readonly number[], expected: Uint8Array): number | undefined {
  if (bytes.length !== expected.length) return Math.min(bytes.length, expected.length);
  const index = bytes.findIndex((byte, at) => byte !== expected[at]);
  return index < 0 ? undefined : index;
}
