/** A buffer that the driver has made available: bytes for the device to read, then bytes for it to write, both scattered. */

import type { GuestMemory } from './guest-memory.ts';

/** A piece of a buffer. All of it has been found to be memory. */
export interface Segment {
  /** Guest physical. */
  readonly address: number;
  /** In bytes, more than 0. */
  readonly length: number;
}

const NOTHING = new Uint8Array(0);

/** Goes through scattered bytes from their start. */
class Cursor {
  readonly #memory: GuestMemory;
  readonly #segments: readonly Segment[];
  readonly #access: 'r' | 'w';
  #left: number;
  /** The segment that is next, and what of it lies behind. */
  #index = 0;
  #offset = 0;
  /** Bytes in all, up to 2 ** 32. */
  readonly length: number;

  constructor(memory: GuestMemory, segments: readonly Segment[], access: 'r' | 'w') {
    this.#memory = memory;
    this.#segments = segments;
    this.#access = access;
    this.length = segments.reduce((sum, segment) => sum + segment.length, 0);
    this.#left = this.length;
  }

  /** Bytes still ahead. */
  get left(): number {
    return this.#left;
  }

  /**
   * The next bytes that lie together, at most `most`, in place; none at the end. Moves behind them. Where they lie in the
   * guest's memory other harts may change them at any time: what is checked has to be copied before.
   */
  piece(most = this.#left): Uint8Array {
    const segment = this.#segments[this.#index];
    const length = segment === undefined ? 0 : Math.min(most, segment.length - this.#offset);
    if (segment === undefined || length <= 0) return NOTHING;
    const address = segment.address + this.#offset;
    this.#offset += length;
    this.#left -= length;
    if (this.#offset === segment.length) {
      this.#index++;
      this.#offset = 0;
    }
    return this.#memory.span(address, length, this.#access);
  }

  /** The next `bytes`, at most those ahead, as pieces. */
  pieces(bytes: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let left = Math.min(bytes, this.#left); left > 0; left -= pieces.at(-1)!.length) pieces.push(this.piece(left));
    return pieces;
  }

  /** Moves back to the start. */
  rewind(): void {
    this.#index = 0;
    this.#offset = 0;
    this.#left = this.length;
  }

  /** Moves on by so many bytes, or to the end. */
  skip(bytes: number): void {
    let left = Math.min(bytes, this.#left);
    while (left > 0) left -= this.piece(left).length;
  }
}

/** The part of a chain that the driver has filled. */
export class ChainReader extends Cursor {
  constructor(memory: GuestMemory, segments: readonly Segment[]) {
    super(memory, segments, 'r');
  }

  /**
   * A copy of the next `length` bytes; undefined, and nothing passed, when fewer are ahead. The length has to be the
   * device's choice or bounded by it, since a driver may offer up to 4 GiB.
   */
  read(length: number): Uint8Array<ArrayBuffer> | undefined {
    if (length > this.left) return undefined;
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const piece = this.piece(length - done);
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }
}

/** The part of a chain that the device fills. */
export class ChainWriter extends Cursor {
  constructor(memory: GuestMemory, segments: readonly Segment[]) {
    super(memory, segments, 'w');
  }

  /** Bytes passed, which is what has been written unless some were skipped. */
  get written(): number {
    return this.length - this.left;
  }

  /** Writes what there is room for, and returns the number of bytes. */
  write(bytes: Uint8Array): number {
    let done = 0;
    while (done < bytes.length && this.left > 0) {
      const piece = this.piece(bytes.length - done);
      piece.set(bytes.subarray(done, done + piece.length));
      done += piece.length;
    }
    return done;
  }
}

/** One buffer, to be given back by `Virtqueue.push`. A device may keep it as long as it likes. */
export class Chain {
  /** What the driver knows it by. */
  readonly id: number;
  /** The descriptors that it takes in a packed ring. */
  readonly slots: number;
  readonly readable: ChainReader;
  readonly writable: ChainWriter;

  constructor(id: number, slots: number, readable: ChainReader, writable: ChainWriter) {
    this.id = id;
    this.slots = slots;
    this.readable = readable;
    this.writable = writable;
  }
}
