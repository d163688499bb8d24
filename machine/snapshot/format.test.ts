import { describe, expect, test } from 'vitest';
import { readSnapshot, restorePages, SnapshotError, writeSnapshot } from './format.ts';
import { PAGE_SIZE } from './pages.ts';

const RAM_PAGES = 20;

/** RAM in which the pages 1, 2 and 19 have something. */
function ram(): Uint8Array {
  const bytes = new Uint8Array(RAM_PAGES * PAGE_SIZE);
  bytes[PAGE_SIZE] = 1;
  bytes[3 * PAGE_SIZE - 1] = 2;
  bytes[RAM_PAGES * PAGE_SIZE - 1] = 3;
  return bytes;
}

const contents = () => ({ state: { answer: 42 }, ram: ram(), blobs: [Uint8Array.of(7, 8), new Uint8Array(PAGE_SIZE)] });
const changed = async (offset: number, value: number) => (await writeSnapshot(contents())).with(offset, value);
const cut = async (length: number) => (await writeSnapshot(contents())).slice(0, length);

test('what is written is read, and zero pages take no room', async () => {
  const file = await writeSnapshot(contents());
  expect(Math.floor(file.length / PAGE_SIZE)).toBe(6);
  const { state, runs, pages, blobs } = await readSnapshot(file);
  expect(state.number('answer', 99)).toBe(42);
  expect(runs).toEqual([
    { first: 1, count: 2 },
    { first: 19, count: 1 },
  ]);
  expect([pages.byteOffset % PAGE_SIZE, blobs]).toEqual([0, contents().blobs]);
  const restored = new Uint8Array(RAM_PAGES * PAGE_SIZE).fill(0xaa);
  restorePages(restored, { runs, pages });
  expect(restored).toEqual(ram());
});

describe('refuses', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['an empty file', () => new Uint8Array(), 'this is not a snapshot'],
    ['something else', () => new Uint8Array(PAGE_SIZE), 'this is not a snapshot'],
    ['another version', () => changed(8, 1), 'has version 1, and this reads version 2'],
    ['the magic alone', () => cut(8), 'is incomplete'],
    ['a file cut before its memory', () => cut(PAGE_SIZE - 1), 'is incomplete'],
    ['a file cut in its header', () => cut(6 * PAGE_SIZE + 10), 'is incomplete'],
    ['a file cut in its memory', () => cut(5 * PAGE_SIZE), 'is incomplete'],
    ['a changed header', () => changed(6 * PAGE_SIZE + 20, 0x20), 'the checksum of its header is wrong'],
    ['changed memory', () => changed(2 * PAGE_SIZE, 1), 'the checksum of its memory is wrong'],
    [
      'more behind it',
      async () => Uint8Array.from([...(await writeSnapshot(contents())), 0]),
      'followed by 1 bytes that are not its own',
    ],
  ])('%s', async (_, make, message) => {
    const file = await make();
    await expect(readSnapshot(file)).rejects.toThrow(message);
    await expect(readSnapshot(file)).rejects.toThrow(SnapshotError);
  });

  test('pages that RAM does not have', async () => {
    const parts = await readSnapshot(await writeSnapshot(contents()));
    expect(() => restorePages(new Uint8Array(19 * PAGE_SIZE), parts)).toThrow("page 19 + 1 beyond RAM's end");
  });
});
