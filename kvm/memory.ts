/**
 * Guest RAM: one shared WebAssembly.Memory, which KVM maps into the guest by its address and every isolate of this process
 * sees in place. KVM's own dirty log has the guest's writes; writes by devices are noted here.
 */
import { libc } from './syscall.ts';

export const PAGE_SIZE = 4096;
const WASM_PAGE_SIZE = 65536;
const MOST_WASM32_PAGES = 65536;

/** A part of guest-physical address space that is RAM. */
export interface MemoryRange {
  /** First guest-physical address. */
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  /** Where the range begins in the memory's bytes. */
  readonly offset: number;
}

export class GuestMemory {
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly ranges: readonly MemoryRange[];
  /** Bytes. */
  readonly size: number;
  /** A bit for each page that a device has written since `takeDirty`. */
  #written: Uint8Array;

  /**
   * Zero-filled RAM.
   * @param ranges by ascending address, multiples of 4 KiB; offsets are given by the order
   * @param memory its bytes, when another isolate has made it
   */
  constructor(ranges: readonly { address: number; size: number }[], memory?: WebAssembly.Memory) {
    let offset = 0;
    this.ranges = ranges.map(({ address, size }) => {
      if (address % PAGE_SIZE !== 0 || size % PAGE_SIZE !== 0 || size <= 0) {
        throw new RangeError(`RAM 0x${address.toString(16)}, ${size} bytes: not whole pages of 4 KiB`);
      }
      const range = { address, size, offset };
      offset += size;
      return range;
    });
    this.size = offset;
    this.memory = memory ?? allocate(offset);
    this.bytes = new Uint8Array(this.memory.buffer as unknown as SharedArrayBuffer, 0, offset);
    this.#written = new Uint8Array(Math.ceil(offset / PAGE_SIZE / 8));
  }

  /** The first byte's address in this process. */
  get hostAddress(): number {
    return libc().address(this.bytes);
  }

  contains(address: number, length: number): boolean {
    return this.#find(address, length) !== undefined;
  }

  /**
   * The bytes at a guest-physical address, in place.
   * @throws RangeError when part of the range is not RAM.
   */
  span(address: number, length: number, access: 'r' | 'w'): Uint8Array<SharedArrayBuffer> {
    const range = this.#find(address, length);
    if (range === undefined) throw new RangeError(`${length} bytes at 0x${address.toString(16)} are not all in RAM`);
    const start = range.offset + (address - range.address);
    if (access === 'w' && length > 0) this.#markWritten(start, length);
    return this.bytes.subarray(start, start + length);
  }

  /** A copy. @throws RangeError as `span` does. */
  read(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.span(address, length, 'r'));
  }

  /** @throws RangeError as `span` does. */
  write(address: number, bytes: Uint8Array): void {
    this.span(address, bytes.length, 'w').set(bytes);
  }

  /** The pages that devices have written, a bit a page of `bytes`; from now on they count anew. */
  takeDirty(): Uint8Array {
    const written = this.#written;
    this.#written = new Uint8Array(written.length);
    return written;
  }

  #find(address: number, length: number): MemoryRange | undefined {
    if (!Number.isSafeInteger(address) || !Number.isSafeInteger(length) || length < 0) return undefined;
    return this.ranges.find((range) => address >= range.address && address + length <= range.address + range.size);
  }

  #markWritten(start: number, length: number): void {
    const last = Math.floor((start + length - 1) / PAGE_SIZE);
    for (let page = Math.floor(start / PAGE_SIZE); page <= last; page++) this.#written[page >> 3]! |= 1 << (page & 7);
  }
}

function allocate(size: number): WebAssembly.Memory {
  const pages = Math.ceil(size / WASM_PAGE_SIZE);
  if (pages <= MOST_WASM32_PAGES) return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  // The memory64 proposal, which the types do not know: 64-bit addresses, page counts as bigint.
  const descriptor = { address: 'i64', initial: BigInt(pages), maximum: BigInt(pages), shared: true };
  return new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
}
