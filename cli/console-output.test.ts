import { expect, test } from 'vitest';
import { GuestOutputFilter } from './console-output.ts';

const transcript = [
  'OpenSBI v1.1\n',
  'typevisor: hart 0\n',
  'Hello\n',
  'typevisor is not what this line begins with\n',
  '\n',
  'typevisor: done: 1 shut down, 0 failed\n',
].join('');
const guestLines = 'Hello\ntypevisor is not what this line begins with\n\n';

test('leaves the lines of the guests', () => {
  expect(new GuestOutputFilter().filter(transcript)).toBe(guestLines);
});

test('the same byte by byte', () => {
  const filter = new GuestOutputFilter();
  expect([...transcript].map((character) => filter.filter(character)).join('')).toBe(guestLines);
});

test('a prompt is seen before its line ends', () => {
  const filter = new GuestOutputFilter();
  filter.filter('typevisor: hart 0\n');
  expect(filter.filter('$ ')).toBe('$ ');
  expect(filter.filter('ls\n')).toBe('ls\n');
});
