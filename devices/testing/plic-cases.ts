/** What every model of the PLIC must do: one table of cases for that of the machine and that which guests get. */
import { beforeEach, describe, expect, test } from 'vitest';

export const SOURCES = 95;
export const CONTEXTS = 4;

/** A PLIC with SOURCES sources and CONTEXTS contexts, after reset. Registers are read and written by 32 bits. */
export interface PlicModel {
  read(offset: number): number;
  write(offset: number, value: number): void;
  setSource(source: number, level: boolean): void;
  reset(): void;
  /** The wires to the contexts. */
  readonly wires: readonly boolean[];
}

/** A driver's view: registers by their names in the specification. */
class Driver {
  readonly plic: PlicModel;

  constructor(plic: PlicModel) {
    this.plic = plic;
  }

  get wires(): readonly boolean[] {
    return this.plic.wires;
  }

  setPriority(source: number, priority: number): void {
    this.plic.write(4 * source, priority);
  }

  priority(source: number): number {
    return this.plic.read(4 * source);
  }

  pending(word: number): number {
    return this.plic.read(0x1000 + 4 * word) >>> 0;
  }

  enable(context: number, word: number, bits: number): void {
    this.plic.write(0x2000 + 0x80 * context + 4 * word, bits);
  }

  enabled(context: number, word: number): number {
    return this.plic.read(0x2000 + 0x80 * context + 4 * word) >>> 0;
  }

  setThreshold(context: number, threshold: number): void {
    this.plic.write(0x20_0000 + 0x1000 * context, threshold);
  }

  threshold(context: number): number {
    return this.plic.read(0x20_0000 + 0x1000 * context);
  }

  claim(context: number): number {
    return this.plic.read(0x20_0004 + 0x1000 * context);
  }

  complete(context: number, source: number): void {
    this.plic.write(0x20_0004 + 0x1000 * context, source);
  }
}

