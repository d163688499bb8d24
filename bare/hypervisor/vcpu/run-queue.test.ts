/** The order in which vCPUs get harts, without harts: who is picked, and what share each gets. */
import { beforeEach, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const OFF = 0;
const READY = 1;
const RUNNING = 2;
const WAITING = 3;
const NEVER = (1n << 64n) - 1n;
const GRANULARITY = 200n;

const FIELDS = ['state', 'weight', 'virtualTime', 'wakeTime', 'readySince', 'hart', 'guest'] as const;
const SOURCE = `
export * from './bare/hypervisor/vcpu/run-queue';
import { Vcpu } from './bare/hypervisor/vcpu/vcpu.ts';
import { Hart } from './bare/hypervisor/harts/hart.ts';
import { Guest } from './bare/hypervisor/guest/guest.ts';
export const guestSize: usize = offsetof<Guest>();
export const vcpuSize: usize = offsetof<Vcpu>();
export const hartSize: usize = offsetof<Hart>();
${FIELDS.map((name) => `export const ${name}: usize = offsetof<Vcpu>('${name}');`).join('\n')}`;

let v8: InV8;
let harts: bigint[];
let guest: bigint;

const at = (vcpu: bigint, name: (typeof FIELDS)[number]): bigint => vcpu + v8.constant(name);
const stateOf = (vcpu: bigint): number => v8.u32(at(vcpu, 'state'));
const pick = (hart = harts[0]!): bigint => v8.call('pickReady', hart) as bigint;

function vcpu(weight = 100n, hart = harts[0]!): bigint {
  const size = Number(v8.constant('vcpuSize'));
  const address = v8.place(new Uint8Array(size));
  v8.setU64(at(address, 'weight'), weight);
  v8.setU64(at(address, 'hart'), hart);
  v8.setU64(at(address, 'guest'), guest);
  v8.call('addVcpu', address);
  return address;
}

function ready(weight = 100n, hart = harts[0]!): bigint {
  const address = vcpu(weight, hart);
  v8.call('makeReady', address, 0n);
  return address;
}

/** One turn of a hart: the next vCPU runs for so many ticks, and is ready again. */
function turn(hart: bigint, ticks: bigint): bigint {
  const next = pick(hart);
  v8.call('setState', next, RUNNING);
  v8.setU64(at(next, 'hart'), hart);
  v8.call('charge', next, ticks);
  v8.call('setState', next, READY);
  return next;
}

const newGuest = (): bigint => v8.place(new Uint8Array(Number(v8.constant('guestSize'))));

beforeEach(async () => {
  v8 = await loadInV8('run-queue.ts', { source: SOURCE });
  harts = [0, 1].map(() => v8.place(new Uint8Array(Number(v8.constant('hartSize')))));
  guest = newGuest();
  v8.call('setGranularity', GRANULARITY);
});

test('none is picked where none is ready', () => {
  expect(pick()).toBe(0n);
  const off = vcpu();
  expect(stateOf(off)).toBe(OFF);
  expect(pick()).toBe(0n);
  expect(v8.call('startedCount')).toBe(0n);
});

test.each([
  [
    [100n, 100n],
    [50, 50],
  ],
  [
    [100n, 200n],
    [33.3, 66.7],
  ],
  [
    [1n, 10000n],
    [0.01, 99.99],
  ],
  [
    [100n, 300n, 100n, 500n],
    [10, 30, 10, 50],
  ],
])('weights %s have shares of %s percent', (weights, shares) => {
  const all = weights.map((weight) => ready(weight));
  const had = new Map(all.map((each) => [each, 0]));
  for (let turns = 0; turns < 20_000; turns++) {
    const ran = turn(harts[0]!, 100n);
    had.set(ran, had.get(ran)! + 1);
  }
  for (const [index, each] of all.entries()) expect(had.get(each)! / 200).toBeCloseTo(shares[index]!, 0);
});

test('of those that have had the same, the one that was here last is next', () => {
  const [here, there] = [ready(100n, harts[0]), ready(100n, harts[1])];
  expect(pick(harts[0])).toBe(here);
  expect(pick(harts[1])).toBe(there);
});

test('waiting saves up no right to the hart', () => {
  const busy = ready();
  const sleeper = vcpu();
  for (let turns = 0; turns < 100; turns++) turn(harts[0]!, 1000n);
  v8.call('makeReady', sleeper, 0n);
  // It is next, and behind the other again after a little.
  expect(turn(harts[0]!, 2n * GRANULARITY + 1000n)).toBe(sleeper);
  expect(turn(harts[0]!, 1000n)).toBe(busy);
});

test('who waits becomes ready when its time has come, and not before', () => {
  const waits = ready();
  v8.call('setState', waits, WAITING);
  v8.setU64(at(waits, 'wakeTime'), 500n);
  expect(v8.call('earliestWake', harts[0]!)).toBe(500n);
  expect(BigInt.asUintN(64, v8.call('earliestWake', harts[1]!) as bigint)).toBe(NEVER);
  v8.call('wakeExpired', 499n);
  expect(stateOf(waits)).toBe(WAITING);
  v8.call('wakeExpired', 500n);
  expect(stateOf(waits)).toBe(READY);
  expect(v8.u64(at(waits, 'readySince'))).toBe(500n);
});

test('a vCPU makes place for one that is behind by more than the granularity', () => {
  const runs = ready();
  v8.call('setState', runs, RUNNING);
  const waits = ready();
  v8.call('charge', runs, GRANULARITY);
  expect(v8.call('mostAhead', waits)).toBe(0n);
  v8.call('charge', runs, 1n);
  expect(v8.call('mostAhead', waits)).toBe(runs);
});

test('vCPUs that are off are not counted, and those that are gone not picked', () => {
  const [first, second] = [ready(), ready()];
  expect(v8.call('startedCount')).toBe(2n);
  v8.call('setState', first, OFF);
  v8.call('removeVcpu', first);
  expect(v8.call('startedCount')).toBe(1n);
  expect(pick()).toBe(second);
  expect(v8.number('hasReady')).toBe(1);
  v8.call('setState', second, OFF);
  v8.call('removeVcpu', second);
  expect(pick()).toBe(0n);
  expect(v8.number('hasReady')).toBe(0);
});

test('vCPUs of a paused guest keep their states, and have no part in the queue', () => {
  const [runs, waits] = [ready(), ready()];
  v8.call('setState', runs, RUNNING);
  v8.call('setState', waits, WAITING);
  v8.setU64(at(waits, 'wakeTime'), 500n);
  const paused = guest;
  guest = newGuest();
  const other = ready();
  v8.call('pauseVcpus', paused);
  expect(v8.call('startedCount')).toBe(1n);

  // One leaves its hart, one waits beyond its time, one is started, one is stopped.
  v8.call('setState', runs, READY);
  v8.call('wakeExpired', 1000n);
  expect(stateOf(waits)).toBe(WAITING);
  expect(BigInt.asUintN(64, v8.call('earliestWake', harts[0]!) as bigint)).toBe(NEVER);
  guest = paused;
  const starts = ready();
  const stops = ready();
  v8.call('setState', stops, OFF);
  expect(v8.call('startedCount')).toBe(1n);
  expect(pick()).toBe(other);
  v8.call('setState', other, RUNNING);
  expect(pick()).toBe(0n);
  expect(v8.number('hasReady')).toBe(0);

  v8.call('resumeVcpus', paused);
  expect(v8.call('startedCount')).toBe(4n);
  expect(v8.call('earliestWake', harts[0]!)).toBe(500n);
  expect([runs, starts]).toContain(pick());
});
