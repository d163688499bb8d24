import { beforeEach, expect, test } from 'vitest';
import { Aclint, type Timebase } from './aclint.ts';

const HARTS = 3;
let mtime: number[];
let mtimecmp: number[][];
let software: boolean[];
let aclint: Aclint;

beforeEach(() => {
  mtime = [0x1111, 0x2222];
  mtimecmp = Array.from({ length: HARTS }, (_, hart) => [hart, hart + 0x10]);
  software = new Array(HARTS).fill(false);
  const timebase: Timebase = {
    readMtime: (half) => mtime[half]!,
    writeMtime: (half, value) => {
      mtime[half] = value;
    },
    readMtimecmp: (hart, half) => mtimecmp[hart]![half]!,
    writeMtimecmp: (hart, half, value) => {
      mtimecmp[hart]![half] = value;
    },
  };
  const setSoftwareInterrupt = (hart: number, level: boolean) => {
    software[hart] = level;
  };
  aclint = new Aclint({ harts: HARTS, timebase, setSoftwareInterrupt });
});

test('bit 0 of msip drives the software interrupt of its hart, the other bits read zero', () => {
  aclint.write(4, 4, 0xffff_ffff);
  expect([0, 4, 8].map((offset) => aclint.read(offset, 4))).toEqual([0, 1, 0]);
  expect(software).toEqual([false, true, false]);
  aclint.write(4, 4, 0xffff_fffe);
  expect(software).toEqual([false, false, false]);
});

test('mtimecmp and mtime are read and written by halves', () => {
  expect([0xbff8, 0xbffc].map((offset) => aclint.read(offset, 4))).toEqual([0x1111, 0x2222]);
  expect([0x4010, 0x4014].map((offset) => aclint.read(offset, 4))).toEqual([2, 0x12]);
  aclint.write(0x400c, 4, 0xabcd);
  aclint.write(0x4008, 4, 0x1234);
  aclint.write(0xbffc, 4, 7);
  expect([mtimecmp[1], mtime]).toEqual([
    [0x1234, 0xabcd],
    [0x1111, 7],
  ]);
});

test('registers of harts that do not exist read zero and ignore writes', () => {
  for (const offset of [4 * HARTS, 0x3ffc, 0x4000 + 8 * HARTS, 0xbff0, 0xc000]) {
    aclint.write(offset, 4, 1);
    expect(aclint.read(offset, 4)).toBe(0);
  }
  expect(software).toEqual([false, false, false]);
});

test('reset clears msip and mtime, and puts mtimecmp out of reach', () => {
  aclint.write(8, 4, 1);
  aclint.reset();
  expect([aclint.read(8, 4), software[2]]).toEqual([0, false]);
  expect(mtime).toEqual([0, 0]);
  expect(mtimecmp).toEqual(new Array(HARTS).fill([0xffff_ffff, 0xffff_ffff]));
});

test('refuses a number of harts without registers', () => {
  const setSoftwareInterrupt = () => {};
  const timebase = {} as Timebase;
  expect(() => new Aclint({ harts: 4096, timebase, setSoftwareInterrupt })).toThrow('4096 harts; use 1 to 4095');
});
