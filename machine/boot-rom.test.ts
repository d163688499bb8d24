import { expect, test } from 'vitest';
import { bootRom } from './boot-rom.ts';

test('is what QEMU 7.2 puts at 0x1000', () => {
  const rom = bootRom({ start: 0x8000_0000, deviceTree: 0x87e0_0000, next: 0x8020_0000 });
  expect([...new Uint32Array(rom.buffer)]).toEqual([
    ...[0x00000297, 0x02828613, 0xf1402573, 0x0202b583, 0x0182b283, 0x00028067],
    ...[0x80000000, 0, 0x87e00000, 0],
    ...[0x4942534f, 0, 2, 0, 0x80200000, 0, 1, 0, 0, 0, 0, 0],
  ]);
});
