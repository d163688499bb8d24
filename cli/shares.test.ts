import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openShares, parseShare } from './shares.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

test.each([
  ['', 'no folder; write FOLDER[,tag=NAME][,readonly]'],
  [',readonly', 'no folder'],
  ['here,', 'there is no option ;'],
  ['here,readwrite', 'there is no option readwrite'],
  ['here,tag=', 'the tag  is not 1 to 31 letters'],
  ['here,tag=a b', 'the tag a b is not'],
  [`here,tag=${'x'.repeat(32)}`, 'is not 1 to 31 letters'],
])('--share %s is refused: %s', (text, message) => {
  expect(() => parseShare(text)).toThrow(`--share ${text}: `);
  expect(() => parseShare(text)).toThrow(message);
});

test('what can be asked for', () => {
  expect(parseShare('here')).toEqual({ path: 'here', tag: 'share', readOnly: false });
  expect(parseShare('a,,b,readonly,tag=src')).toEqual({ path: 'a,b', tag: 'src', readOnly: true });
});

test('folders that are none, and tags that two have', () => {
  expect(() => openShares(['/no/such/folder'])).toThrow('--share /no/such/folder: there is no such folder');
  expect(() => openShares([fileURLToPath(import.meta.url)])).toThrow('shares.test.ts: is not a folder');
  expect(() => openShares([here, here])).toThrow('two folders have the tag share; add ,tag=NAME to one');
  const shares = openShares([`${here},readonly`, `${here},tag=other`]);
  expect(shares.map(({ tag, folder }) => [tag, folder.readOnly])).toEqual([
    ['share', true],
    ['other', false],
  ]);
});
