/**
 * Guest RAM: one shared WebAssembly.Memory, which KVM maps into the guest by its address and every isolate of this process
 * sees in place. KVM's own dirty log has the guest's writes; writes by devices are noted here.
 */
import { KvmUnavailableError, libc } from './syscall.ts';

export const PAGE_SIZE = 4096;
const WASM_PAGE_SIZE = 65536;
const MOST_WASM32_PAGES = 65536;
/** Where guest and host address agree below it, KVM maps as much by one entry. */
const HUGE_PAGE_SIZE = 2 ** 21;

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
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly ranges: readonly MemoryRange[];
  /** Bytes. */
  readonly size: number;
  /** A bit for each page that a device has written since `takeDirty`. */
  #written: Uint8Array;

  /**
   * Zero-filled RAM; what is not touched takes none of the host's.
   * @param ranges by ascending address, multiples of 4 KiB; offsets are given by the order
   */
  constructor(ranges: readonly { address: number; size: number }[]) {
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
    this.bytes = allocate(offset);
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

/** A shared memory is no more than a promise: it may be larger than the host's. It begins at any page, so there is room to choose one. */
function allocate(size: number): Uint8Array<SharedArrayBuffer> {
  const pages = Math.ceil((size + HUGE_PAGE_SIZE) / WASM_PAGE_SIZE);
  const buffer = sharedMemory(pages).buffer as unknown as SharedArrayBuffer;
  return new Uint8Array(buffer, untilHugePage(buffer), size);
}

function sharedMemory(pages: number): WebAssembly.Memory {
  if (pages <= MOST_WASM32_PAGES) return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  // The memory64 proposal, which the types do not know: 64-bit addresses, page counts as bigint.
  const descriptor = { address: 'i64', initial: BigInt(pages), maximum: BigInt(pages), shared: true };
  return new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
}

/** Bytes before the first boundary of a huge page. Where there is no KVM to care for, 0. */
function untilHugePage(buffer: SharedArrayBuffer): number {
  try {
    return HUGE_PAGE_SIZE - (libc().address(new Uint8Array(buffer)) % HUGE_PAGE_SIZE);
  } catch (error) {
    if (!(error instanceof KvmUnavailableError)) throw error;
    return 0;
  }
}
