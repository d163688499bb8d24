import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { Blk } from './blk.ts';
import { BlockDriver } from './testing/block-driver.ts';
import { Driver } from './testing/driver.ts';
import { MemoryTarget } from './testing/memory-target.ts';

describe('an empty slot', () => {
  test('says what it is, and nothing else', () => {
    const target = new MemoryTarget();
    expect([0, 4, 8].map((offset) => target.read(offset, 4))).toEqual([0x7472_6976, 2, 0]);
    for (let offset = 0; offset < 0x200; offset += 4) target.write(offset, 4, 0xffff_ffff);
    for (let offset = 0x10; offset < 0x200; offset += 4) expect(target.read(offset, 4)).toBe(0);
    expect(target.interrupt).toBe(false);
  });
});

describe('registers', () => {
  test('control registers take 4 aligned bytes, the configuration 1, 2 and 4', () => {
    const target = new MemoryTarget(new Blk(new MemoryDisk(512 * 0x1234)));
    const driver = new Driver(target);
    expect([target.read(0, 1), target.read(0, 2), target.read(2, 4)]).toEqual([0, 0, 0]);
    target.write(0x70, 1, 1);
    target.write(0x71, 4, 1);
    expect(driver.register('status')).toBe(0);
    expect([driver.config(0, 1), driver.config(1, 1), driver.config(0, 2), driver.config(0, 4)]).toEqual([
      ...[0x34, 0x12, 0x1234, 0x1234],
    ]);
    expect(driver.config(0x1000 - 0x104, 4)).toBe(0);
  });

  test('those that are not there read zero, and all ones for shared memory', () => {
    const target = new MemoryTarget(new Blk(new MemoryDisk(512)));
    const driver = new Driver(target);
    expect([0x14, 0x20, 0x28, 0x3c, 0x50, 0x64, 0x80, 0xac, 0xc0].map((offset) => target.read(offset, 4))).toEqual([
      ...new Array(9).fill(0),
    ]);
    expect([0xb0, 0xb4, 0xb8, 0xbc].map((offset) => target.read(offset, 4))).toEqual(new Array(4).fill(0xffff_ffff));
    driver.setRegister('queueSel', 1);
    expect([driver.register('queueNumMax'), driver.register('queueReady')]).toEqual([0, 0]);
    driver.setRegister('queueReady', 1);
    expect(driver.register('queueReady')).toBe(0);
    driver.setRegister('queueSel', 0);
    expect(driver.register('queueNumMax')).toBe(256);
  });

  test('any value written anywhere is survived', () => {
    const target = new MemoryTarget(new Blk(new MemoryDisk(512)));
    for (const value of [0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 15, 1, 0]) {
      for (let offset = 0; offset < 0x200; offset++) {
        for (const size of [1, 2, 4] as const) target.write(offset, size, value % 2 ** (8 * size));
      }
    }
    expect(new BlockDriver(target, 'split').read(0)).toEqual(new Array(512).fill(0));
  });

  test('reset puts everything back', () => {
    const target = new MemoryTarget(new Blk(new MemoryDisk(512)));
    const driver = new Driver(target);
    driver.negotiate([32]);
    driver.setRegister('queueReady', 1);
    driver.ready();
    expect(target.interrupt).toBe(true);
    target.mmio.reset();
    expect(target.interrupt).toBe(false);
    const registers = ['status', 'interruptStatus', 'queueReady'] as const;
    expect(registers.map((register) => driver.register(register))).toEqual([0, 0, 0]);
  });
});
