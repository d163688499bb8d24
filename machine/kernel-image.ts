/**
 * Kernels as they are shipped: a Linux `Image` (Linux, Documentation/arch/riscv/boot-image-header), the same or an ELF compressed by gzip,
 * and an EFI program that unpacks the kernel inside it ("zboot"; drivers/firmware/efi/libstub/zboot-header.S).
 */

/** What cannot be loaded, as one line for the user. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

// struct riscv_image_header
const IMAGE_SIZE = 16;
const MAGIC2 = 56;
const HEADER_LENGTH = 64;
const RISCV_MAGIC2 = 'RSC\x05';
/** The same field of an arm64 Image. */
const ARM64_MAGIC = 'ARM\x64';
/** The boot sector of an x86 bzImage (Documentation/arch/x86/boot). */
const X86_HEADER = 0x202;
const X86_MAGIC = 'HdrS';

// The header of a zboot program.
const ZBOOT_MAGIC = 4;
const ZBOOT_OFFSET = 8;
const ZBOOT_SIZE = 12;
const ZBOOT_COMPRESSION = 24;
const ZBOOT_COMPRESSION_LENGTH = 32;

// PE/COFF: an Image with an EFI stub has these headers too.
const PE_OFFSET = 0x3c;
const PE_SECTIONS = 6;
const PE_OPTIONAL_HEADER_SIZE = 20;
const PE_HEADER_LENGTH = 24;
const SECTION_LENGTH = 40;
const SECTION_RAW_SIZE = 16;
const SECTION_RAW_OFFSET = 20;

/**
 * The kernel that the machine can start: `file` itself, or what is compressed in it.
 * @param most bytes that it may have
 * @throws LoadError for a damaged or incomplete file, one for another architecture, and a compression other than gzip.
 */
export async function unpackKernel(file: Uint8Array, most: number): Promise<Uint8Array> {
  const packed = isZboot(file) ? zbootPayload(file) : file;
  const kernel = isGzip(packed) ? await gunzip(packed, most) : packed;
  checkArchitecture(kernel);
  checkComplete(kernel);
  return kernel;
}

/** Memory that a raw binary takes: a Linux Image says so in its header, its .bss included. */
export function imageSize(bytes: Uint8Array): number {
  return isImage(bytes) ? Math.max(bytes.length, Number(viewOf(bytes).getBigUint64(IMAGE_SIZE, true))) : bytes.length;
}

function isImage(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_LENGTH && textAt(bytes, MAGIC2, 4) === RISCV_MAGIC2;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isZboot(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_LENGTH && textAt(bytes, 0, 2) === 'MZ' && textAt(bytes, ZBOOT_MAGIC, 4) === 'zimg';
}

function zbootPayload(bytes: Uint8Array): Uint8Array {
  const compression = textAt(bytes, ZBOOT_COMPRESSION, ZBOOT_COMPRESSION_LENGTH).replace(/\0.*/s, '');
  if (compression !== 'gzip') {
    throw new LoadError(
      `the kernel is an EFI program with the kernel inside, compressed by ${JSON.stringify(compression)}; ` +
        'the machine unpacks gzip: give the Image itself',
    );
  }
  const start = viewOf(bytes).getUint32(ZBOOT_OFFSET, true);
  const end = start + viewOf(bytes).getUint32(ZBOOT_SIZE, true);
  if (end > bytes.length) throw incomplete('EFI program', end, bytes.length);
  return bytes.subarray(start, end);
}

async function gunzip(packed: Uint8Array, most: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  // What is wrong is also heard of by the reader.
  const ignore = () => {};
  writer.write(packed as Uint8Array<ArrayBuffer>).catch(ignore);
  writer.close().catch(ignore);
  const reader = readable.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new LoadError('the kernel is compressed by gzip, and damaged or incomplete: fetch or build it anew');
    });
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new LoadError(`the kernel is larger unpacked than the ${most} bytes of RAM: give the machine more memory`);
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function checkArchitecture(bytes: Uint8Array): void {
  const architecture =
    textAt(bytes, MAGIC2, 4) === ARM64_MAGIC ? 'arm64' : textAt(bytes, X86_HEADER, 4) === X86_MAGIC ? 'x86' : undefined;
  if (architecture !== undefined) {
    throw new LoadError(`the kernel is a Linux image for ${architecture}; the machine needs one for riscv64`);
  }
}

/** The sections that the EFI stub's headers name must be in the file. */
function checkComplete(bytes: Uint8Array): void {
  if (!isImage(bytes) || textAt(bytes, 0, 2) !== 'MZ') return;
  const view = viewOf(bytes);
  const header = view.getUint32(PE_OFFSET, true);
  if (header + PE_HEADER_LENGTH > bytes.length) throw incomplete('Image', header + PE_HEADER_LENGTH, bytes.length);
  if (textAt(bytes, header, 4) !== 'PE\0\0') return;
  const table = header + PE_HEADER_LENGTH + view.getUint16(header + PE_OPTIONAL_HEADER_SIZE, true);
  const tableEnd = table + SECTION_LENGTH * view.getUint16(header + PE_SECTIONS, true);
  if (tableEnd > bytes.length) throw incomplete('Image', tableEnd, bytes.length);
  for (let section = table; section < tableEnd; section += SECTION_LENGTH) {
    const end = view.getUint32(section + SECTION_RAW_OFFSET, true) + view.getUint32(section + SECTION_RAW_SIZE, true);
    if (end > bytes.length) throw incomplete('Image', end, bytes.length);
  }
}

function incomplete(what: string, wanted: number, length: number): LoadError {
  return new LoadError(
    `the kernel is an ${what} of at least ${wanted} bytes by its header, and the file has ${length}: fetch it anew`,
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
