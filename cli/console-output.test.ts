import { expect, test, vi } from 'vitest';
import { CarriageReturnFilter, ConsoleOutput, GuestOutputFilter, LineBuffer } from './console-output.ts';

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

test('lines are written as a whole, and what has no end yet in the next turn of the event loop', async () => {
  const written: string[] = [];
  const buffer = new LineBuffer((bytes) => written.push(new TextDecoder().decode(bytes)));
  for (const byte of new TextEncoder().encode('one\ntwo\n$ ')) buffer.add(Uint8Array.of(byte));
  expect(written).toEqual(['one\n', 'two\n']);
  await new Promise(setImmediate);
  expect(written).toEqual(['one\n', 'two\n', '$ ']);
  buffer.add(new Uint8Array(5000).fill(0x78));
  expect(written[3]).toHaveLength(5000);
});

test('UTF-8 passes the filter for guests', () => {
  const written: Uint8Array[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((bytes) => written.push(bytes as Uint8Array) > 0);
  const output = new ConsoleOutput({ quiet: true });
  output.write(new TextEncoder().encode('typevisor: hart 0\n€ 👋 \u0080\n'));
  write.mockRestore();
  expect(Buffer.concat(written).toString()).toBe('€ 👋 \u0080\n');
});
