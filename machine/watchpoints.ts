/** The memory whose accesses by harts end a run, after the instruction that made one. */

import * as layout from './core/layout.ts';
import type { Core } from './core-instance.ts';

/** Loads; stores and atomic instructions; or both. */
export type WatchedAccess = 'read' | 'write' | 'access';
const ACCESSES: Record<WatchedAccess, number> = {
  read: layout.WATCH_READ,
  write: layout.WATCH_WRITE,
  access: layout.WATCH_READ | layout.WATCH_WRITE,
};

export interface Watchpoint {
  /** Virtual, 64-bit, of all harts in all modes. */
  readonly address: bigint;
  /** Bytes, 1 to 2 ** 32 - 1. */
  readonly length: number;
  readonly access: WatchedAccess;
}

export class Watchpoints {
  readonly #core: Core;
  #watchpoints: readonly Watchpoint[] = [];

  constructor(core: Core) {
    this.#core = core;
  }

  get size(): number {
    return this.#watchpoints.length;
  }

  /** Pages with a watchpoint are slower. @throws RangeError when there are 32 already, or the length is none. */
  add({ address, length, access }: Watchpoint): void {
    if (!Number.isInteger(length) || length < 1 || length >= 2 ** 32) {
      throw new RangeError(`a watchpoint has 1 to 4294967295 bytes, not ${length}`);
    }
    if (this.size === layout.MAX_WATCHPOINTS) {
      throw new RangeError(`there are ${layout.MAX_WATCHPOINTS} watchpoints already; delete one first`);
    }
    this.#set([...this.#watchpoints, { address: BigInt.asUintN(64, address), length, access }]);
  }

  /** Whether there was one like it. */
  delete({ address, length, access }: Watchpoint): boolean {
    const from = BigInt.asUintN(64, address);
    const index = this.#watchpoints.findIndex(
      (each) => each.address === from && each.length === length && each.access === access,
    );
    if (index >= 0) this.#set(this.#watchpoints.toSpliced(index, 1));
    return index >= 0;
  }

  [Symbol.iterator](): IterableIterator<Watchpoint> {
    return this.#watchpoints.values();
  }

  /** What a hart has accessed since the last call, if somebody watches it. */
  take(): { readonly access: 'read' | 'write'; readonly address: bigint } | undefined {
    const kind = this.#core.u32(layout.MACHINE_WATCHED_ACCESS);
    if (kind === 0) return undefined;
    this.#core.setU32(layout.MACHINE_WATCHED_ACCESS, 0);
    const address = this.#core.u64(layout.MACHINE_WATCHED_ADDRESS);
    return { access: kind === layout.WATCH_READ ? 'read' : 'write', address };
  }

  #set(watchpoints: readonly Watchpoint[]): void {
    this.#watchpoints = watchpoints;
    this.#core.setU32(layout.MACHINE_WATCHPOINTS, watchpoints.length);
    for (const [index, { address, length, access }] of watchpoints.entries()) {
      const at = layout.MACHINE_WATCHPOINT + index * layout.WATCHPOINT_SIZE;
      this.#core.setU64(at, address);
      this.#core.setU32(at + layout.WATCHPOINT_LENGTH, length);
      this.#core.setU32(at + layout.WATCHPOINT_ACCESSES, ACCESSES[access]);
    }
    this.#core.exports.watchpointsChanged();
  }
}
