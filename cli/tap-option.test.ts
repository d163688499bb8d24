import { expect, test } from 'vitest';
import { parseTap } from './tap-option.ts';

test('a tap device has a name, and its card may have an address', () => {
  expect(parseTap('tap,ifname=tap0')).toEqual({ name: 'tap0' });
  expect(parseTap('tap,ifname=br.1-x,mac=52:54:00:00:00:09')).toEqual({ name: 'br.1-x', mac: '52:54:00:00:00:09' });
  expect(parseTap('user')).toBeUndefined();
});

test.each([
  ['tap', 'write tap,ifname=NAME'],
  ['tap,ifname=', ' is no name of an interface: 1 to 15 letters'],
  ['tap,ifname=0123456789abcdef', '0123456789abcdef is no name of an interface'],
  ['tap,ifname=../x', '../x is no name of an interface'],
  ['tap,ifname=tap0,up', 'there is no option up; write tap,ifname=NAME'],
])('%s', (text, message) => {
  expect(() => parseTap(text)).toThrow(`--net ${text}: ${message}`);
});
