/** bzImage: Linux's own format (Documentation/arch/x86/boot.rst), entered by its 64-bit boot protocol. */
import { hex, ImageError, type X86Image } from './image.ts';

const SECTOR = 512;
const SETUP_SECTS = 0x1f1;
const BOOT_FLAG = 0x1fe;
/** The length of the jump at 0x200 says where the header ends. */
const JUMP_LENGTH = 0x201;
const HEADER_MAGIC = 0x202;
const VERSION = 0x206;
const LOADFLAGS = 0x211;
const INITRD_ADDR_MAX = 0x22c;
const XLOADFLAGS = 0x236;
const CMDLINE_SIZE = 0x238;
const PREF_ADDRESS = 0x258;
const INIT_SIZE = 0x260;

const LOADED_HIGH = 0x01;
const XLF_KERNEL_64 = 0x01;
/** Version 2.12 brought xloadflags. */
const OLDEST_VERSION = 0x20c;
const LOAD_ADDRESS = 0x10_0000;
/** startup_64, behind the 32-bit entry. */
const ENTRY_64 = 0x200;

const HDRS = 0x53726448; // "HdrS"
const BOOT_MAGIC = 0xaa55;

/** @returns undefined for a file that is something else. @throws ImageError */
export function readBzImage(bytes: Uint8Array): (X86Image & { kind: 'bzImage' }) | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < INIT_SIZE + 4) return undefined;
  if (view.getUint16(BOOT_FLAG, true) !== BOOT_MAGIC || view.getUint32(HEADER_MAGIC, true) !== HDRS) return undefined;

  const version = view.getUint16(VERSION, true);
  if (version < OLDEST_VERSION) {
    throw new ImageError(
      `a Linux kernel of boot protocol ${version >> 8}.${version & 0xff}; 2.12 or newer is needed (Linux 3.8)`,
    );
  }
  if ((view.getUint16(XLOADFLAGS, true) & XLF_KERNEL_64) === 0) {
    throw new ImageError('a 32-bit Linux kernel: it has no 64-bit entry');
  }
  if ((bytes[LOADFLAGS]! & LOADED_HIGH) === 0) throw new ImageError('a zImage, to be loaded low; give a bzImage');
  // "For backwards compatibility, if the setup_sects field contains 0, the real value is 4."
  const setupSize = ((bytes[SETUP_SECTS]! || 4) + 1) * SECTOR;
  if (setupSize + ENTRY_64 >= bytes.length) {
    throw new ImageError(`truncated: ${bytes.length} bytes, and the kernel would begin at ${hex(setupSize)}`);
  }
  const kernel = bytes.subarray(setupSize);
  return {
    kind: 'bzImage',
    segments: [{ address: LOAD_ADDRESS, bytes: kernel, size: kernel.length }],
    entry: LOAD_ADDRESS + ENTRY_64,
    setupHeader: bytes.slice(SETUP_SECTS, HEADER_MAGIC + bytes[JUMP_LENGTH]!),
    commandLineLimit: view.getUint32(CMDLINE_SIZE, true),
    ramDiskLimit: view.getUint32(INITRD_ADDR_MAX, true),
    initSize: view.getUint32(INIT_SIZE, true),
    preferredAddress: Number(view.getBigUint64(PREF_ADDRESS, true)),
  };
}
