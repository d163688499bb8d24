/** A disk whose changes stay in memory, over one that is never written: copy on write, in pages of 4 KiB. */

import type { State, StateReader } from '../state.ts';
import type { Disk } from './disk.ts';
import { loadPages, DISK_PAGE_SIZE as PAGE_SIZE, savePages } from './disk-state.ts';

/** What a discarded page reads as. Never written: a write to it takes a page of its own. */
const ZEROES = new Uint8Array(PAGE_SIZE);

export class OverlayDisk implements Disk {
  readonly #base: Disk;
  /** Pages that differ from the base, by their number. */
  readonly #pages = new Map<number, Uint8Array>();
  readonly readOnly = false;

  constructor(base: Disk) {
    this.#base = base;
  }

  get size(): number {
    return this.#base.size;
  }

  /** Pages that differ from the base: number (from offset 4096 * number on) and contents. */
  get pages(): ReadonlyMap<number, Uint8Array> {
    return this.#pages;
  }

  read(offset: number, bytes: Uint8Array): void {
    for (const { page, start, from, to } of pieces(offset, bytes.length)) {
      const target = bytes.subarray(from, to);
      const own = this.#pages.get(page);
      if (own === undefined) this.#base.read(offset + from, target);
      else target.set(own.subarray(start, start + target.length));
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    for (const { page, start, from, to } of pieces(offset, bytes.length)) {
      this.#own(page, to - from).set(bytes.subarray(from, to), start);
    }
  }

  flush(): void {}

  discard(offset: number, length: number): void {
    for (const { page, start, from, to } of pieces(offset, length)) {
      if (to - from === PAGE_SIZE) this.#pages.set(page, ZEROES);
      else this.#own(page, to - from).fill(0, start, start + to - from);
    }
  }

  save(): State {
    return savePages(this.size, this.#pages);
  }

  load(state: StateReader): void {
    this.#pages.clear();
    for (const [page, bytes] of loadPages(this.size, state)) this.#pages.set(page, bytes);
  }

  /** A page that may be written. Its old contents matter unless all of it will be. */
  #own(page: number, length: number): Uint8Array {
    const present = this.#pages.get(page);
    if (present !== undefined && present !== ZEROES) return present;
    const own = new Uint8Array(PAGE_SIZE);
    if (present === undefined && length < PAGE_SIZE) {
      const offset = page * PAGE_SIZE;
      this.#base.read(offset, own.subarray(0, Math.min(PAGE_SIZE, this.size - offset)));
    }
    this.#pages.set(page, own);
    return own;
  }
}

interface Piece {
  readonly page: number;
  /** Where in the page. */
  readonly start: number;
  /** Where in the range. */
  readonly from: number;
  readonly to: number;
}

/** A range of bytes, page by page. */
function* pieces(offset: number, length: number): Generator<Piece> {
  for (let from = 0; from < length; ) {
    const page = Math.floor((offset + from) / PAGE_SIZE);
    const start = offset + from - page * PAGE_SIZE;
    const to = Math.min(length, from + PAGE_SIZE - start);
    yield { page, start, from, to };
    from = to;
  }
}
