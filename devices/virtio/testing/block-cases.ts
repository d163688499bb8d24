/** What a block device has to do, as a table: for every implementation that a `Target` can be made of. */

import { expect } from 'vitest';
import {
  BlockDriver,
  DISCARD,
  F_FLUSH,
  FLUSH,
  GET_ID,
  header,
  IN,
  IOERR,
  OK,
  OUT,
  segment,
  UNSUPP,
  WRITE_ZEROES,
} from './block-driver.ts';
import { F_EVENT_IDX, F_INDIRECT_DESC, type Target } from './driver.ts';
import type { Format } from './driver-queue.ts';

export const SECTORS = 64;
export const DISK_ID = 'a disk for tests';

/** The disk that the cases expect: each sector is different, and so is each of its first 256 bytes. */
export function patternDisk(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 512 * SECTORS }, (_, index) => (31 * Math.floor(index / 512) + index) & 0xff);
}

export function patternSector(sector: number): number[] {
  return [...patternDisk().subarray(512 * sector, 512 * (sector + 1))];
}

export interface BlockCase {
  readonly name: string;
  /** Needs a device that takes discards. */
  readonly discard?: boolean;
  readonly run: (target: Target, format: Format) => void;
}

const filled = (value: number, length = 512): number[] => Array.from({ length }, () => value);

