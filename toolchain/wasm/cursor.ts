/** Reads the binary encodings of WebAssembly ("Binary Format, Values") from a byte array. */

/** The module is not well-formed, or uses something that this reader does not know. */
export class WasmError extends Error {
  constructor(message: string, position: number) {
    super(`wasm module: ${message} at byte ${position}`);
    this.name = 'WasmError';
  }
}

const decoder = new TextDecoder();

export class Cursor {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    if (this.position >= this.end) throw new WasmError('unexpected end', this.position);
    return this.bytes[this.position++]!;
  }

  /** An unsigned LEB128 number below 2^53. */
  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** An unsigned LEB128 number of up to 64 bits. */
  unsignedBig(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** A signed LEB128 number of up to 64 bits. */
  signed(): bigint {
    let value = 0n;
    let bits = 0;
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      bits += 7;
      if (byte < 0x80) return BigInt.asIntN(Math.min(bits, 64), value);
    }
  }

  name(): string {
    return decoder.decode(this.take(this.unsigned()));
  }

  take(length: number): Uint8Array {
    const start = this.position;
    if (start + length > this.end) throw new WasmError('unexpected end', start);
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  vector<T>(element: () => T): T[] {
    const length = this.unsigned();
    const elements: T[] = [];
    for (let i = 0; i < length; i++) elements.push(element());
    return elements;
  }
}
