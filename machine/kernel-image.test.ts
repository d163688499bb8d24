import { describe, expect, test } from 'vitest';
import { imageSize, LoadError, unpackKernel } from './kernel-image.ts';

const MOST = 2 ** 20;

/** A Linux Image of one EFI section, which ends with the file. */
function image(length = 0x3000): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
  const view = new DataView(bytes.buffer);
  const put = (offset: number, text: string) => bytes.set(new TextEncoder().encode(text), offset);
  put(0, 'MZ');
  view.setBigUint64(16, 0x1_2345n, true);
  put(48, 'RISCV\0\0\0RSC\x05');
  view.setUint32(0x3c, 0x40, true);
  put(0x40, 'PE\0\0');
  view.setUint16(0x40 + 6, 1, true);
  view.setUint16(0x40 + 20, 0x10, true);
  const section = 0x40 + 24 + 0x10;
  view.setUint32(section + 16, length - 0x1000, true);
  view.setUint32(section + 20, 0x1000, true);
  return bytes;
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function zboot(payload: Uint8Array, compression = 'gzip'): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(0x100 + payload.length);
  bytes.set(new TextEncoder().encode('MZ\0\0zimg'));
  new DataView(bytes.buffer).setUint32(8, 0x100, true);
  new DataView(bytes.buffer).setUint32(12, payload.length, true);
  bytes.set(new TextEncoder().encode(compression), 24);
  bytes.set(payload, 0x100);
  return bytes;
}

function withText(offset: number, text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(0x400);
  bytes.set(new TextEncoder().encode(text), offset);
  return bytes;
}

describe('unpacks', () => {
  test('nothing where there is nothing to unpack', async () => {
    const raw = Uint8Array.of(1, 2, 3);
    expect(await unpackKernel(raw, MOST)).toBe(raw);
    const whole = image();
    expect(await unpackKernel(whole, MOST)).toBe(whole);
  });
  test('gzip', async () => expect(await unpackKernel(await gzip(image()), MOST)).toEqual(image()));
  test('an EFI program with gzip inside', async () =>
    expect(await unpackKernel(zboot(await gzip(image())), MOST)).toEqual(image()));
});

test('an Image takes the memory that its header says, a raw binary its length', () => {
  expect([imageSize(image()), imageSize(Uint8Array.of(1, 2, 3))]).toEqual([0x1_2345, 3]);
});

describe('refuses', () => {
  const cut = async (bytes: Uint8Array | Promise<Uint8Array>, length: number) => (await bytes).subarray(0, length);
  const flipped = async () => (await gzip(image())).map((byte, index) => (index === 100 ? byte ^ 0x55 : byte));

  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['a truncated gzip', () => cut(gzip(image()), 60), 'compressed by gzip, and damaged or incomplete'],
    ['the header of a gzip alone', () => cut(gzip(image()), 4), 'compressed by gzip, and damaged or incomplete'],
    ['a damaged gzip', flipped, 'compressed by gzip, and damaged or incomplete'],
    ['a gzip with more behind it', async () => Uint8Array.of(...(await gzip(image())), 1, 2), 'gzip'],
    ['more than RAM', () => gzip(new Uint8Array(MOST + 1)), 'larger unpacked than the 1048576 bytes of RAM'],
    [
      'a truncated Image',
      () => cut(image(), 0x2fff),
      'an Image of at least 12288 bytes by its header, and the file has',
    ],
    ['an Image cut in its headers', () => cut(image(), 0x50), 'an Image of at least 88 bytes'],
    ['a truncated EFI program', async () => cut(zboot(await gzip(image())), 0x120), 'an EFI program of at least'],
    ['another compression', () => zboot(new Uint8Array(8), 'zstd'), 'compressed by "zstd"; the machine unpacks gzip'],
    ['an Image for arm64', () => withText(56, 'ARM\x64'), 'a Linux image for arm64; the machine needs one for riscv64'],
    ['a bzImage', () => withText(0x202, 'HdrS'), 'a Linux image for x86'],
  ])('%s', async (_, make, message) => {
    const file = Uint8Array.from(await make());
    await expect(unpackKernel(file, MOST)).rejects.toThrow(message);
    await expect(unpackKernel(file, MOST)).rejects.toThrow(LoadError);
  });
});
