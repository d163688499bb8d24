import { beforeAll, describe, expect, test } from 'vitest';
import { ELF, EXECUTABLE, type ImagesInV8, imagesInV8, READABLE, WRITABLE } from '../../../test/image-in-v8.ts';
import { randomNumbers } from '../../../test/random.ts';

let images: ImagesInV8;

beforeAll(async () => {
  images = await imagesInV8();
});

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
    expect(images.describe(file)).toBe(message);
  });

  test('a file that is cut off anywhere is refused', () => {
    const file = elf([CODE, { ...data(0x20_0000n, 0x1000n), offset: DATA_OFFSET + 0x100n, fileSize: 0x100n }]);
    expect(images.describe(file)).toBeNull();
    // Three bytes of the magic are a raw binary.
    for (let length = 4; length < file.length; length++)
      expect(images.describe(file.subarray(0, length))).not.toBeNull();
  });

  test('random values in the headers are never read past', () => {
    const file = elf([CODE, CODE, CODE]);
    const random = randomNumbers(7);
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const wrong = Uint8Array.from(file);
      for (let n = 0; n < 4; n++) wrong[16 + (random() % 216)] = random() % 256;
      if (images.describe(wrong) !== null) refused++;
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
    expect(images.describe(file)).toBeNull();
    expect([images.get('entry'), images.get('lowest'), images.get('highest')]).toEqual([
      0x10_0000n,
      0x10_0000n,
      0x20_1000n,
    ]);
    expect(images.get('kind')).toBe(ELF);
    expect(images.segments()).toEqual([
      {
        address: 0x10_0000n,
        source: DATA_OFFSET,
        fileSize: 0x100n,
        memorySize: 0x100n,
        flags: READABLE | EXECUTABLE,
      },
      {
        address: 0x20_0000n,
        source: DATA_OFFSET + 0x100n,
        fileSize: 0x80n,
        memorySize: 0x1000n,
        flags: READABLE | WRITABLE,
      },
    ]);
  });

  test('sixteen segments that touch, from the highest to the lowest', () => {
    const all = Array.from({ length: 15 }, (_, n) => data(0x10_0000n - BigInt(n + 1) * 16n, 16n));
    expect(images.describe(elf([CODE, ...all]))).toBeNull();
    expect([images.get('lowest'), images.get('highest')]).toEqual([0xf_ff10n, 0x10_0100n]);
  });

  test('a virtual entry moves with its segment, a physical one stays', () => {
    const kernel = { ...CODE, vaddr: 0xffff_ffff_8000_0000n };
    const entries = [0xffff_ffff_8000_0010n, 0x10_0010n];
    for (const entry of entries) {
      expect(images.describe(elf([kernel], (view) => view.setBigUint64(24, entry, true)))).toBeNull();
      expect(images.get('entry')).toBe(0x10_0010n);
    }
  });
});
