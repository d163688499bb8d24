import { expect, test } from 'vitest';
import { Clock, type TimeMode } from './clock.ts';
import { type Action, MockCore } from './testing/mock-core.ts';
import { type DeviceEvents, Turns } from './turns.ts';

const NEVER = Number.POSITIVE_INFINITY;

function setUp(
  programs: readonly (readonly Action[])[],
  deviceEvents: DeviceEvents = { next: () => NEVER, run: () => {} },
  mode: TimeMode = 'counted',
) {
  const mock = new MockCore(programs);
  const clock = new Clock(mock.core, mode, { now: () => mock.turns.length, date: () => 0 });
  return { mock, clock, turns: new Turns(mock.core, clock, deviceEvents) };
}

test('harts take turns of the same length, which start at the same time', () => {
  const { mock, clock, turns } = setUp([[], [], []]);
  expect(turns.run(60_000)).toEqual({ end: 'budget', executed: 60_000 });
  expect(mock.turns.map(({ hart, clock: at, executed }) => [hart, at, executed])).toEqual([
    [0, 0, 10_000],
    [1, 0, 10_000],
    [2, 0, 10_000],
    [0, 10_000, 10_000],
    [1, 10_000, 10_000],
    [2, 10_000, 10_000],
  ]);
  expect(clock.instructions).toBe(20_000);
});

test('a round that a small budget interrupts goes on where it was', () => {
  const whole = setUp([[], []]);
  whole.turns.run(40_000);
  const parts = setUp([[], []]);
  for (let run = 0; run < 40; run++) parts.turns.run(1_000);
  expect(parts.mock.turns.slice(0, 12).map(({ hart, clock }) => [hart, clock])).toEqual([
    ...Array.from({ length: 10 }, (_, index) => [0, index * 1000]),
    [1, 0],
    [1, 1000],
  ]);
  expect(parts.clock.instructions).toBe(whole.clock.instructions);
});

test('a round is as long as the hart that came furthest in it', () => {
  const { clock, turns } = setUp([
    [300, 'wfi'],
    [700, 'wfi'],
  ]);
  expect(turns.run(1_000_000)).toEqual({ end: 'idle', until: NEVER, executed: 1000 });
  expect(clock.instructions).toBe(700);
});

test('when all wait the host hears of the next timer, and time can skip to it', () => {
  const { mock, clock, turns } = setUp([['wfi'], ['wfi']]);
  clock.writeMtimecmp(0, 0, 250);
  clock.writeMtimecmp(0, 1, 0);
  clock.writeMtimecmp(1, 0, 900);
  clock.writeMtimecmp(1, 1, 0);
  expect(turns.run(100)).toEqual({ end: 'idle', until: 2500, executed: 0 });
  turns.skipTo(2500);
  turns.run(100);
  expect(mock.turns[0]).toEqual({ hart: 0, clock: 2500, executed: 100 });
});

test("a round ends where a waiting hart's timer fires", () => {
  const { mock, clock, turns } = setUp([['wfi'], []]);
  clock.writeMtimecmp(0, 0, 1234);
  clock.writeMtimecmp(0, 1, 0);
  turns.run(20_000);
  expect(mock.turns.map(({ hart, clock: at }) => [hart, at])).toEqual([
    [1, 0],
    [1, 10_000],
    [0, 12_340],
  ]);
});

test("a round ends where a device's event comes, which happens before the next round", () => {
  const times = [77, 12_000, NEVER];
  const happened: number[] = [];
  const { mock, clock, turns } = setUp([[], []], {
    next: () => times[0]!,
    run: () => {
      if (clock.instructions >= times[0]!) happened.push(times.shift()!, clock.instructions);
    },
  });
  turns.run(60_000);
  expect(happened).toEqual([77, 77, 12_000, 12_000]);
  expect(mock.turns.slice(0, 7).map(({ executed }) => executed)).toEqual([
    77, 77, 10_000, 10_000, 1_923, 1_923, 10_000,
  ]);
});

test('an interrupt from one hart wakes another in the same round', () => {
  const { mock, turns } = setUp([
    [100, () => mock.core.exports.setInterrupt(1, 3, 1), 'wfi'],
    ['wfi', 50, 'wfi'],
  ]);
  const end = turns.run(1000);
  expect(mock.turns.map(({ hart, executed }) => [hart, executed])).toEqual([
    [0, 101],
    [1, 899],
  ]);
  expect(end).toEqual({ end: 'budget', executed: 1000 });
});

test('a stop and a breakpoint end the run, and the turn goes on later', () => {
  const { mock, turns } = setUp([[10, () => mock.core.requestStop(), 20, 'breakpoint', 30]]);
  expect(turns.run(1000)).toEqual({ end: 'stop', hart: 0, executed: 11 });
  expect(turns.run(1000)).toEqual({ end: 'breakpoint', hart: 0, executed: 20 });
  turns.run(30);
  expect(mock.turns.map(({ clock, executed }) => [clock, executed])).toEqual([
    [0, 11],
    [11, 20],
    [31, 30],
  ]);
});

test('a step is part of the turn of the hart whose turn it is, and takes no time for another', () => {
  const { mock, clock, turns } = setUp([[], []]);
  turns.step(0);
  turns.step(1);
  turns.step(0);
  turns.run(9_998);
  turns.run(1);
  expect(mock.turns.map(({ hart, clock: at, executed }) => [hart, at, executed])).toEqual([
    [0, 0, 1],
    [1, 0, 1],
    [0, 1, 1],
    [0, 2, 9_998],
    [1, 0, 1],
  ]);
  turns.reset();
  clock.reset();
  turns.run(1);
  expect(mock.turns.at(-1)).toEqual({ hart: 0, clock: 0, executed: 1 });
});

test('in real time each turn begins with the time of the host, also for a hart that is alone', () => {
  const ticks: number[] = [];
  const look = () => void ticks.push(clock.readMtime(0));
  const { clock, turns } = setUp([[look, 49_999, look, 49_999, look]], undefined, 'real');
  turns.run(1_000_000);
  expect(ticks).toEqual([0, 10_000, 20_000]);
});