export const BLOCK_CASES: readonly BlockCase[] = [
  {
    name: 'is a block device with the capacity of its disk',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      expect(driver.register('magicValue')).toBe(0x7472_6976);
      expect(driver.register('version')).toBe(2);
      expect(driver.register('deviceId')).toBe(2);
      expect([driver.config(0, 4), driver.config(4, 4)]).toEqual([SECTORS, 0]);
    },
  },
  {
    name: 'reads',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      expect(driver.read(5)).toEqual(patternSector(5));
      expect(driver.read(SECTORS - 2, 2)).toEqual([...patternSector(SECTORS - 2), ...patternSector(SECTORS - 1)]);
    },
  },
  {
    name: 'writes, and nothing beside it',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      expect(driver.request(OUT, 7, [driver.readable(filled(0x5a, 1024))])).toBe(OK);
      expect(driver.read(6, 4)).toEqual([...patternSector(6), ...filled(0x5a, 1024), ...patternSector(9)]);
    },
  },
  {
    name: 'goes round the ring many times, with requests of different lengths',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      for (let round = 0; round < 40; round++) {
        expect(driver.read(round)).toEqual(patternSector(round));
        expect(driver.request(FLUSH, 0)).toBe(OK);
      }
    },
  },
  {
    name: 'takes requests cut into pieces of any length',
    run: (target, format) => {
      const driver = new BlockDriver(target, format, { queueSize: 16 });
      const whole = header(IN, 3);
      const pieces = [0, 1, 2, 10].map((start, index, all) => driver.readable(whole.slice(start, all[index + 1])));
      const data = [1, 300, 0, 211].map((length) => driver.writable(length));
      const status = driver.writable(1);
      driver.queue.add([...pieces, ...data, status]);
      driver.notify(0);
      expect(driver.queue.used()).toEqual([{ id: expect.any(Number), length: 513 }]);
      expect(data.flatMap((part) => driver.contents(part))).toEqual(patternSector(3));
      expect(driver.contents(status)).toEqual([OK]);
    },
  },
  {
    name: 'takes the status together with the data',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      const data = driver.writable(513);
      driver.queue.add([driver.readable(header(IN, 4)), data]);
      driver.notify(0);
      expect(driver.contents(data)).toEqual([...patternSector(4), OK]);
    },
  },
  {
    name: 'serves indirect requests, also beside direct ones',
    run: (target, format) => {
      const driver = new BlockDriver(target, format, { features: [F_INDIRECT_DESC] });
      for (let round = 0; round < 12; round++) {
        const data = [driver.writable(100), driver.writable(412)];
        expect(driver.request(IN, round, data, round % 3 !== 0)).toBe(OK);
        expect(data.flatMap((part) => driver.contents(part))).toEqual(patternSector(round));
      }
    },
  },
  {
    name: 'serves all requests of one notification',
    run: (target, format) => {
      const driver = new BlockDriver(target, format, { queueSize: 16 });
      const data = [1, 2, 3, 4].map((sector) => {
        const part = driver.writable(512);
        driver.queue.add([driver.readable(header(IN, sector)), part, driver.writable(1)]);
        return part;
      });
      driver.notify(0);
      expect(driver.queue.used()).toHaveLength(4);
      expect(data.map((part) => driver.contents(part))).toEqual([1, 2, 3, 4].map(patternSector));
    },
  },
  {
    name: 'serves what was made available before the driver was ready',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      driver.negotiate(format === 'packed' ? [32, 34] : [32]);
      const { descriptors, driver: area, device, size } = driver.queue.place;
      for (const [address, length] of [
        [descriptors, 16 * size],
        [area, 4],
        [device, 4],
      ] as const) {
        driver.bytes(address, length).fill(0);
      }
      driver.enable(0, driver.queue.place);
      const status = driver.writable(1);
      driver.bytes(status.address, 1)[0] = 0xff;
      driver.queue.add([driver.readable(header(FLUSH, 0)), status]);
      driver.notify(0);
      expect(driver.contents(status)).toEqual([0xff]);
      driver.ready();
      expect(driver.contents(status)).toEqual([OK]);
    },
  },
  {
    name: 'interrupts, until that is acknowledged',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      expect(target.interrupt).toBe(false);
      driver.read(0);
      expect([driver.register('interruptStatus'), target.interrupt]).toEqual([1, true]);
      driver.setRegister('interruptAck', 2);
      expect([driver.register('interruptStatus'), target.interrupt]).toEqual([1, true]);
      driver.setRegister('interruptAck', 1);
      expect([driver.register('interruptStatus'), target.interrupt]).toEqual([0, false]);
    },
  },
  {
    name: 'does not interrupt a driver that does not want it',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      driver.queue.suppressInterrupts(true);
      driver.read(0);
      expect(target.interrupt).toBe(false);
      driver.queue.suppressInterrupts(false);
      driver.read(0);
      expect(target.interrupt).toBe(true);
    },
  },
  {
    name: 'interrupts at the event that the driver names',
    run: (target, format) => {
      const driver = new BlockDriver(target, format, { features: [F_INDIRECT_DESC, F_EVENT_IDX] });
      for (let round = 0; round < 6; round++) {
        driver.queue.interruptAfter(2);
        const interrupts = [0, 1, 2, 3].map((sector) => {
          expect(driver.request(IN, sector, [driver.writable(512)], true)).toBe(OK);
          const { interrupt } = target;
          driver.setRegister('interruptAck', 1);
          return interrupt;
        });
        expect(interrupts).toEqual([false, false, true, false]);
      }
    },
  },
  {
    name: 'tells its name',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      const id = driver.writable(20);
      expect(driver.request(GET_ID, 0, [id])).toBe(OK);
      expect(String.fromCharCode(...driver.contents(id)).replace(/\0+$/, '')).toBe(DISK_ID);
      expect(driver.request(GET_ID, 0, [driver.writable(10)])).toBe(IOERR);
    },
  },
  {
    name: 'writes zeroes',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      const segments = [...segment(10, 2), ...segment(14, 1, 1)];
      expect(driver.request(WRITE_ZEROES, 0, [driver.readable(segments)])).toBe(OK);
      expect(driver.read(9, 7)).toEqual([
        ...[...patternSector(9), ...filled(0, 1024), ...patternSector(12), ...patternSector(13)],
        ...[...filled(0), ...patternSector(15)],
      ]);
    },
  },
  {
    name: 'discards',
    discard: true,
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      expect(driver.request(DISCARD, 0, [driver.readable(segment(16, 8))])).toBe(OK);
      expect([driver.read(15), driver.read(24)]).toEqual([patternSector(15), patternSector(24)]);
    },
  },
  {
    name: 'refuses flags that it does not know, and unmap in a discard',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      const first = segment(0, 1);
      expect(driver.request(WRITE_ZEROES, 0, [driver.readable([...first, ...segment(1, 1, 2)])])).toBe(UNSUPP);
      expect(driver.request(DISCARD, 0, [driver.readable([...first, ...segment(1, 1, 1)])])).toBe(UNSUPP);
      expect(driver.read(0)).toEqual(patternSector(0));
    },
  },
  {
    name: 'refuses what is not on the disk, or is no whole sectors',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      const writes = [
        { sector: SECTORS, length: 512 },
        { sector: SECTORS - 1, length: 1024 },
        { sector: 2 ** 53 - 1, length: 512 },
        { sector: 0, length: 511 },
        { sector: 0, length: 513 },
      ];
      for (const { sector, length } of writes) {
        expect(driver.request(IN, sector, [driver.writable(length)])).toBe(IOERR);
        expect(driver.request(OUT, sector, [driver.readable(filled(1, length))])).toBe(IOERR);
      }
      for (const bytes of [segment(SECTORS - 1, 2), segment(0, 0xffff_ffff), segment(0, 1).slice(1), []]) {
        expect(driver.request(WRITE_ZEROES, 0, [driver.readable(bytes)])).toBe(IOERR);
      }
      expect(driver.read(0, SECTORS)).toEqual([...patternDisk()]);
    },
  },
  {
    name: 'refuses requests that it does not know',
    run: (target, format) => {
      const driver = new BlockDriver(target, format);
      for (const type of [2, 3, 16, 0xffff_ffff]) expect(driver.request(type, 0, [driver.writable(512)])).toBe(UNSUPP);
    },
  },
  {
    name: 'flushes, with the feature and without',
    run: (target, format) => {
      for (const features of [[], [F_FLUSH]]) {
        const driver = new BlockDriver(target, format, { features });
        expect(driver.request(OUT, 1, [driver.readable(filled(7))])).toBe(OK);
        expect(driver.request(FLUSH, 0)).toBe(OK);
      }
    },
  },
];
