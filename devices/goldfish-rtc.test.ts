import { beforeEach, expect, test } from 'vitest';
import {
  ALARM_HIGH,
  ALARM_LOW,
  ALARM_STATUS,
  CLEAR_ALARM,
  CLEAR_INTERRUPT,
  GoldfishRtc,
  IRQ_ENABLED,
  TIME_HIGH,
  TIME_LOW,
} from './goldfish-rtc.ts';

const HALF = 2 ** 32;
let now: number;
let wire: boolean;
let rtc: GoldfishRtc;

beforeEach(() => {
  now = 5 * HALF + 0x8000_0000;
  wire = false;
  rtc = new GoldfishRtc({
    now: () => now,
    interrupt: (level) => {
      wire = level;
    },
  });
});

function setAlarm(time: number): void {
  rtc.write(ALARM_HIGH, 4, Math.floor(time / HALF));
  rtc.write(ALARM_LOW, 4, time % HALF);
}

test('reading the low half latches the high one', () => {
  expect(rtc.read(TIME_LOW, 4)).toBe(0x8000_0000);
  now = 6 * HALF;
  expect(rtc.read(TIME_HIGH, 4)).toBe(5);
  expect([rtc.read(TIME_LOW, 4), rtc.read(TIME_HIGH, 4)]).toEqual([0, 6]);
});

test('the guest sets the clock, which a reset leaves running', () => {
  rtc.write(TIME_HIGH, 4, 9);
  rtc.write(TIME_LOW, 4, 100);
  now += 23;
  rtc.reset();
  expect([rtc.read(TIME_LOW, 4), rtc.read(TIME_HIGH, 4)]).toEqual([123, 9]);
});

test('an alarm goes off once, when its time has come', () => {
  rtc.write(IRQ_ENABLED, 4, 1);
  setAlarm(now + 1000);
  expect([rtc.alarm, rtc.read(ALARM_STATUS, 4)]).toEqual([now + 1000, 1]);
  now += 999;
  rtc.checkAlarm();
  expect(wire).toBe(false);
  now += 1;
  rtc.checkAlarm();
  expect([wire, rtc.read(ALARM_STATUS, 4), rtc.alarm]).toEqual([true, 0, Number.POSITIVE_INFINITY]);
  rtc.write(CLEAR_INTERRUPT, 4, 0);
  rtc.checkAlarm();
  expect(wire).toBe(false);
});

test('an alarm in the past goes off at once, seen only while enabled', () => {
  setAlarm(now);
  expect(wire).toBe(false);
  rtc.write(IRQ_ENABLED, 4, 1);
  expect(wire).toBe(true);
  rtc.reset();
  expect(wire).toBe(false);
});

test('an alarm is set on the clock that the guest sees, and can be cleared', () => {
  rtc.write(TIME_HIGH, 4, 1);
  rtc.write(TIME_LOW, 4, 0);
  setAlarm(HALF + 50);
  expect(rtc.alarm).toBe(now + 50);
  rtc.write(CLEAR_ALARM, 4, 0);
  expect([rtc.alarm, rtc.read(ALARM_STATUS, 4)]).toEqual([Number.POSITIVE_INFINITY, 0]);
});