/** Registers the cases as tests; `create` makes a new model for each. */
export function describePlic(create: () => PlicModel): void {
  let driver: Driver;
  beforeEach(() => {
    driver = new Driver(create());
  });

  describe('registers', () => {
    test('priorities and thresholds are three bits wide, and there is no source 0', () => {
      for (const source of [0, 1, SOURCES, SOURCES + 1]) driver.setPriority(source, 0xffff_ffff);
      expect([0, 1, SOURCES, SOURCES + 1].map((source) => driver.priority(source))).toEqual([0, 7, 7, 0]);
      driver.setThreshold(3, 0xffff_fffa);
      driver.setThreshold(4, 1);
      expect([0, 3, 4].map((context) => driver.threshold(context))).toEqual([0, 2, 0]);
    });

    test('enable bits exist for the sources there are, apart for each context', () => {
      for (let word = 0; word < 4; word++) driver.enable(2, word, 0xffff_ffff);
      expect([0, 1, 2, 3].map((word) => driver.enabled(2, word))).toEqual([0xffff_fffe, 0xffff_ffff, 0xffff_ffff, 0]);
      expect(driver.enabled(1, 0)).toBe(0);
      expect(driver.enabled(3, 0)).toBe(0);
    });

    test('pending bits are read-only, and reserved registers read zero', () => {
      driver.plic.write(0x1000, 0xffff_ffff);
      driver.plic.write(0x1f_fffc, 0xffff_ffff);
      driver.plic.write(0x20_0008, 0xffff_ffff);
      expect([0x1000, 0x1f_fffc, 0x20_0008, 0x3f_fffc].map((offset) => driver.plic.read(offset))).toEqual([0, 0, 0, 0]);
    });
  });

  describe('a request', () => {
    beforeEach(() => {
      driver.setPriority(10, 1);
      driver.enable(1, 0, 1 << 10);
    });

    test('goes from the wire to the context, and is claimed once', () => {
      driver.plic.setSource(10, true);
      expect(driver.pending(0)).toBe(1 << 10);
      expect(driver.wires).toEqual([false, true, false, false]);
      expect([driver.claim(0), driver.claim(1), driver.claim(1)]).toEqual([0, 10, 0]);
      expect([driver.pending(0), driver.wires[1]]).toEqual([0, false]);
    });

    test('comes again after completion while the wire is high', () => {
      driver.plic.setSource(10, true);
      driver.claim(1);
      expect(driver.wires[1]).toBe(false);
      driver.complete(1, 10);
      expect([driver.wires[1], driver.claim(1)]).toEqual([true, 10]);
      driver.plic.setSource(10, false);
      driver.complete(1, 10);
      expect([driver.wires[1], driver.claim(1)]).toEqual([false, 0]);
    });

    test('stays pending when the wire falls before the claim', () => {
      driver.plic.setSource(10, true);
      driver.plic.setSource(10, false);
      expect([driver.wires[1], driver.claim(1)]).toEqual([true, 10]);
    });

    test('is one request only, however often the wire pulses while it is served', () => {
      driver.plic.setSource(10, true);
      driver.claim(1);
      driver.plic.setSource(10, false);
      driver.plic.setSource(10, true);
      expect(driver.pending(0)).toBe(0);
      driver.plic.setSource(10, false);
      driver.complete(1, 10);
      expect(driver.pending(0)).toBe(0);
    });

    test('is not completed by a context that has not enabled the source, nor by a number that is no source', () => {
      driver.plic.setSource(10, true);
      driver.claim(1);
      driver.complete(0, 10);
      driver.complete(1, 0);
      driver.complete(1, 0xffff_ffff);
      expect(driver.pending(0)).toBe(0);
      driver.complete(1, 10);
      expect(driver.pending(0)).toBe(1 << 10);
    });

    test('never interrupts at priority 0, nor is it claimed', () => {
      driver.setPriority(10, 0);
      driver.plic.setSource(10, true);
      expect([driver.wires[1], driver.claim(1), driver.pending(0)]).toEqual([false, 0, 1 << 10]);
      driver.setPriority(10, 1);
      expect(driver.wires[1]).toBe(true);
    });

    test('interrupts only above the threshold, which a claim does not look at', () => {
      driver.setThreshold(1, 1);
      driver.plic.setSource(10, true);
      expect(driver.wires[1]).toBe(false);
      driver.setPriority(10, 2);
      expect(driver.wires[1]).toBe(true);
      driver.setThreshold(1, 7);
      expect([driver.wires[1], driver.claim(1)]).toEqual([false, 10]);
    });

    test('is forgotten by reset, unless its wire is still high', () => {
      driver.plic.setSource(10, true);
      driver.plic.setSource(11, true);
      driver.plic.setSource(11, false);
      driver.plic.reset();
      expect([driver.priority(10), driver.enabled(1, 0), driver.pending(0), driver.wires[1]]).toEqual([
        0,
        0,
        1 << 10,
        false,
      ]);
    });
  });

  test('the highest priority is claimed first, and of equals the lowest number', () => {
    const priorities: readonly [number, number][] = [
      [3, 2],
      [31, 5],
      [32, 5],
      [95, 7],
      [64, 1],
    ];
    for (let word = 0; word < 3; word++) driver.enable(0, word, 0xffff_ffff);
    for (const [source, priority] of priorities) {
      driver.setPriority(source, priority);
      driver.plic.setSource(source, true);
    }
    expect(priorities.map(() => driver.claim(0))).toEqual([95, 31, 32, 3, 64]);
    expect(driver.wires[0]).toBe(false);
  });

  test('a request goes to every context that enables it, and to the first that claims it', () => {
    driver.setPriority(1, 1);
    driver.enable(1, 0, 2);
    driver.enable(3, 0, 2);
    driver.plic.setSource(1, true);
    expect(driver.wires).toEqual([false, true, false, true]);
    expect(driver.claim(3)).toBe(1);
    expect(driver.wires).toEqual([false, false, false, false]);
    expect(driver.claim(1)).toBe(0);
  });
}
