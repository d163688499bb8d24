/** The kernel inside a bzImage that is compressed by LZ4, as Debian's are (Linux, Documentation/arch/x86/boot.rst; LZ4's block format). */

const SETUP_SECTS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** Of the frame that `lz4 -l` writes: blocks with their sizes before them. */
const LEGACY_MAGIC = 0x184c_2102;
const LEAST_MATCH = 4;

/** The ELF file, which has a PVH entry. */
export function extractVmlinux(bzImage: Uint8Array): Uint8Array {
  const view = new DataView(bzImage.buffer, bzImage.byteOffset, bzImage.byteLength);
  const kernel = (view.getUint8(SETUP_SECTS) + 1) * 512;
  const begin = kernel + view.getUint32(PAYLOAD_OFFSET, true);
  // The last word is the size of what comes out.
  const end = begin + view.getUint32(PAYLOAD_LENGTH, true) - 4;
  if (view.getUint32(begin, true) !== LEGACY_MAGIC) throw new Error('the kernel is not compressed by LZ4');
  const output = new Uint8Array(view.getUint32(end, true));
  let written = 0;
  for (let at = begin + 4; at < end; ) {
    const size = view.getUint32(at, true);
    written = decompressBlock(bzImage.subarray(at + 4, at + 4 + size), output, written);
    at += 4 + size;
  }
  return output.subarray(0, written);
}

/** @returns where the output ends */
function decompressBlock(input: Uint8Array, output: Uint8Array, from: number): number {
  let read = 0;
  let written = from;
  /** 15 says that bytes follow to be added, up to the first that is not 255. */
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        byte = input[read++]!;
        sum += byte;
      } while (byte === 255);
    }
    return sum;
  };
  while (read < input.length) {
    const token = input[read++]!;
    const literals = length(token >> 4);
    output.set(input.subarray(read, read + literals), written);
    read += literals;
    written += literals;
    // The last sequence has no match.
    if (read >= input.length) break;
    const distance = input[read]! | (input[read + 1]! << 8);
    read += 2;
    const end = written + length(token & 15) + LEAST_MATCH;
    // It may reach into what it writes.
    for (; written < end; written++) output[written] = output[written - distance]!;
  }
  return written;
}
