import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMPRESSED, type ImagesInV8, imagesInV8, LINUX, RAW } from '../../../test/image-in-v8.ts';

let images: ImagesInV8;

beforeAll(async () => {
  images = await imagesInV8();
});

/** A kernel's header, and 0x1000 bytes in all. */
function linux(patch: (view: DataView) => void = () => {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(0x1000));
  view.setUint16(0, 0x5a4d, true);
  view.setBigUint64(0x08, 0x20_0000n, true);
  view.setBigUint64(0x10, 0x8000n, true);
  view.setUint32(0x20, 2, true);
  for (const [index, byte] of [...'RISCV\0\0\0RSC\x05'].entries()) view.setUint8(0x30 + index, byte.charCodeAt(0));
  patch(view);
  return new Uint8Array(view.buffer);
}

describe('Linux kernels', () => {
  test.each<[string, Uint8Array, string]>([
    ['big-endian', linux((v) => v.setBigUint64(0x18, 1n, true)), 'the Linux kernel is big-endian; its flags are 0x1'],
    [
      'no size',
      linux((v) => v.setBigUint64(0x10, 0n, true)),
      'the Linux kernel does not say how much memory it needs; its image_size is 0x0',
    ],
    [
      'an offset that wraps around',
      linux((v) => v.setBigUint64(0x08, 2n ** 64n - 0x20_0000n, true)),
      'the Linux kernel wants to lie too high; its text_offset is 0xffffffffffe00000',
    ],
    [
      'a size that wraps around',
      linux((v) => v.setBigUint64(0x10, 2n ** 64n - 1n, true)),
      'a segment passes the end of the address space; it begins at 0x80200000',
    ],
    [
      'an offset that is not aligned',
      linux((v) => v.setBigUint64(0x08, 0x1000n, true)),
      'the Linux kernel would not begin at a multiple of 2 MiB, but at 0x80001000',
    ],
  ])('%s', (_, file, message) => {
    expect(images.describe(file)).toBe(message);
  });

  test('lie at text_offset and have the memory that they ask for', () => {
    const file = linux();
    expect(images.describe(file)).toBeNull();
    expect([images.get('entry'), images.get('lowest'), images.get('highest')]).toEqual([
      0x8020_0000n,
      0x8020_0000n,
      0x8020_8000n,
    ]);
    expect(images.get('kind')).toBe(LINUX);
    expect(images.segments()).toEqual([
      { address: 0x8020_0000n, source: 0n, fileSize: 0x1000n, memorySize: 0x8000n, flags: 7n },
    ]);
  });

  test('what lies behind the kernel in its file is not copied', () => {
    const file = linux((view) => view.setBigUint64(0x10, 0x800n, true));
    expect(images.describe(file)).toBeNull();
    expect(images.segments()[0]).toMatchObject({ fileSize: 0x800n, memorySize: 0x800n });
  });

  test('a header that is cut off makes a raw binary', () => {
    expect(images.describe(linux().subarray(0, 0x3f))).toBeNull();
    expect(images.get('kind')).toBe(RAW);
  });
});

/** An EFI zboot kernel whose payload lies from 0x100 to its end. */
function zboot(payload: Uint8Array, patch: (view: DataView) => void = () => {}, compression = 'gzip'): Uint8Array {
  const view = new DataView(new ArrayBuffer(0x100 + payload.length));
  for (const [index, byte] of [...'MZ\0\0zimg'].entries()) view.setUint8(index, byte.charCodeAt(0));
  view.setUint32(8, 0x100, true);
  view.setUint32(12, payload.length, true);
  for (const [index, byte] of [...compression].entries()) view.setUint8(0x18 + index, byte.charCodeAt(0));
  const file = new Uint8Array(view.buffer);
  file.set(payload, 0x100);
  patch(view);
  return file;
}

describe('compressed kernels', () => {
  const payload = gzipSync(linux());
  const end = 0x100 + payload.length;
  const bytes = `its compressed bytes: 0x${payload.length.toString(16)}`;
  test.each<[string, Uint8Array, string]>([
    [
      'a payload past the end',
      zboot(payload, (v) => v.setUint32(8, 0x101, true)),
      "the EFI zboot kernel's payload passes the end of the file; its offset is 0x101",
    ],
    [
      'a payload far away',
      zboot(payload, (v) => v.setUint32(8, 0xffff_ffff, true)),
      "the EFI zboot kernel's payload passes the end of the file; its offset is 0xffffffff",
    ],
    [
      'a short payload',
      zboot(payload, (v) => v.setUint32(12, 17, true)),
      'the compressed kernel is cut off; its bytes are 0x11',
    ],
    [
      'nothing inside',
      zboot(payload, (v) => v.setUint32(end - 4, 0, true)),
      'the compressed kernel cannot have the size that it gives for unpacking: 0x0',
    ],
    [
      'more inside than gzip can compress',
      zboot(payload, (v) => v.setUint32(end - 4, 0xffff_ffff, true)),
      'the compressed kernel cannot have the size that it gives for unpacking: 0xffffffff',
    ],
    [
      'zstd',
      zboot(payload, undefined, 'zstd22'),
      `the EFI zboot kernel is compressed by zstd instead of gzip; ${bytes}`,
    ],
    ['xz', zboot(payload, undefined, 'xzkern'), `the EFI zboot kernel is compressed by xz instead of gzip; ${bytes}`],
    ['lz4', zboot(payload, undefined, 'lz4'), `the EFI zboot kernel is compressed by lz4 instead of gzip; ${bytes}`],
    ['lzma', zboot(payload, undefined, 'lzma'), `the EFI zboot kernel is compressed by lzma instead of gzip; ${bytes}`],
    ['lzo', zboot(payload, undefined, 'lzo'), `the EFI zboot kernel is compressed by lzo instead of gzip; ${bytes}`],
    [
      'something else',
      zboot(payload, undefined, 'gz'),
      `the EFI zboot kernel is compressed by an unknown method instead of gzip; ${bytes}`,
    ],
    ['a gzip file that is cut off', payload.subarray(0, 17), 'the compressed kernel is cut off; its bytes are 0x11'],
  ])('%s', (_, file, message) => {
    expect(images.describe(file)).toBe(message);
  });

  test.each([
    ['EFI zboot', zboot(payload)],
    ['gzip', payload],
  ])('%s: where the payload is and how large it becomes', (_, file) => {
    expect(images.describe(file)).toBeNull();
    expect([images.get('kind'), images.get('payloadSize'), images.get('unpackedSize')]).toEqual([
      COMPRESSED,
      BigInt(payload.length),
      0x1000n,
    ]);
    expect(images.get('payload')).toBe(BigInt(file.length - payload.length));
    expect(images.segments()).toEqual([]);
  });
});

describe('raw binaries', () => {
  test('lie at the base, which is their entry', () => {
    const file = Uint8Array.of(0x73, 0, 0, 0, 1);
    expect(images.describe(file, 0x8000_1234n)).toBeNull();
    expect([images.get('entry'), images.get('lowest'), images.get('highest')]).toEqual([
      0x8000_1234n,
      0x8000_1234n,
      0x8000_1239n,
    ]);
    expect(images.get('kind')).toBe(RAW);
    expect(images.segments()).toEqual([{ address: 0x8000_1234n, source: 0n, fileSize: 5n, memorySize: 5n, flags: 7n }]);
  });

  test('an empty one is refused', () => {
    expect(images.describe(new Uint8Array())).toBe('the image file is empty; its bytes are 0x0');
  });
});
