import { describe, expect, test } from 'vitest';
import {
  CENTURY,
  CmosRtc,
  DATA,
  DAY,
  DAY_OF_WEEK,
  HOURS,
  INDEX,
  MINUTES,
  MONTH,
  REGISTER_A,
  REGISTER_B,
  REGISTER_D,
  SECONDS,
  YEAR,
} from './cmos-rtc.ts';
import { StateReader } from './state.ts';

/** Thursday. */
const START = Date.UTC(2026, 10, 26, 23, 59, 58);

function clock() {
  let time = START;
  const rtc = new CmosRtc({ now: () => time });
  const read = (register: number) => {
    rtc.write(INDEX, 1, register);
    return rtc.read(DATA, 1);
  };
  const write = (register: number, value: number) => {
    rtc.write(INDEX, 1, register);
    rtc.write(DATA, 1, value);
  };
  const advance = (seconds: number) => {
    time += seconds * 1000;
  };
  return { rtc, read, write, advance };
}

const FIELDS = [CENTURY, YEAR, MONTH, DAY, HOURS, MINUTES, SECONDS];

describe('the time', () => {
  test('is in BCD and in 24 hours', () => {
    const { read } = clock();
    expect(FIELDS.map(read)).toEqual([0x20, 0x26, 0x11, 0x26, 0x23, 0x59, 0x58]);
    expect(read(DAY_OF_WEEK)).toBe(5);
  });
  test('is binary on request', () => {
    const { read, write } = clock();
    write(REGISTER_B, 0x06);
    expect(FIELDS.map(read)).toEqual([20, 26, 11, 26, 23, 59, 58]);
  });
  test('goes on over midnight', () => {
    const { read, advance } = clock();
    advance(2);
    expect(FIELDS.map(read)).toEqual([0x20, 0x26, 0x11, 0x27, 0, 0, 0]);
  });
  test('is set while SET holds the clock, and goes on from there', () => {
    const { read, write, advance } = clock();
    write(REGISTER_B, 0x82);
    for (const [index, value] of [0x19, 0x99, 0x12, 0x31, 0x23, 0x59, 0x59].entries()) write(FIELDS[index]!, value);
    advance(100);
    expect(read(SECONDS)).toBe(0x59);
    write(REGISTER_B, 0x02);
    advance(1);
    expect(FIELDS.map(read)).toEqual([0x20, 0, 1, 1, 0, 0, 0]);
  });
  test('survives nonsense', () => {
    const { read, write } = clock();
    for (const register of FIELDS) write(register, 0xff);
    for (const register of FIELDS) expect(read(register)).toBeLessThanOrEqual(0xff);
  });
});

test('registers say that the clock is valid and never updating', () => {
  const { read } = clock();
  expect([read(REGISTER_A), read(REGISTER_B), read(REGISTER_D)]).toEqual([0x26, 0x02, 0x80]);
});

test('memory keeps bytes over a reset', () => {
  const { rtc, read, write } = clock();
  write(0x40, 0x5a);
  rtc.reset();
  expect(read(0x40)).toBe(0x5a);
});

test('the NMI bit of the index is no part of it', () => {
  const { read, write } = clock();
  write(0x80 | 0x41, 7);
  expect(read(0x41)).toBe(7);
});

test('its state is taken up elsewhere', () => {
  const first = clock();
  first.write(0x42, 9);
  first.write(REGISTER_B, 0x82);
  first.write(YEAR, 0x30);
  const second = clock();
  second.rtc.load(new StateReader(JSON.parse(JSON.stringify(first.rtc.save())), 'rtc'));
  second.write(REGISTER_B, 0x02);
  expect([second.read(0x42), second.read(YEAR)]).toEqual([9, 0x30]);
});
