import { expect, test } from 'vitest';
import { PortSet } from './port-set.ts';

const ports = new PortSet([
  [0x70, 2],
  [0xffff, 1],
]);

test.each([
  [0x6f, 1, false],
  [0x6f, 2, true],
  [0x71, 1, true],
  [0x72, 4, false],
  [0xffff, 4, true],
  [0xfffc, 2, false],
])('an access at 0x%x of %i bytes: %s', (port, size, expected) => {
  expect(ports.meets(port, size)).toBe(expected);
});
