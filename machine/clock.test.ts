import { describe, expect, test } from 'vitest';
import { Clock, type TimeMode } from './clock.ts';
import * as layout from './core/layout.ts';
import { MockCore } from './testing/mock-core.ts';

function setUp(mode: TimeMode) {
  const mock = new MockCore([[], []]);
  const host = { now: 5000, date: 1_800_000_000_000 };
  const clock = new Clock(mock.core, mode, { now: () => host.now, date: () => host.date });
  return { mock, host, clock };
}

describe('counted time', () => {
  test('has a tick each ten instructions and starts at a fixed date', () => {
    const { clock, mock } = setUp('counted');
    clock.instructions = 12_345;
    expect(mock.core.u32(layout.MACHINE_INSTRUCTIONS_PER_TICK)).toBe(10);
    expect([clock.readMtime(0), clock.readMtime(1)]).toEqual([1234, 0]);
    expect(clock.date).toBe(Date.UTC(2026, 0, 1) * 1e6 + 123_400);
  });

  test('gives mtime within a turn as the present instruction sees it', () => {
    const { clock, mock } = setUp('counted');
    clock.hart = 0;
    mock.core.exports.runHart(0, 500);
    expect(clock.readMtime(0)).toBe(50);
    clock.hart = undefined;
    expect(clock.readMtime(0)).toBe(0);
  });

  test('mtime can be set by halves, and goes on from there', () => {
    const { clock } = setUp('counted');
    clock.instructions = 500;
    clock.writeMtime(1, 3);
    clock.writeMtime(0, 0xffff_fff0);
    clock.instructions = 700;
    expect([clock.readMtime(0), clock.readMtime(1)]).toEqual([4, 4]);
    clock.writeMtime(1, 0);
    clock.writeMtime(0, 0);
    expect([clock.readMtime(0), clock.readMtime(1)]).toEqual([0, 0]);
  });

  test('counts events in instructions', () => {
    const { clock } = setUp('counted');
    expect(clock.nextTimer(1)).toBe(Number.POSITIVE_INFINITY);
    clock.writeMtimecmp(1, 1, 0);
    clock.writeMtimecmp(1, 0, 400);
    expect([clock.readMtimecmp(1, 0), clock.readMtimecmp(1, 1), clock.nextTimer(1)]).toEqual([400, 0, 4000]);
    const date = clock.date;
    clock.instructions = 1_000_000;
    // A date in nanoseconds is exact to 256.
    expect(Math.abs(clock.until(date + 50_000_000) - 5_000_000)).toBeLessThanOrEqual(30);
  });
});

describe('real time', () => {
  test("follows the host's clock from power-on", () => {
    const { clock, host } = setUp('real');
    host.now += 2.5;
    expect([clock.readMtime(0), clock.readMtime(1)]).toEqual([25_000, 0]);
    expect(clock.date).toBe(host.date * 1e6 + 2_500_000);
    clock.reset();
    expect(clock.readMtime(0)).toBe(0);
  });

  test('stands still between the halves of an 8-byte access', () => {
    const { clock, host } = setUp('real');
    const low = 2 ** 32 - 1;
    clock.writeMtime(0, low);
    expect(clock.readMtime(0)).toBe(low);
    host.now += 1;
    expect(clock.readMtime(1)).toBe(0);
    expect([clock.readMtime(0), clock.readMtime(1)]).toEqual([9999, 1]);
  });

  test('counts events in milliseconds from now', () => {
    const { clock, host } = setUp('real');
    clock.writeMtimecmp(0, 1, 0);
    clock.writeMtimecmp(0, 0, 50_000);
    host.now += 1;
    expect(clock.nextTimer(0)).toBe(4);
    expect(clock.until(clock.date + 3e6)).toBeCloseTo(3, 3);
  });
});
