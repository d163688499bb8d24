/** A disk in memory: empty, or with contents given. */

import type { State, StateReader } from '../state.ts';
import { checkDiskSize, type Disk } from './disk.ts';
import { DISK_PAGE_SIZE, loadPages, savePages } from './disk-state.ts';

export class MemoryDisk implements Disk {
  /** What is on it. */
  readonly bytes: Uint8Array;
  readonly readOnly: boolean;

  /**
   * @param contents the bytes themselves, which the guest then changes, or a size in bytes.
   * @throws RangeError for a size that is not a multiple of 512, or 0.
   */
  constructor(contents: Uint8Array | number, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    checkDiskSize(typeof contents === 'number' ? contents : contents.length);
    this.bytes = typeof contents === 'number' ? new Uint8Array(contents) : contents;
    this.readOnly = readOnly;
  }

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, bytes: Uint8Array): void {
    bytes.set(this.bytes.subarray(offset, offset + bytes.length));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offset);
  }

  flush(): void {}

  discard(offset: number, length: number): void {
    this.bytes.fill(0, offset, offset + length);
  }

  save(): State {
    const count = Math.ceil(this.size / DISK_PAGE_SIZE);
    const pages = Array.from({ length: count }, (_, page) => [page, this.#page(page)] as const);
    return savePages(
      this.size,
      pages.filter(([, bytes]) => bytes.some((byte) => byte !== 0)),
    );
  }

  load(state: StateReader): void {
    const pages = loadPages(this.size, state);
    this.bytes.fill(0);
    for (const [page, bytes] of pages) this.#page(page).set(bytes.subarray(0, this.#page(page).length));
  }

  #page(page: number): Uint8Array {
    return this.bytes.subarray(page * DISK_PAGE_SIZE, (page + 1) * DISK_PAGE_SIZE);
  }
}
