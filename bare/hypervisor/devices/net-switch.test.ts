import { beforeAll, beforeEach, expect, test } from 'vitest';
import { startHeap } from '../../../test/bare-heap.ts';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const HEAP = 1 << 20;
const SOURCE = `
export { initializeAllocator, addMemory } from './bare/hypervisor/memory/allocator';
import { addPort, Port, removePort, switchFrame } from './bare/hypervisor/devices/net-switch.ts';
export { removePort, switchFrame };
declare function deliver(owner: usize, frame: usize, size: u32): void;
function take(owner: usize, frame: usize, size: u32): void { deliver(owner, frame, size); }
export function newPort(network: u32, owner: usize): Port { return addPort(network, owner, take); }`;

const ALL = 'ff:ff:ff:ff:ff:ff';
const A = '02:54:56:00:01:00';
const B = '02:54:56:00:02:00';
const C = '02:54:56:00:03:00';

let bare: InV8;
let buffer: bigint;
let ports: bigint[];
/** Who got the frame. */
let receivers: bigint[];

beforeAll(async () => {
  bare = await loadInV8('switch.ts', {
    source: SOURCE,
    room: 2 * HEAP,
    imports: {
      'switch.deliver': (owner: bigint, frame: bigint, size: number) => {
        expect([frame, size]).toEqual([buffer, 60]);
        receivers.push(owner);
        return undefined;
      },
    },
  });
  startHeap(bare, HEAP);
  buffer = bare.allocate(60);
});

beforeEach(() => {
  for (const port of ports ?? []) bare.call('removePort', port);
  ports = [0n, 1n, 2n].map((owner) => bare.call('newPort', 0, owner) as bigint);
});

const bytes = (mac: string) => mac.split(':').map((byte) => Number.parseInt(byte, 16));

/** A frame comes in by a port; returns the ports by which it goes out. */
function send(port: number, to: string, from: string): number[] {
  bare.bytes.set([...bytes(to), ...bytes(from)], Number(buffer));
  receivers = [];
  bare.call('switchFrame', ports[port]!, buffer, 60);
  return receivers.map(Number).sort();
}

test('a frame for all goes to all but its sender', () => {
  expect(send(1, ALL, B)).toEqual([0, 2]);
  expect(send(0, '01:00:5e:00:00:01', A)).toEqual([1, 2]);
});

test('a frame for somebody unknown goes to all, for somebody known to him alone', () => {
  expect(send(0, B, A)).toEqual([1, 2]);
  expect(send(1, A, B)).toEqual([0]);
  expect(send(2, B, C)).toEqual([1]);
});

test('a station that moves is found where it was heard last; to its own port nothing goes', () => {
  send(0, ALL, A);
  send(2, ALL, A);
  expect(send(1, A, B)).toEqual([2]);
  expect(send(2, A, C)).toEqual([]);
});

test('nobody can take the address of a group', () => {
  send(2, A, ALL);
  expect(send(0, ALL, A)).toEqual([1, 2]);
});

test('a port that is gone gets nothing, and who was there is unknown', () => {
  send(0, ALL, A);
  bare.call('removePort', ports[0]!);
  expect(send(1, A, B)).toEqual([2]);
  ports[0] = bare.call('newPort', 0, 0n) as bigint;
  expect(send(1, A, B)).toEqual([0, 2]);
});

test('hosts that share a place in the table push each other out, and are still reached', () => {
  const twin = '02:54:56:00:41:40';
  send(0, ALL, A);
  send(1, ALL, twin);
  expect(send(2, twin, C)).toEqual([1]);
  expect(send(2, A, C)).toEqual(expect.arrayContaining([0]));
});

test('networks are apart, and each learns for itself', () => {
  const other = bare.call('newPort', 1, 3n) as bigint;
  const twin = bare.call('newPort', 1, 4n) as bigint;
  ports.push(other, twin);
  expect(send(0, ALL, A)).toEqual([1, 2]);
  expect(send(3, A, B)).toEqual([4]);
  expect(send(4, B, A)).toEqual([3]);
  expect(send(1, A, B)).toEqual([0]);
});
