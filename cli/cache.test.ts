import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { contentKey, isCached, storeByContent } from './cache.ts';
import { TemporaryFolder } from './files.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
  vi.stubEnv('TYPEVISOR_CACHE', folder.path);
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder[Symbol.dispose]();
});

test('a key tells apart what differs in content or in where its parts end', () => {
  const keys = [['ab'], ['a', 'b'], ['b', 'a'], ['ab', ''], []].map(contentKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(contentKey(['ab'])).toBe(keys[0]);
});

test('equal bytes are one file, others another', () => {
  const path = storeByContent('guest', '.module', Uint8Array.of(1, 2));
  expect(readFileSync(path)).toEqual(Buffer.from([1, 2]));
  expect(storeByContent('guest', '.module', Uint8Array.of(1, 2))).toBe(path);
  expect(storeByContent('guest', '.module', Uint8Array.of(1, 3))).not.toBe(path);
  expect(readdirSync(folder.path)).toHaveLength(2);
});

test('what nobody has used for a week goes when something is stored', () => {
  const weekAgo = Date.now() / 1000 - 8 * 24 * 3600;
  const [unused, used] = [1, 2].map((byte) => storeByContent('guest', '.module', Uint8Array.of(byte))) as [
    string,
    string,
  ];
  const foreign = folder.write('mine.elf', Uint8Array.of(4));
  for (const path of [unused, used, foreign]) utimesSync(path, weekAgo, weekAgo);
  expect(isCached(used)).toBe(true);
  storeByContent('guest', '.module', Uint8Array.of(3));
  expect(existsSync(unused)).toBe(false);
  expect(existsSync(used)).toBe(true);
  expect(existsSync(foreign)).toBe(true);
  expect(isCached(unused)).toBe(false);
});
