/** The machine's RAM as devices (DMA), loaders and debuggers reach it: by physical address, bounds-checked. */

import { RAM, RAM_BASE } from './core/layout.ts';
import type { Core } from './core-instance.ts';

const PAGE_SHIFT = 12;

export class GuestRam {
  readonly #core: Core;
  /** Bytes. */
  readonly size: number;
  /** First physical address. */
  readonly base = RAM_BASE;

  constructor(core: Core) {
    this.#core = core;
    this.size = core.memory;
  }

  /** Whether all of a range is RAM. */
  contains(address: number, length: number): boolean {
    return address >= this.base && length >= 0 && address - this.base + length <= this.size;
  }

  /**
   * The bytes at a guest physical address, in place. Harts see what is written; with 'w' what they had decoded there is
   * forgotten, so ask anew for each transfer and do not keep a span while harts run.
   * @throws RangeError when part of the range is not RAM.
   */
  span(gpa: number, length: number, access: 'r' | 'w'): Uint8Array<ArrayBuffer> {
    if (!Number.isSafeInteger(gpa) || !Number.isSafeInteger(length) || !this.contains(gpa, length)) {
      const end = this.base + this.size - 1;
      throw new RangeError(
        `${length} bytes at 0x${gpa.toString(16)} are not all in RAM at 0x${this.base.toString(16)}..0x${end.toString(16)}`,
      );
    }
    if (access === 'w' && length > 0) {
      const first = Math.floor(gpa / 2 ** PAGE_SHIFT);
      const last = Math.floor((gpa + length - 1) / 2 ** PAGE_SHIFT);
      this.#core.exports.invalidateCode(first, last - first + 1);
    }
    const start = RAM + (gpa - this.base);
    return this.#core.bytes.subarray(start, start + length);
  }

  /** A copy. @throws RangeError as `span` does. */
  read(address: number, length: number): Uint8Array<ArrayBuffer> {
    return this.span(address, length, 'r').slice();
  }

  /** @throws RangeError as `span` does. */
  write(address: number, bytes: Uint8Array): void {
    this.span(address, bytes.length, 'w').set(bytes);
  }
}
