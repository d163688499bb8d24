import { expect, test } from 'vitest';
import { KeyFilter } from './terminal.ts';

function type(...pieces: string[]) {
  return typeThrough(new KeyFilter(), ...pieces);
}

function typeThrough(filter: KeyFilter, ...pieces: string[]) {
  const commands: string[] = [];
  const guest = pieces.map((piece) =>
    new TextDecoder().decode(filter.filter(new TextEncoder().encode(piece), (key) => commands.push(key))),
  );
  return { guest: guest.join(''), commands };
}

test('keys go to the guest, those behind Ctrl-A to us', () => {
  expect(type('ls\r\x01x')).toEqual({ guest: 'ls\r', commands: ['x'] });
});

test('Ctrl-A twice is one for the guest', () => {
  expect(type('\x01\x01h')).toEqual({ guest: '\x01h', commands: [] });
});

test('Ctrl-A and its key may come apart', () => {
  expect(type('a\x01', 'h', 'h')).toEqual({ guest: 'ah', commands: ['h'] });
});

test('Ctrl-C belongs to the guest', () => {
  expect(type('\x03')).toEqual({ guest: '\x03', commands: [] });
});

test('what the hypervisor knows goes there with its Ctrl-A', () => {
  expect(typeThrough(new KeyFilter('\x0112'), 'a\x011b\x01\x01\x01x\x013')).toEqual({
    guest: 'a\x011b\x01\x01',
    commands: ['x', '3'],
  });
});
