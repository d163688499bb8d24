import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../test/random.ts';
import { type Disk, DiskError } from '../disk/disk.ts';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { OverlayDisk } from '../disk/overlay-disk.ts';
import { Blk } from './blk.ts';
import { BLOCK_CASES, DISK_ID, patternDisk, patternSector } from './testing/block-cases.ts';
import { BlockDriver, DISCARD, F_FLUSH, FLUSH, IN, IOERR, OK, OUT, WRITE_ZEROES } from './testing/block-driver.ts';
import { Driver, F_EVENT_IDX, F_INDIRECT_DESC, F_VERSION_1 } from './testing/driver.ts';
import { HOSTILE_CASES } from './testing/hostile-cases.ts';
import { MemoryTarget } from './testing/memory-target.ts';

const FORMATS = ['split', 'packed'] as const;

function blockTarget(disk: Disk = new MemoryDisk(patternDisk())): MemoryTarget {
  return new MemoryTarget(new Blk(disk, { id: DISK_ID }));
}

describe.each(FORMATS)('%s, hostile drivers', (format) => {
  const cases = HOSTILE_CASES.filter(({ formats }) => formats.includes(format));
  test.each(cases)('$name ($section)', ({ act, needsReset }) => {
    const disk = new MemoryDisk(patternDisk());
    const target = blockTarget(disk);
    const driver = act(target, format);
    expect(driver.broken).toBe(needsReset);
    expect(target.warnings.length).toBe(needsReset ? 1 : 0);
    // A configuration change notification tells the driver (2.1.2).
    expect((driver.register('interruptStatus') & 2) !== 0).toBe(needsReset);
    if (needsReset) {
      const used = driver.queue.used().length;
      driver.notify(0);
      expect(driver.queue.used().length + used).toBe(used);
    }
    expect(disk.bytes).toEqual(patternDisk());
    expect(new BlockDriver(target, format).read(3)).toEqual(patternSector(3));
  });
});

describe.each(FORMATS)('%s', (format) => {
  test.each(BLOCK_CASES)('$name', ({ run }) => {
    const target = blockTarget();
    run(target, format);
    expect(target.warnings).toEqual([]);
  });

  test.each(BLOCK_CASES)('$name, on an overlay', ({ run }) => {
    const base = new MemoryDisk(patternDisk(), { readOnly: true });
    run(blockTarget(new OverlayDisk(base)), format);
    expect(base.bytes).toEqual(patternDisk());
  });
});

describe.each(FORMATS)('%s, rings with random bytes in them', (format) => {
  test.each([1, 2, 3, 4])('seed %d', (seed) => {
    const next = randomNumbers(seed);
    const pick = <T>(values: readonly T[]): T => values[next() % values.length]!;
    const target = blockTarget();
    const outcomes = new Set<boolean>();
    for (let round = 0; round < 150; round++) {
      const driver = new BlockDriver(target, format, { features: [F_INDIRECT_DESC, F_EVENT_IDX] });
      const { descriptors, driver: driverArea, device } = driver.queue.place;
      for (let request = 0; request < 4; request++) {
        driver.queue.addIndirect([driver.readable(new Array(16).fill(0)), driver.writable(512), driver.writable(1)]);
        for (let change = 0; change < 3; change++) {
          const part = driver.bytes(pick([descriptors, driverArea, device]), 64);
          part[next() % part.length] = pick([0, 1, 4, 0x80, 0xff, next() & 0xff]);
        }
        driver.notify(0);
      }
      outcomes.add(driver.broken);
    }
    expect(outcomes).toEqual(new Set([true, false]));
    expect(new BlockDriver(target, format).read(3)).toEqual(patternSector(3));
  });
});

test('what is discarded reads as zeroes', () => {
  const driver = new BlockDriver(blockTarget(), 'split');
  expect(driver.request(DISCARD, 0, [driver.readable([3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])])).toBe(OK);
  expect(driver.read(3, 3)).toEqual([...new Array(1024).fill(0), ...patternSector(5)]);
});

