import { expect, test } from 'vitest';
import { formatNumber, formatTable } from './table.ts';

test('columns stand under their names', () => {
  const row = { name: 'exit', unit: 'instructions', value: 145, peer: 'clang -O2', peerValue: 143, ratio: 145 / 143 };
  expect(formatTable([row, { ...row, name: 'walk of three levels', value: 7.5, ratio: 0.05 }])).toBe(
    [
      '                      unit          ours  peer              ratio',
      'exit                  instructions   145   143  clang -O2    1.01',
      'walk of three levels  instructions  7.50   143  clang -O2  0.0500',
    ].join('\n'),
  );
});

test.each([
  [0, '0.00'],
  [12345.6, '12346'],
  [145, '145'],
  [14.5, '14.5'],
  [1.014, '1.01'],
  [0.1234, '0.123'],
  [0.00012, '0.0001'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
