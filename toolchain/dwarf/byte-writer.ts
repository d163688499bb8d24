/** Little-endian bytes, written from front to back. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  u8(value: number): void {
    this.#bytes.push(value & 255);
  }

  u16(value: number): void {
    this.#bytes.push(value & 255, (value >> 8) & 255);
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  u64(value: bigint): void {
    this.u32(Number(value & 0xffffffffn));
    this.u32(Number((value >> 32n) & 0xffffffffn));
  }

  /** DWARF 4, 7.6: seven bits a byte, the lowest first. */
  uleb(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.u8((rest & 127) | 128);
      rest = Math.floor(rest / 128);
    }
    this.u8(rest);
  }

  sleb(value: number): void {
    let rest = value;
    for (;;) {
      const byte = rest & 127;
      rest >>= 7;
      if (rest === (byte & 64 ? -1 : 0)) {
        this.u8(byte);
        return;
      }
      this.u8(byte | 128);
    }
  }

  /** UTF-8 with a zero at the end. */
  string(text: string): void {
    this.#bytes.push(...new TextEncoder().encode(text), 0);
  }

  append(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  /** A unit whose length stands before it, as most of DWARF's sections have them (32-bit format). */
  unit(write: (content: ByteWriter) => void): void {
    const content = new ByteWriter();
    write(content);
    this.u32(content.length);
    this.append(content.#bytes);
  }
}
