import type { Image } from '../linker/image.ts';

/** Where the RAM of QEMU's `virt` and of most RISC-V boards begins. */
const DEFAULT_RAM_BASE = 0x80000000n;
/** "RISCV" and "RSC\x05": Linux, "Boot image header in RISC-V Linux". */
const MAGIC = 0x5643534952n;
const MAGIC2 = 0x05435352;
const HEADER_SIZE = 64;

export interface FlatOptions {
  /** Writes the header of a Linux `Image` into the first 64 bytes, by which U-Boot's `booti` knows the image. */
  readonly linuxHeader?: boolean;
  /**
   * Physical address of the board's RAM: U-Boot moves the image to its base plus the distance that the header tells.
   */
  readonly ramBase?: bigint;
}

/**
 * The image's memory from its base to its last byte that is not zero by definition. `go` of U-Boot starts it as it is.
 *
 * A program that wants the Linux header leaves room for it: its first instruction jumps over 64 bytes, of which those
 * behind the jump are zero (`_start: j boot` and then `.org 64`). So the same code is the ELF's and the flat image's,
 * at the same addresses.
 */
export function flatBinary(image: Image, options: FlatOptions = {}): Uint8Array {
  const end = image.segments.reduce((last, { address, bytes }) => {
    const segmentEnd = address + BigInt(bytes.length);
    return bytes.length > 0 && segmentEnd > last ? segmentEnd : last;
  }, image.base);
  const flat = new Uint8Array(Number(end - image.base));
  for (const { address, bytes } of image.segments) if (bytes.length > 0) flat.set(bytes, Number(address - image.base));
  if (options.linuxHeader) writeLinuxHeader(flat, image, options.ramBase ?? DEFAULT_RAM_BASE);
  return flat;
}

function writeLinuxHeader(flat: Uint8Array, image: Image, ramBase: bigint): void {
  if (
    image.entry !== image.base ||
    flat.length < HEADER_SIZE ||
    flat.subarray(4, HEADER_SIZE).some((byte) => byte !== 0)
  ) {
    throw new Error(
      'there is no room for the Linux image header: ' +
        'the program must start with a jump over 64 bytes that are zero (`j boot`, `.org 64`)',
    );
  }
  if (image.base < ramBase) {
    throw new Error(`the image is linked at 0x${image.base.toString(16)}, below the RAM at 0x${ramBase.toString(16)}`);
  }
  const view = new DataView(flat.buffer);
  view.setBigUint64(8, image.base - ramBase, true); // text_offset
  view.setBigUint64(16, image.end - image.base, true); // image_size
  view.setUint32(32, 2, true); // version 0.2
  view.setBigUint64(48, MAGIC, true);
  view.setUint32(56, MAGIC2, true);
}
