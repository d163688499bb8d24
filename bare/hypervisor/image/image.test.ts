import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const RAW = 0;
const ELF = 1;
const LINUX = 2;
const COMPRESSED = 3;
const EXECUTABLE = 1;
const WRITABLE = 2;
const READABLE = 4;
const BASE = 0x8000_0000n;
const SEGMENT_FIELDS = ['address', 'source', 'fileSize', 'memorySize', 'flags'] as const;
const INFO_FIELDS = ['entry', 'lowest', 'highest', 'payload', 'payloadSize', 'unpackedSize', 'value', 'kind'] as const;

let bare: InV8;
let info: bigint;
let infoSize: number;

beforeAll(async () => {
  const offsets = [
    ...INFO_FIELDS.map((name) => `export const info_${name}: usize = offsetof<ImageInfo>('${name}');`),
    ...SEGMENT_FIELDS.map((name) => `export const segment_${name}: usize = offsetof<Segment>('${name}');`),
  ];
  bare = await loadInV8('bare/hypervisor/image/entry-of-test.ts', {
    room: 0x20_0000,
    source: `import { ImageInfo, Segment, segmentOf, IMAGE_INFO_SIZE } from './image-info.ts';
      export { describeImage } from './image';
      export const infoSize: usize = IMAGE_INFO_SIZE;
      export function segmentCount(info: ImageInfo): u32 { return info.segmentCount; }
      export function segment(info: ImageInfo, index: u32): usize { return changetype<usize>(segmentOf(info, index)); }
      ${offsets.join('\n')}`,
  });
  infoSize = Number(bare.constant('infoSize'));
  info = bare.allocate(infoSize);
});

type InfoField = (typeof INFO_FIELDS)[number];
const get = (name: InfoField): bigint => {
  const at = info + bare.constant(`info_${name}`);
  return name === 'kind' ? BigInt(bare.u32(at)) : bare.u64(at);
};

/** The error as it is printed, or null; the file lies where a read past it traps. */
function describeFile(file: Uint8Array, base = BASE): string | null {
  bare.bytes.fill(0xee, Number(info), Number(info) + infoSize);
  const message = bare.text('describeImage', bare.placeAtEnd(file), BigInt(file.length), base, info);
  expect(bare.intact(info, infoSize)).toBe(true);
  return message && `${message} 0x${get('value').toString(16)}`;
}

/** The segments, with `source` as an offset in the file. */
function segments(file: Uint8Array): Record<(typeof SEGMENT_FIELDS)[number], bigint>[] {
  const start = BigInt(bare.bytes.length - file.length);
  return Array.from({ length: bare.number('segmentCount', info) }, (_, index) => {
    const at = BigInt(bare.call('segment', info, index));
    const field = (name: string) => bare.u64(at + bare.constant(`segment_${name}`));
    return {
      address: field('address'),
      source: field('source') - start,
      fileSize: field('fileSize'),
      memorySize: field('memorySize'),
      flags: BigInt(bare.u32(at + bare.constant('segment_flags'))),
    };
  });
}

interface Header {
  type?: number;
  flags?: number;
  offset?: bigint;
  vaddr?: bigint;
  paddr?: bigint;
  fileSize?: bigint;
  memorySize?: bigint;
}

const DATA_OFFSET = 0x1000n;
const CODE: Header = { flags: 5, offset: DATA_OFFSET, paddr: 0x10_0000n, fileSize: 0x100n, memorySize: 0x100n };

/** An ELF file with these program headers and, from DATA_OFFSET, 0x200 bytes of content. */
function elf(headers: readonly Header[] = [CODE], patch: (view: DataView) => void = () => {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(Number(DATA_OFFSET) + 0x200));
  const ident = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1];
  for (const [index, byte] of ident.entries()) view.setUint8(index, byte);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, headers[0]?.paddr ?? 0n, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, headers.length, true);
  for (const [index, header] of headers.entries()) {
    const at = 64 + 56 * index;
    view.setUint32(at, header.type ?? 1, true);
    view.setUint32(at + 4, header.flags ?? 6, true);
    view.setBigUint64(at + 8, header.offset ?? DATA_OFFSET, true);
    view.setBigUint64(at + 16, header.vaddr ?? header.paddr ?? 0n, true);
    view.setBigUint64(at + 24, header.paddr ?? 0n, true);
    view.setBigUint64(at + 32, header.fileSize ?? 0n, true);
    view.setBigUint64(at + 40, header.memorySize ?? 0n, true);
  }
  patch(view);
  return new Uint8Array(view.buffer);
}

const data = (paddr: bigint, memorySize: bigint): Header => ({ paddr, memorySize });

