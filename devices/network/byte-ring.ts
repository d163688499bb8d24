/** A queue of bytes that can be looked at anywhere, in a ring of memory that grows as it is needed. */

const SMALLEST = 4096;

export class ByteRing {
  /** Its length is a power of 2. */
  #bytes = new Uint8Array(SMALLEST);
  #start = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    this.#reserve(this.#length + bytes.length);
    const end = (this.#start + this.#length) % this.#bytes.length;
    const first = Math.min(bytes.length, this.#bytes.length - end);
    this.#bytes.set(bytes.subarray(0, first), end);
    this.#bytes.set(bytes.subarray(first), 0);
    this.#length += bytes.length;
  }

  /** A copy of `length` bytes (or of as many as there are) behind the first `offset`. */
  peek(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(Math.max(0, Math.min(length, this.#length - offset)));
    const start = (this.#start + offset) % this.#bytes.length;
    const first = Math.min(result.length, this.#bytes.length - start);
    result.set(this.#bytes.subarray(start, start + first));
    result.set(this.#bytes.subarray(0, result.length - first), first);
    return result;
  }

  /** Forgets the first `count` bytes, of which there are so many. */
  drop(count: number): void {
    this.#start = (this.#start + count) % this.#bytes.length;
    this.#length -= count;
  }

  #reserve(length: number): void {
    let capacity = this.#bytes.length;
    while (capacity < length) capacity *= 2;
    if (capacity === this.#bytes.length) return;
    const grown = new Uint8Array(capacity);
    grown.set(this.peek(0, this.#length));
    this.#bytes = grown;
    this.#start = 0;
  }
}
