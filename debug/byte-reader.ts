/** Reads the numbers and strings of which DWARF sections consist, never past the end. */

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fail: (message: string) => Error;
  position: number;
  readonly end: number;

  /** From `position` up to `end`; what lies behind throws what `fail` returns. */
  constructor(bytes: Uint8Array, fail: (message: string) => Error, position = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#fail = fail;
    this.position = position;
    this.end = Math.min(end, bytes.length);
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.#view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.skip(8), true);
  }

  /** Unsigned LEB128, below 2 ** 53. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw this.#fail('a number is too large');
      if ((byte & 0x80) === 0) return value;
      scale *= 128;
    }
  }

  /** Signed LEB128 of at most 32 bits. */
  sleb(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      shift += 7;
      if ((byte & 0x80) === 0) return shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value;
    }
  }

  /** Up to its zero, which is skipped. */
  string(): string {
    const zero = this.#bytes.indexOf(0, this.position);
    if (zero < 0 || zero >= this.end) throw this.#fail('a string does not end');
    const text = new TextDecoder().decode(this.#bytes.subarray(this.position, zero));
    this.position = zero + 1;
    return text;
  }

  /** Passes `length` bytes and returns where they begin. */
  skip(length: number): number {
    const at = this.position;
    if (length > this.end - at) throw this.#fail(`${length} bytes are wanted and ${this.end - at} are left`);
    this.position = at + length;
    return at;
  }
}
