/**
 * What a hostile driver may try with a block device, as a table: for every implementation that a `Target` can be made of.
 * After each case the device must either have asked for a reset or gone on, must work after a reset, and must not have touched
 * its disk or memory that it was not offered.
 */

import { BlockDriver, header, IN, OUT } from './block-driver.ts';
import type { Target } from './driver.ts';
import { F_EVENT_IDX, F_INDIRECT_DESC, INDIRECT, NEXT, WRITE } from './driver.ts';
import { type Format, PackedDriverQueue, SplitDriverQueue } from './driver-queue.ts';

export interface HostileCase {
  readonly name: string;
  readonly formats: readonly Format[];
  /** The section of virtio 1.2 that the driver breaks. */
  readonly section: string;
  /** Whether the device has to ask for a reset, as it cannot know what the driver means. */
  readonly needsReset: boolean;
  readonly act: (target: Target, format: Format) => BlockDriver;
}

const BOTH: readonly Format[] = ['split', 'packed'];
const INDIRECT_FEATURE = { features: [F_INDIRECT_DESC] };
/** No memory there, in any machine of the tests. */
const NOWHERE = 0x10_0000_0000;

function split(driver: BlockDriver): SplitDriverQueue {
  if (!(driver.queue instanceof SplitDriverQueue)) throw new Error('a case for split rings');
  return driver.queue;
}

function packed(driver: BlockDriver): PackedDriverQueue {
  if (!(driver.queue instanceof PackedDriverQueue)) throw new Error('a case for packed rings');
  return driver.queue;
}

/** Sets up, does something, and notifies. */
function with_(
  act: (driver: BlockDriver) => void,
  options?: { features?: readonly number[]; queueSize?: number },
): HostileCase['act'] {
  return (target, format) => {
    const driver = new BlockDriver(target, format, options);
    act(driver);
    driver.notify(0);
    return driver;
  };
}

/** The three descriptors of a request that reads sector 0, where one lies elsewhere or is of another length. */
function readRequest(driver: BlockDriver, change: { address?: number; length?: number; part?: number }) {
  const parts = [driver.readable(header(IN, 0)), driver.writable(512), driver.writable(1)];
  return parts.map((part, index) => (index === (change.part ?? 1) ? { ...part, ...change } : part));
}

