/** The kernel inside a bzImage that is compressed by LZ4, as Debian's are (Linux, Documentation/arch/x86/boot.rst; LZ4's block format). */

const SETUP_SECTS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;
/** Of the frame that `lz4 -l` writes: blocks with their sizes before them. */
const LEGACY_MAGIC = 0x184c_2102;
const LEAST_MATCH = 4;

/** The ELF file, which has a PVH entry. */
export function extractVmlinux(bzImage: Uint8Array): Uint8Array {
  const view = new DataView(bzImage.buffer, bzImage.byteOffset, bzImage.byteLength);
  const setupSize = (bzImage[SETUP_SECTS]! + 1) * SECTOR;
  const begin = setupSize + view.getUint32(PAYLOAD_OFFSET, true);
  // The last word is the size of what comes out.
  const end = begin + view.getUint32(PAYLOAD_LENGTH, true) - 4;
  if (view.getUint32(begin, true) !== LEGACY_MAGIC) throw new Error('the kernel is not compressed by LZ4');
  const output = new Output(view.getUint32(end, true));
  for (let at = begin + 4; at < end; ) {
    const size = view.getUint32(at, true);
    new Block(bzImage.subarray(at + 4, at + 4 + size)).decompress(output);
    at += 4 + size;
  }
  if (output.written !== output.bytes.length) throw new Error(`the kernel is ${output.written} bytes, not as it says`);
  return output.bytes;
}

class Output {
  readonly bytes: Uint8Array;
  written = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.written);
    this.written += bytes.length;
  }

  /** It may reach into what it writes. */
  repeat(distance: number, length: number): void {
    const end = this.written + length;
    for (; this.written < end; this.written++) this.bytes[this.written] = this.bytes[this.written - distance]!;
  }
}

class Block {
  readonly #bytes: Uint8Array;
  #read = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Sequences: literals, then a match; the last has none. */
  decompress(output: Output): void {
    for (;;) {
      const token = this.#byte();
      const literals = this.#length(token >> 4);
      output.append(this.#bytes.subarray(this.#read, this.#read + literals));
      this.#read += literals;
      if (this.#read >= this.#bytes.length) return;
      const distance = this.#byte() | (this.#byte() << 8);
      output.repeat(distance, this.#length(token & 15) + LEAST_MATCH);
    }
  }

  #byte(): number {
    return this.#bytes[this.#read++]!;
  }

  /** 15 says that bytes follow to be added, up to the first that is not 255. */
  #length(nibble: number): number {
    let sum = nibble;
    if (nibble < 15) return sum;
    for (;;) {
      const more = this.#byte();
      sum += more;
      if (more !== 255) return sum;
    }
  }
}
