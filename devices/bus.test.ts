import { describe, expect, test } from 'vitest';
import { Bus, type Region } from './bus.ts';
import type { AccessSize, Device } from './device.ts';
import type { State } from './state.ts';

class Recorder implements Device {
  readonly log: string[] = [];
  read(offset: number, size: AccessSize): number {
    this.log.push(`read ${offset} ${size}`);
    return 0x5a;
  }
  write(offset: number, size: AccessSize, value: number): void {
    this.log.push(`write ${offset} ${size} ${value}`);
  }
  reset(): void {
    this.log.push('reset');
  }
  save(): State {
    return {};
  }
  load(): void {}
}

function region(name: string, base: number, length: number, sizes: readonly AccessSize[] = [1, 2, 4]): Region {
  return { name, base, length, device: new Recorder(), sizes };
}

function log(from: Region): string[] {
  return (from.device as Recorder).log;
}

describe('Bus', () => {
  test('hands an access to the device at its address, as an offset', () => {
    const bus = new Bus();
    const [low, middle, high] = [
      region('low', 0x1000, 0x100),
      region('middle', 0x2000, 8),
      region('high', 0xffff_f000, 0x1000),
    ];
    for (const each of [high, low, middle]) bus.attach(each);
    expect(bus.regions).toMatchObject([low, middle, high]);
    expect(bus.read(0x10ff, 1)).toBe(0x5a);
    expect(bus.write(0x2004, 4, 7)).toBe(true);
    expect(bus.read(0xffff_fffc, 4)).toBe(0x5a);
    expect([log(low), log(middle), log(high)]).toEqual([['read 255 1'], ['write 4 4 7'], ['read 4092 4']]);
  });

  test('counts accesses and the time that devices take', () => {
    let time = 0;
    const bus = new Bus(() => time);
    const [fast, slow] = [region('fast', 0x1000, 16), region('slow', 0x2000, 16)];
    slow.device.write = () => {
      time += 2;
    };
    for (const each of [slow, fast]) bus.attach(each);
    bus.read(0x1000, 4);
    bus.read(0x2000, 4);
    bus.write(0x2000, 1, 1);
    bus.write(0x2000, 1, 1);
    bus.write(0x3000, 1, 1);
    expect(bus.statistics).toEqual([
      { name: 'fast', reads: 1, writes: 0, milliseconds: 0 },
      { name: 'slow', reads: 1, writes: 2, milliseconds: 4 },
    ]);
  });

  test('reports a bus error outside of every region, across an end, and for a width that a device refuses', () => {
    const bus = new Bus();
    const words = region('words', 0x1000, 0x100, [4]);
    bus.attach(words);
    expect(bus.read(0xfff, 1)).toBeUndefined();
    expect(bus.read(0x1100, 4)).toBeUndefined();
    expect(bus.read(0x10fe, 4)).toBeUndefined();
    expect(bus.read(0x1000, 1)).toBeUndefined();
    expect(bus.write(0x1000, 2, 1)).toBe(false);
    expect(log(words)).toEqual([]);
  });

  test('refuses overlaps and impossible ranges, naming both sides', () => {
    const bus = new Bus();
    bus.attach(region('uart', 0x1000, 0x100));
    bus.attach(region('beside', 0x1100, 0x100));
    expect(() => bus.attach(region('rtc', 0x10ff, 1))).toThrow(
      'device rtc at 0x10ff..0x10ff overlaps uart at 0x1000..0x10ff; move one of them',
    );
    expect(() => bus.attach(region('all', 0, 0x10_0000))).toThrow('overlaps uart');
    expect(() => bus.attach(region('none', 0x9000, 0))).toThrow(RangeError);
    expect(() => bus.attach(region('far', 0xffff_ffff, 2))).toThrow('0xffffffff..0x100000000');
  });

  test('resets the devices in the order of their addresses', () => {
    const bus = new Bus();
    const regions = [region('b', 0x2000, 4), region('a', 0x1000, 4)];
    for (const each of regions) bus.attach(each);
    bus.reset();
    expect(regions.map(log)).toEqual([['reset'], ['reset']]);
  });
});