describe('hostile ELF files', () => {
  const max = 2n ** 64n - 1n;
  test.each<[string, Uint8Array, string]>([
    ['a magic alone', elf().subarray(0, 4), 'the ELF header is cut off; bytes of the file: 0x4'],
    ['half a header', elf().subarray(0, 63), 'the ELF header is cut off; bytes of the file: 0x3f'],
    ['32-bit', elf([CODE], (v) => v.setUint8(4, 1)), 'the ELF file is not 64-bit (2); its EI_CLASS is 0x1'],
    ['big-endian', elf([CODE], (v) => v.setUint8(5, 2)), 'the ELF file is not little-endian (1); its EI_DATA is 0x2'],
    ['version', elf([CODE], (v) => v.setUint32(20, 7, true)), 'the ELF file is not of version 1; its e_version is 0x7'],
    [
      'x86-64',
      elf([CODE], (v) => v.setUint16(18, 62, true)),
      'the ELF file is not for RISC-V (0xf3); its e_machine is 0x3e',
    ],
    [
      'an object file',
      elf([CODE], (v) => v.setUint16(16, 1, true)),
      'the ELF file is not linked to run (2 or 3); its e_type is 0x1',
    ],
    [
      'small program headers',
      elf([CODE], (v) => v.setUint16(54, 32, true)),
      "the ELF file's program headers are not 0x38 bytes each; its e_phentsize is 0x20",
    ],
    [
      'program headers past the end',
      elf([CODE], (v) => v.setBigUint64(32, 0x11f0n, true)),
      "the ELF file's program headers pass its end; its e_phoff is 0x11f0",
    ],
    [
      'program headers that wrap around',
      elf([CODE], (v) => v.setBigUint64(32, max - 8n, true)),
      "the ELF file's program headers pass its end; its e_phoff is 0xfffffffffffffff7",
    ],
    [
      'more program headers than fit',
      elf([CODE], (v) => v.setUint16(56, 0xffff, true)),
      "the ELF file's program headers pass its end; its e_phoff is 0x40",
    ],
    ['no program headers', elf([]), 'nothing to load in the ELF file; program headers: 0x0'],
    [
      'nothing to load',
      elf([{ ...CODE, type: 4 }, data(0n, 0n)]),
      'nothing to load in the ELF file; program headers: 0x2',
    ],
    [
      'more bytes in the file than in memory',
      elf([{ ...CODE, memorySize: 0xffn }]),
      'an ELF segment has more bytes in the file than in memory; its p_filesz is 0x100',
    ],
    [
      'bytes past the end of the file',
      elf([{ ...CODE, offset: 0x1101n }]),
      "an ELF segment's bytes pass the end of the file; its p_offset is 0x1101",
    ],
    [
      'bytes that wrap around',
      elf([{ ...CODE, offset: max }]),
      "an ELF segment's bytes pass the end of the file; its p_offset is 0xffffffffffffffff",
    ],
    [
      'a segment that wraps around',
      elf([CODE, data(max - 0xffn, 0x200n)]),
      'a segment passes the end of the address space; it begins at 0xffffffffffffff00',
    ],
    ['overlap at the end', elf([CODE, data(0x10_00ffn, 1n)]), 'two segments overlap in guest memory; from 0x1000ff'],
    [
      'overlap at the start',
      elf([CODE, data(0xf_ff00n, 0x101n)]),
      'two segments overlap in guest memory; from 0x100000',
    ],
    [
      'one inside the other',
      elf([CODE, data(0n, 0x4000_0000n)]),
      'two segments overlap in guest memory; from 0x100000',
    ],
    [
      'more segments than 16',
      elf([CODE, ...Array.from({ length: 16 }, (_, n) => data(0x20_0000n + BigInt(n) * 16n, 16n))]),
      'more segments to load than a guest can have; the most is 0x10',
    ],
    [
      'an entry behind the code',
      elf([CODE], (v) => v.setBigUint64(24, 0x10_0100n, true)),
      "the ELF file's entry lies in no executable segment: 0x100100",
    ],
    [
      'an entry in data',
      elf([CODE, data(0x20_0000n, 0x1000n)], (v) => v.setBigUint64(24, 0x20_0000n, true)),
      "the ELF file's entry lies in no executable segment: 0x200000",
    ],
    ['an odd entry', elf([CODE], (v) => v.setBigUint64(24, 0x10_0001n, true)), "the ELF file's entry is odd: 0x100001"],
  ])('%s', (_, file, message) => {
    expect(describeFile(file)).toBe(message);
  });

  test('a file that is cut off anywhere is refused', () => {
    const file = elf([CODE, { ...data(0x20_0000n, 0x1000n), offset: DATA_OFFSET + 0x100n, fileSize: 0x100n }]);
    expect(describeFile(file)).toBeNull();
    // Three bytes of the magic are a raw binary.
    for (let length = 4; length < file.length; length++) expect(describeFile(file.subarray(0, length))).not.toBeNull();
  });

  test('random values in the headers are never read past', () => {
    const file = elf([CODE, CODE, CODE]);
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const wrong = Uint8Array.from(file);
      for (let n = 0; n < 4; n++) wrong[16 + Math.floor(Math.random() * 216)] = Math.floor(Math.random() * 256);
      if (describeFile(wrong) !== null) refused++;
    }
    expect(refused).toBeGreaterThan(19_000);
  });
});

