/** Finds the device behind a physical address. */

import type { AccessSize, Device } from './device.ts';

export interface Region {
  readonly name: string;
  /** First physical address. */
  readonly base: number;
  /** In bytes. */
  readonly length: number;
  readonly device: Device;
  /** The access widths that the device's bus interface takes; others are bus errors. */
  readonly sizes: readonly AccessSize[];
}

/** What accesses to a device have cost. */
export interface DeviceStatistics {
  readonly name: string;
  readonly reads: number;
  readonly writes: number;
  /** The host's time in the device, with all that it did at once: disk transfers, output. */
  readonly milliseconds: number;
}

interface Attached extends Region {
  reads: number;
  writes: number;
  milliseconds: number;
}

export class Bus {
  /** Sorted by base, without overlaps. */
  readonly #regions: Attached[] = [];
  readonly #now: () => number;
  /** Accesses come in runs to one device. */
  #last: Attached | undefined;

  /** @param now the host's time in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Sorted by base address. */
  get regions(): readonly Region[] {
    return this.#regions;
  }

  /** Since the bus was made; in the order of addresses. */
  get statistics(): DeviceStatistics[] {
    return this.#regions.map(({ name, reads, writes, milliseconds }) => ({ name, reads, writes, milliseconds }));
  }

  /**
   * Puts a device at a range of physical addresses.
   * @throws RangeError when the range is empty, passes the end of the 32-bit physical space or meets another region.
   */
  attach(region: Region): void {
    const { name, base, length } = region;
    const end = base + length;
    if (!Number.isSafeInteger(base) || !Number.isSafeInteger(length) || base < 0 || length <= 0 || end > 2 ** 32) {
      throw new RangeError(`device ${name}: the range ${range(base, end)} is not one of the 32-bit device addresses`);
    }
    const next = this.#regions.findIndex((other) => other.base + other.length > base);
    const neighbour = this.#regions[next];
    if (neighbour !== undefined && neighbour.base < end) {
      const taken = range(neighbour.base, neighbour.base + neighbour.length);
      throw new RangeError(
        `device ${name} at ${range(base, end)} overlaps ${neighbour.name} at ${taken}; move one of them`,
      );
    }
    const attached = { ...region, reads: 0, writes: 0, milliseconds: 0 };
    this.#regions.splice(next < 0 ? this.#regions.length : next, 0, attached);
  }

  /** The value read, or undefined for a bus error: no device there, or none that takes this width. */
  read(address: number, size: AccessSize): number | undefined {
    const region = this.#find(address, size);
    if (region === undefined) return undefined;
    const start = this.#now();
    const value = region.device.read(address - region.base, size);
    region.milliseconds += this.#now() - start;
    region.reads++;
    return value;
  }

  /** False for a bus error: no device there, or none that takes this width. */
  write(address: number, size: AccessSize, value: number): boolean {
    const region = this.#find(address, size);
    if (region === undefined) return false;
    const start = this.#now();
    region.device.write(address - region.base, size, value);
    region.milliseconds += this.#now() - start;
    region.writes++;
    return true;
  }

  /** Resets every device, in the order of their addresses. */
  reset(): void {
    for (const region of this.#regions) region.device.reset();
  }

  #find(address: number, size: AccessSize): Attached | undefined {
    if (this.#last === undefined || !contains(this.#last, address, size)) {
      this.#last = this.#search(address, size);
    }
    return this.#last?.sizes.includes(size) ? this.#last : undefined;
  }

  #search(address: number, size: AccessSize): Attached | undefined {
    let low = 0;
    let high = this.#regions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const region = this.#regions[middle]!;
      if (contains(region, address, size)) return region;
      if (address < region.base) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }
}

function contains(region: Region, address: number, size: number): boolean {
  return address >= region.base && address + size <= region.base + region.length;
}

function range(base: number, end: number): string {
  return `0x${base.toString(16)}..0x${(end - 1).toString(16)}`;
}
