/** A disk in memory: empty, or with contents given. */

import { checkDiskSize, type Disk } from './disk.ts';

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
}
