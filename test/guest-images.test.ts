/** Guests of every kind of image file boot, and a file that is wrong is refused in one line while a neighbour runs on. */
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { loadGuest } from '../cli/guests.ts';
import { encode } from '../isa/encode.ts';
import { readElf } from '../toolchain/elf.ts';
import { endOf, runGuests } from './hypervisor-run.ts';

const NEIGHBOUR = 'bare/guests/abc.S';
const KERNEL_HEADER_SIZE = 64;
const ZBOOT_HEADER_SIZE = 4096;

let elf: Uint8Array;
/** The neighbour's code, which runs wherever it lies. */
let code: Uint8Array;

beforeAll(async () => {
  elf = (await loadGuest(NEIGHBOUR)).bytes;
  code = readElf(elf).segments[0]!.bytes;
});

/** The code behind the header of a Linux kernel, which begins with a jump over itself. */
function linuxImage(): Uint8Array {
  const image = new Uint8Array(KERNEL_HEADER_SIZE + code.length);
  const view = new DataView(image.buffer);
  view.setUint32(0, encode('jal', { rd: 0, imm: KERNEL_HEADER_SIZE }), true);
  view.setBigUint64(8, 0x20_0000n, true);
  view.setBigUint64(16, 0x1_0000n, true);
  view.setUint32(56, 0x05435352, true);
  image.set(code, KERNEL_HEADER_SIZE);
  return image;
}

function zboot(payload: Uint8Array, compression = 'gzip'): Uint8Array {
  const image = new Uint8Array(ZBOOT_HEADER_SIZE + payload.length);
  const view = new DataView(image.buffer);
  for (const [index, byte] of [...'MZ\0\0zimg'].entries()) view.setUint8(index, byte.charCodeAt(0));
  view.setUint32(8, ZBOOT_HEADER_SIZE, true);
  view.setUint32(12, payload.length, true);
  for (const [index, byte] of [...compression].entries()) view.setUint8(24 + index, byte.charCodeAt(0));
  image.set(payload, ZBOOT_HEADER_SIZE);
  return image;
}

/** One bit in the middle is wrong. */
function damaged(file: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(file);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

/** Runs the file as guest `tried`, beside the neighbour. */
async function run(bytes: Uint8Array): Promise<string> {
  const { output } = await runGuests([{ path: 'tried', bytes }, NEIGHBOUR], { instructions: 20_000_000 });
  expect(output).toContain('[abc] ABC');
  expect(endOf(output, 'abc')).toBe('shut down');
  return output;
}

test.each<[string, () => Uint8Array]>([
  ['ELF', () => elf],
  ['raw binary', () => code],
  ['Linux Image', linuxImage],
  ['gzip', () => gzipSync(linuxImage())],
  ['EFI zboot', () => zboot(gzipSync(linuxImage()))],
])('%s boots', { timeout: 60_000 }, async (_, file) => {
  const output = await run(file());
  expect(output).toContain('[tried] ABC');
  expect(endOf(output, 'tried')).toBe('shut down');
});

test.each<[string, () => Uint8Array, RegExp]>([
  ['half an ELF header', () => elf.subarray(0, 40), /^refused: the ELF header is cut off; bytes of the file: 0x28$/],
  [
    'an ELF file for another machine',
    () => Uint8Array.from(elf, (byte, index) => (index === 18 ? 62 : byte)),
    /^refused: the ELF file is not for RISC-V \(0xf3\); its e_machine is 0x3e$/,
  ],
  [
    'another compression',
    () => zboot(gzipSync(linuxImage()), 'zstd22'),
    /^refused: the EFI zboot kernel is compressed by zstd instead of gzip; its compressed bytes: 0x[0-9a-f]+$/,
  ],
  [
    'a damaged gzip file',
    () => damaged(gzipSync(linuxImage())),
    /^refused: the gzip data is .*; its bytes are 0x[0-9a-f]+$/,
  ],
  [
    'a gzip file in a gzip file',
    () => gzipSync(gzipSync(linuxImage())),
    /^refused: a compressed kernel is compressed again/,
  ],
])('%s is refused', { timeout: 60_000 }, async (_, file, message) => {
  expect(endOf(await run(file()), 'tried')).toMatch(message);
});
