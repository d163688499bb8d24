import { closeSync, openSync, readSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { isRereadable, readUserFile, TemporaryFolder } from './files.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test('an open file is read whole, again and again, wherever its descriptor is', () => {
  const path = folder.write('file', Uint8Array.of(1, 2, 3));
  const file = openSync(path, 'r');
  expect(isRereadable(file)).toBe(true);
  readSync(file, new Uint8Array(2));
  for (let round = 0; round < 2; round++) expect([...readUserFile(path, file)]).toEqual([1, 2, 3]);
  closeSync(file);
});

test('an empty file is refused by its name', () => {
  const path = folder.write('empty', new Uint8Array());
  const file = openSync(path, 'r');
  expect(() => readUserFile(path, file)).toThrow(`${path}: the file is empty`);
  closeSync(file);
});
