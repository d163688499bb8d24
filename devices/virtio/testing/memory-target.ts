/** A virtio-mmio device with 1 MiB of memory, for tests. */

import type { GuestMemory } from '../guest-memory.ts';
import { VirtioMmio } from '../mmio.ts';
import type { VirtioModel } from '../model.ts';
import type { Target } from './driver.ts';

const BASE = 0x8000_0000;
const SIZE = 2 ** 20;

export class MemoryTarget implements Target, GuestMemory {
  readonly base = BASE;
  readonly memory = new Uint8Array(SIZE);
  readonly mmio: VirtioMmio;
  /** What the user has been told. */
  readonly warnings: string[] = [];
  interrupt = false;

  constructor(model?: VirtioModel) {
    this.mmio = new VirtioMmio({
      model,
      memory: this,
      interrupt: (level) => {
        this.interrupt = level;
      },
      warn: (message) => this.warnings.push(message),
    });
  }

  read(offset: number, size: 1 | 2 | 4): number {
    return this.mmio.read(offset, size);
  }

  write(offset: number, size: 1 | 2 | 4, value: number): void {
    this.mmio.write(offset, size, value);
  }

  contains(gpa: number, length: number): boolean {
    return gpa >= BASE && gpa + length <= BASE + SIZE;
  }

  span(gpa: number, length: number, _access: 'r' | 'w'): Uint8Array {
    if (!this.contains(gpa, length)) throw new RangeError(`${length} bytes at 0x${gpa.toString(16)} are not in memory`);
    return this.memory.subarray(gpa - BASE, gpa - BASE + length);
  }
}
