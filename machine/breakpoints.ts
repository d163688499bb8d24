/** The addresses at which harts stop, before the instruction there is executed. */

import * as layout from './core/layout.ts';
import type { Core } from './core-instance.ts';

export class Breakpoints {
  readonly #core: Core;
  readonly #addresses = new Set<bigint>();

  constructor(core: Core) {
    this.#core = core;
  }

  get size(): number {
    return this.#addresses.size;
  }

  has(address: bigint): boolean {
    return this.#addresses.has(BigInt.asUintN(64, address));
  }

  /** `address`: virtual, 64-bit, for all harts in all modes. @throws RangeError when there are 256 already. */
  add(address: bigint): void {
    if (this.#addresses.size === layout.MAX_BREAKPOINTS && !this.has(address)) {
      throw new RangeError(`there are ${layout.MAX_BREAKPOINTS} breakpoints already; delete one first`);
    }
    this.#addresses.add(BigInt.asUintN(64, address));
    this.#write();
  }

  /** Whether there was one. */
  delete(address: bigint): boolean {
    const existed = this.#addresses.delete(BigInt.asUintN(64, address));
    this.#write();
    return existed;
  }

  [Symbol.iterator](): IterableIterator<bigint> {
    return this.#addresses.values();
  }

  #write(): void {
    this.#core.setU32(layout.MACHINE_BREAKPOINTS, this.#addresses.size);
    for (const [index, address] of [...this.#addresses].entries()) {
      this.#core.setU64(layout.MACHINE_BREAKPOINT + 8 * index, address);
    }
    this.#core.exports.breakpointsChanged();
  }
}
