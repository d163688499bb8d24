/** Which pages of a guest's RAM are written from now on: by the guest, as KVM logs it, and by devices. */
import { type GuestMemory, PAGE_SIZE } from './memory.ts';
import type { Vm } from './vm.ts';

export class DirtyLog implements Disposable {
  readonly #vm: Vm;
  readonly #memory: GuestMemory;

  /** While it lasts the guest is a little slower: its first write to each page takes a fault. */
  constructor(vm: Vm, memory: GuestMemory) {
    this.#vm = vm;
    this.#memory = memory;
    memory.takeDirty();
    vm.mapMemory(memory, { logDirtyPages: true });
  }

  /** The pages written since the last call, by their numbers in the memory's bytes, ascending. */
  take(): number[] {
    const dirty = this.#memory.takeDirty();
    for (const [slot, { size, offset }] of this.#memory.ranges.entries()) {
      // Ranges begin at multiples of 8 pages in the bytes: the first is a whole number of MiB.
      const base = offset / PAGE_SIZE / 8;
      for (const [index, bits] of this.#vm.dirtyLog(slot, size).entries()) dirty[base + index]! |= bits;
    }
    return numbersOf(dirty);
  }

  [Symbol.dispose](): void {
    this.#vm.mapMemory(this.#memory);
  }
}

function numbersOf(bitmap: Uint8Array): number[] {
  const numbers: number[] = [];
  for (const [index, byte] of bitmap.entries()) {
    for (let bits = byte; bits !== 0; bits &= bits - 1) numbers.push(8 * index + 31 - Math.clz32(bits & -bits));
  }
  return numbers;
}
