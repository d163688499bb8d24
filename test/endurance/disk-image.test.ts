import { expect, test } from 'vitest';
import { lostWrites } from './disk-image.ts';

const BLOCK = 65_536;

function put(image: Uint8Array, block: number, name: string): void {
  image.set(Buffer.alloc(BLOCK, `${name.padEnd(31)}\n`), block * BLOCK);
}

/** A disk after two rounds of a guest: 16 blocks each, 389 apart. */
function afterTwoRounds(): Uint8Array {
  const image = new Uint8Array(1024 * BLOCK);
  for (let index = 0; index < 32; index++) {
    const block = (index * 389) % 1024;
    put(image, block, `north disk ${index < 16 ? 1 : 2} ${block}`);
  }
  return image;
}

test('a disk that has every write of the rounds reported, and of one more', () => {
  expect(lostWrites(afterTwoRounds(), 'north', 2)).toEqual([]);
  expect(lostWrites(afterTwoRounds(), 'north', 1)).toEqual([]);
});

test.each([
  ['a block that was never written', 389, ''],
  ['a block of another guest', 389, 'south disk 1 389'],
  ['a block of another place', 389, 'north disk 1 0'],
  ['a block where nothing was written', 1, 'north disk 1 1'],
])('%s is lost', (_, block, name) => {
  const image = afterTwoRounds();
  put(image, block, name);
  if (name === '') image.fill(0, block * BLOCK, (block + 1) * BLOCK);
  const lost = lostWrites(image, 'north', 2);
  expect(lost).toHaveLength(1);
  expect(lost[0]).toContain(`north: block ${block} of its disk is not that of round`);
});

test('rounds that were reported and not written are lost', () => {
  expect(lostWrites(afterTwoRounds(), 'north', 3)).toHaveLength(16);
});

test('a block has what its last round has written', () => {
  // 64 rounds come to every block once; the 65th begins anew.
  const image = new Uint8Array(1024 * BLOCK);
  for (let index = 0; index < 65 * 16; index++) {
    const block = (index * 389) % 1024;
    put(image, block, `north disk ${Math.floor(index / 16) + 1} ${block}`);
  }
  expect(lostWrites(image, 'north', 65)).toEqual([]);
  put(image, 0, 'north disk 1 0');
  expect(lostWrites(image, 'north', 65)).toHaveLength(1);
});