export const HOSTILE_CASES: readonly HostileCase[] = [
  {
    name: 'the available index jumps',
    formats: ['split'],
    section: '2.7.6.1',
    needsReset: true,
    act: with_((driver) => driver.setU16(driver.queue.place.driver + 2, 9)),
  },
  {
    name: 'the available index goes back',
    formats: ['split'],
    section: '2.7.6.1',
    needsReset: true,
    act: with_((driver) => {
      driver.read(0);
      driver.setU16(driver.queue.place.driver + 2, 0);
    }),
  },
  {
    name: 'the head is no descriptor of the table',
    formats: ['split'],
    section: '2.7.5',
    needsReset: true,
    act: with_((driver) => split(driver).makeAvailable(8)),
  },
  {
    name: 'next is no descriptor of the table',
    formats: ['split'],
    section: '2.7.5',
    needsReset: true,
    act: with_((driver) => {
      const queue = split(driver);
      queue.write(queue.place.descriptors, 0, { ...driver.readable(header(IN, 0)), flags: NEXT }, 0xffff);
      queue.makeAvailable(0);
    }),
  },
  {
    name: 'a descriptor follows itself',
    formats: ['split'],
    section: '2.7.5.2',
    needsReset: true,
    act: with_((driver) => {
      const queue = split(driver);
      queue.write(queue.place.descriptors, 0, { ...driver.readable(header(IN, 0)), flags: NEXT }, 0);
      queue.makeAvailable(0);
    }),
  },
  {
    name: 'every descriptor of the ring has a next',
    formats: ['packed'],
    section: '2.8.17',
    needsReset: true,
    act: with_((driver) => {
      const part = driver.readable(header(IN, 0));
      driver.queue.addRaw(Array.from({ length: 8 }, () => ({ ...part, flags: NEXT })));
    }),
  },
  {
    name: 'an indirect table whose descriptors go round',
    formats: ['split'],
    section: '2.7.5.3.1',
    needsReset: true,
    act: with_((driver) => {
      const queue = split(driver);
      const table = driver.allocate(32);
      queue.write(table, 0, { ...driver.readable(header(IN, 0)), flags: NEXT }, 1);
      queue.write(table, 1, { ...driver.readable([0]), flags: NEXT }, 0);
      queue.addRaw([{ address: table, length: 32, flags: INDIRECT }]);
    }, INDIRECT_FEATURE),
  },
  {
    name: 'an indirect table longer than the queue',
    formats: BOTH,
    section: '2.7.5.3.1, 2.8.17',
    needsReset: true,
    act: with_((driver) => {
      driver.queue.addIndirect([...Array.from({ length: 9 }, () => driver.readable([0])), driver.writable(1)]);
    }, INDIRECT_FEATURE),
  },
  {
    name: 'an indirect table of 4 GiB',
    formats: BOTH,
    section: '2.7.5.3',
    needsReset: true,
    act: with_((driver) => {
      driver.queue.addRaw([{ address: driver.allocate(16), length: 0xffff_fff0, flags: INDIRECT }]);
    }, INDIRECT_FEATURE),
  },
  ...[0, 15, 40].map(
    (length): HostileCase => ({
      name: `an indirect table of ${length} bytes`,
      formats: BOTH,
      section: '2.7.5.3, 2.8.7',
      needsReset: true,
      act: with_((driver) => {
        driver.queue.addRaw([{ address: driver.allocate(48), length, flags: INDIRECT }]);
      }, INDIRECT_FEATURE),
    }),
  ),
  {
    name: 'an indirect table in an indirect table',
    formats: ['split'],
    section: '2.7.5.3.1',
    needsReset: true,
    act: with_((driver) => {
      const inner = driver.queue.table([{ ...driver.readable(header(IN, 0)), flags: 0 }]);
      const outer = driver.queue.table([{ address: inner, length: 16, flags: INDIRECT }]);
      driver.queue.addRaw([{ address: outer, length: 16, flags: INDIRECT }]);
    }, INDIRECT_FEATURE),
  },
  {
    name: 'an indirect descriptor with a next',
    formats: BOTH,
    section: '2.7.5.3.1, 2.8.19',
    needsReset: true,
    act: with_((driver) => {
      const table = driver.queue.table([{ ...driver.readable(header(IN, 0)), flags: 0 }]);
      driver.queue.addRaw([
        { address: table, length: 16, flags: INDIRECT | NEXT },
        { ...driver.writable(1), flags: WRITE },
      ]);
    }, INDIRECT_FEATURE),
  },
  {
    name: 'an indirect descriptor after a direct one',
    formats: ['packed'],
    section: '2.8.19',
    needsReset: true,
    act: with_((driver) => {
      const table = driver.queue.table([{ ...driver.writable(1), flags: WRITE }]);
      driver.queue.addRaw([
        { ...driver.readable(header(IN, 0)), flags: NEXT },
        { address: table, length: 16, flags: INDIRECT },
      ]);
    }, INDIRECT_FEATURE),
  },
  {
    name: 'an indirect descriptor, not negotiated',
    formats: BOTH,
    section: '2.7.5.3.1, 2.8.19',
    needsReset: true,
    act: with_((driver) => driver.queue.addIndirect(readRequest(driver, {}))),
  },
  {
    name: 'a buffer to read after one to write',
    formats: BOTH,
    section: '2.7.4.2, 2.8.17',
    needsReset: true,
    act: with_((driver) => driver.queue.add([driver.writable(1), driver.readable(header(IN, 0))])),
  },
  ...[
    { what: 'outside of memory', address: NOWHERE },
    { what: 'below memory', address: 0 },
    { what: 'that ends 2 ** 64 bytes from 0', address: 2 ** 64 - 2048 },
    { what: 'longer than memory', length: 0xffff_fe00 },
  ].flatMap(({ what, ...change }) =>
    [0, 1, 2].map(
      (part): HostileCase => ({
        name: `part ${part} of a request is a buffer ${what}`,
        formats: BOTH,
        section: '2.7.5',
        needsReset: true,
        act: with_((driver) => driver.queue.add(readRequest(driver, { ...change, part }))),
      }),
    ),
  ),
  {
    name: 'a buffer that begins in memory and ends outside',
    formats: BOTH,
    section: '2.7.5',
    needsReset: true,
    act: with_((driver) => {
      const address = driver.target.base + driver.target.memory.length - 256;
      driver.queue.add(readRequest(driver, { address }));
    }),
  },
  {
    name: 'a request without anything to read',
    formats: BOTH,
    section: '5.2.6',
    needsReset: true,
    act: with_((driver) => driver.queue.add([driver.writable(512)])),
  },
  {
    name: 'a request with half a header',
    formats: BOTH,
    section: '5.2.6',
    needsReset: true,
    act: with_((driver) => driver.queue.add([driver.readable(header(IN, 0).slice(0, 8)), driver.writable(513)])),
  },
  {
    name: 'a request without room for its status',
    formats: BOTH,
    section: '5.2.6',
    needsReset: true,
    act: with_((driver) => driver.queue.add([driver.readable(header(OUT, 0))])),
  },
  {
    name: 'a request all of whose buffers are empty',
    formats: BOTH,
    section: '5.2.6',
    needsReset: true,
    act: with_((driver) => driver.queue.add([driver.readable([]), driver.writable(0)])),
  },
  ...[
    { what: 'the descriptor area lies outside of memory', place: { descriptors: NOWHERE } },
    { what: 'the driver area lies outside of memory', place: { driver: NOWHERE } },
    { what: 'the device area lies outside of memory', place: { device: NOWHERE } },
    { what: 'the descriptor area is not aligned', place: { descriptors: 0x8000_0008 } },
    { what: 'the driver area is not aligned', place: { driver: 0x8000_0001 } },
    { what: 'the device area is not aligned', place: { device: 0x8000_0002 } },
    { what: 'the queue has no descriptors', place: { size: 0 } },
    { what: 'the queue is larger than the device allows', place: { size: 0x8000_0000 } },
  ].map(
    ({ what, place }): HostileCase => ({
      name: what,
      formats: BOTH,
      section: '2.7, 2.8.10.1, 4.2.2.2',
      needsReset: true,
      act: with_((driver) => {
        driver.setRegister('queueSel', 0);
        driver.setRegister('queueReady', 0);
        driver.enable(0, { ...driver.queue.place, ...place });
      }),
    }),
  ),
  {
    name: 'the size of a split queue is no power of 2',
    formats: ['split'],
    section: '2.7',
    needsReset: true,
    act: with_((driver) => {
      driver.setRegister('queueSel', 0);
      driver.setRegister('queueReady', 0);
      driver.enable(0, { ...driver.queue.place, size: 6 });
    }),
  },
  {
    name: 'notifications of queues that do not exist',
    formats: BOTH,
    section: '4.2.3.3',
    needsReset: false,
    act: with_((driver) => {
      for (const queue of [1, 2, 0xffff, 0xffff_ffff]) driver.notify(queue);
    }),
  },
  {
    name: 'notifications without anything new',
    formats: BOTH,
    section: '2.7.10.2',
    needsReset: false,
    act: with_((driver) => {
      for (let count = 0; count < 100; count++) driver.notify(0);
    }),
  },
  {
    name: 'the queue moves while it is in use',
    formats: BOTH,
    section: '4.2.2.2',
    needsReset: false,
    act: with_((driver) => {
      driver.setRegister('queueSel', 0);
      driver.setRegister('queueNum', 0x4000);
      for (const register of [0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4]) driver.target.write(register, 4, 0xffff_ffff);
      driver.read(0);
    }),
  },
  {
    name: 'the same buffer twice',
    formats: ['split'],
    section: '2.7.13',
    needsReset: false,
    act: with_((driver) => {
      split(driver).add(readRequest(driver, {}));
      split(driver).makeAvailable(0);
    }),
  },
  {
    name: 'the data of a request lies over its descriptors',
    formats: BOTH,
    section: '2.7.13',
    needsReset: false,
    act: with_((driver) => driver.queue.add(readRequest(driver, { address: driver.queue.place.descriptors })), {
      queueSize: 64,
    }),
  },
  {
    name: 'a used event that never comes',
    formats: BOTH,
    section: '2.7.7, 2.8.10',
    needsReset: false,
    act: with_(
      (driver) => {
        driver.setU16(driver.queue.place.driver, 0xffff);
        driver.setU16(driver.queue.place.driver + 2, driver.queue instanceof PackedDriverQueue ? 3 : 0);
        driver.read(0);
      },
      { features: [F_EVENT_IDX] },
    ),
  },
  {
    name: 'descriptors whose marks never were those of a new round',
    formats: ['packed'],
    section: '2.8.1',
    needsReset: false,
    act: with_((driver) => {
      const { descriptors } = packed(driver).place;
      for (let index = 0; index < 8; index++) driver.setU16(descriptors + 16 * index + 14, 0x8080);
    }),
  },
];
