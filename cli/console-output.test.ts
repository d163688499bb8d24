import { expect, test } from 'vitest';
import { CarriageReturnFilter, GuestOutputFilter } from './console-output.ts';

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

test('a CR before an LF goes, any other stays', () => {
  const filter = new CarriageReturnFilter();
  const text = (piece: string) => new TextDecoder().decode(filter.filter(new TextEncoder().encode(piece)));
  expect([text('a\r\nb\rc\r'), text('\nd\r\r\n')]).toEqual(['a\nb\rc', '\nd\r\n']);
});