describe('ELF files', () => {
  test('segments, entry and extent', () => {
    const file = elf([
      CODE,
      { type: 0x70000003 },
      { ...data(0x20_0000n, 0x1000n), offset: DATA_OFFSET + 0x100n, fileSize: 0x80n },
      data(0x8000n, 0n),
    ]);
    expect(describeFile(file)).toBeNull();
    expect(INFO_FIELDS.slice(0, 3).map(get)).toEqual([0x10_0000n, 0x10_0000n, 0x20_1000n]);
    expect(get('kind')).toBe(BigInt(ELF));
    expect(segments(file)).toEqual([
      {
        address: 0x10_0000n,
        source: DATA_OFFSET,
        fileSize: 0x100n,
        memorySize: 0x100n,
        flags: BigInt(READABLE | EXECUTABLE),
      },
      {
        address: 0x20_0000n,
        source: DATA_OFFSET + 0x100n,
        fileSize: 0x80n,
        memorySize: 0x1000n,
        flags: BigInt(READABLE | WRITABLE),
      },
    ]);
  });

  test('sixteen segments that touch, from the highest to the lowest', () => {
    const all = Array.from({ length: 15 }, (_, n) => data(0x10_0000n - BigInt(n + 1) * 16n, 16n));
    expect(describeFile(elf([CODE, ...all]))).toBeNull();
    expect([get('lowest'), get('highest')]).toEqual([0xf_ff10n, 0x10_0100n]);
  });

  test('a virtual entry moves with its segment, a physical one stays', () => {
    const kernel = { ...CODE, vaddr: 0xffff_ffff_8000_0000n };
    const entries = [0xffff_ffff_8000_0010n, 0x10_0010n];
    for (const entry of entries) {
      expect(describeFile(elf([kernel], (view) => view.setBigUint64(24, entry, true)))).toBeNull();
      expect(get('entry')).toBe(0x10_0010n);
    }
  });
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
    expect(describeFile(file)).toBe(message);
  });

  test('lie at text_offset and have the memory that they ask for', () => {
    const file = linux();
    expect(describeFile(file)).toBeNull();
    expect(INFO_FIELDS.slice(0, 3).map(get)).toEqual([0x8020_0000n, 0x8020_0000n, 0x8020_8000n]);
    expect(get('kind')).toBe(BigInt(LINUX));
    expect(segments(file)).toEqual([
      { address: 0x8020_0000n, source: 0n, fileSize: 0x1000n, memorySize: 0x8000n, flags: 7n },
    ]);
  });

  test('what lies behind the kernel in its file is not copied', () => {
    const file = linux((view) => view.setBigUint64(0x10, 0x800n, true));
    expect(describeFile(file)).toBeNull();
    expect(segments(file)[0]).toMatchObject({ fileSize: 0x800n, memorySize: 0x800n });
  });

  test('a header that is cut off makes a raw binary', () => {
    expect(describeFile(linux().subarray(0, 0x3f))).toBeNull();
    expect(get('kind')).toBe(BigInt(RAW));
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
    expect(describeFile(file)).toBe(message);
  });

  test.each([
    ['EFI zboot', zboot(payload)],
    ['gzip', payload],
  ])('%s: where the payload is and how large it becomes', (_, file) => {
    expect(describeFile(file)).toBeNull();
    expect([get('kind'), get('payloadSize'), get('unpackedSize')]).toEqual([
      BigInt(COMPRESSED),
      BigInt(payload.length),
      0x1000n,
    ]);
    expect(get('payload')).toBe(BigInt(bare.bytes.length - payload.length));
    expect(segments(file)).toEqual([]);
  });
});

describe('raw binaries', () => {
  test('lie at the base, which is their entry', () => {
    const file = Uint8Array.of(0x73, 0, 0, 0, 1);
    expect(describeFile(file, 0x8000_1234n)).toBeNull();
    expect(INFO_FIELDS.slice(0, 3).map(get)).toEqual([0x8000_1234n, 0x8000_1234n, 0x8000_1239n]);
    expect(get('kind')).toBe(BigInt(RAW));
    expect(segments(file)).toEqual([{ address: 0x8000_1234n, source: 0n, fileSize: 5n, memorySize: 5n, flags: 7n }]);
  });

  test('an empty one is refused', () => {
    expect(describeFile(new Uint8Array())).toBe('the image file is empty; its bytes are 0x0');
  });
});