test('a read-only disk refuses all changes, and offers that it is one', () => {
  const disk = new MemoryDisk(patternDisk(), { readOnly: true });
  const driver = new BlockDriver(blockTarget(disk), 'split');
  expect([5, 13, 14].map((bit) => driver.offers(bit))).toEqual([true, false, false]);
  for (const type of [OUT, DISCARD, WRITE_ZEROES]) {
    expect(driver.request(type, 0, [driver.readable(new Array(512).fill(0))])).toBe(IOERR);
  }
  expect(driver.request(FLUSH, 0)).toBe(OK);
  expect(disk.bytes).toEqual(patternDisk());
});

class FailingDisk extends MemoryDisk {
  failing = true;
  flushes = 0;

  override read(offset: number, bytes: Uint8Array): void {
    if (this.failing) throw new DiskError('disk.img: input/output error');
    super.read(offset, bytes);
  }

  override write(offset: number, bytes: Uint8Array): void {
    if (this.failing) throw new DiskError('disk.img: no space left on the disk');
    super.write(offset, bytes);
  }

  override flush(): void {
    this.flushes++;
  }
}

test('when the host fails the guest gets an error, the user one line, and the next request is served', () => {
  const disk = new FailingDisk(patternDisk());
  const target = blockTarget(disk);
  const driver = new BlockDriver(target, 'split');
  const data = driver.writable(512);
  driver.bytes(data.address, 512).fill(1);
  expect(driver.request(IN, 0, [data])).toBe(IOERR);
  expect(driver.contents(data)).toEqual(new Array(512).fill(0));
  expect(driver.request(OUT, 0, [driver.readable(new Array(512).fill(0))])).toBe(IOERR);
  expect(target.warnings).toEqual(['virtio-blk: disk.img: input/output error; the guest gets an I/O error']);
  disk.failing = false;
  expect(driver.read(2)).toEqual(patternSector(2));
  expect(disk.bytes).toEqual(patternDisk());
});

test('without flushes every write is flushed', () => {
  const disk = new FailingDisk(patternDisk());
  disk.failing = false;
  for (const [features, flushes] of [
    [[F_FLUSH], 0],
    [[], 1],
  ] as const) {
    const driver = new BlockDriver(blockTarget(disk), 'split', { features });
    driver.request(OUT, 0, [driver.readable(new Array(512).fill(0))]);
    expect(disk.flushes).toBe(flushes);
  }
});

describe('negotiation', () => {
  test('what is not offered is not accepted', () => {
    const driver = new Driver(blockTarget());
    expect([28, 29, 32, 34, 2, 6, 9, 10, 13, 14].map((bit) => driver.offers(bit))).not.toContain(false);
    expect([0, 1, 5, 7, 12, 33, 64, 127].map((bit) => driver.offers(bit))).not.toContain(true);
    expect(driver.negotiate([F_VERSION_1, 5])).toBe(false);
    driver.ready();
    expect(driver.register('status')).toBe(3);
    expect(driver.negotiate([F_VERSION_1, 100])).toBe(false);
    expect(driver.negotiate([F_VERSION_1])).toBe(true);
  });

  test('bits of the status stay until a reset, and features once they are settled', () => {
    const driver = new Driver(blockTarget());
    driver.negotiate([F_VERSION_1]);
    driver.setRegister('status', 0x40);
    expect(driver.register('status')).toBe(11);
    driver.setRegister('driverFeaturesSel', 0);
    driver.setRegister('driverFeatures', 0xffff_ffff);
    driver.ready();
    expect(driver.register('status')).toBe(15);
    driver.setRegister('status', 0);
    expect(driver.register('status')).toBe(0);
  });
});

test('a driver that breaks rules for ever gets no warnings for ever', () => {
  const target = blockTarget();
  for (let round = 0; round < 20; round++) HOSTILE_CASES[0]!.act(target, 'split');
  expect(target.warnings).toHaveLength(9);
  expect(target.warnings[0]).toBe(
    'virtio-blk: stopped until its driver resets it: queue 0: the available idx went from 0 to 9, by more than 8 (2.7.6.1)',
  );
  expect(target.warnings[8]).toBe('virtio-blk: no further warnings');
});
