/** Loading ends in a guest before its first instruction or in one line of complaint, whatever the file says. */
import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../../test/random.ts';
import { GuestMemory } from '../../memory.ts';
import type { X86Vcpu } from '../vcpu.ts';
import { ImageError, readImage } from './image.ts';
import { type FlatMode, loadFlat, loadImage } from './load.ts';
import { bzImage, elf64, multiboot, multibootElf, pvhNote } from './testing/images.ts';

const MIB = 2 ** 20;

/** Remembers where it would be entered. */
function noteTakingVcpu() {
  const notes: { rip?: bigint } = {};
  const vcpu = {
    getSpecialRegisters: () => ({}),
    setSpecialRegisters: () => {},
    setRegisters: (registers: { rip?: bigint }) => Object.assign(notes, registers),
  };
  return { notes, vcpu: vcpu as unknown as X86Vcpu };
}

function load(file: Uint8Array, ramDisk?: Uint8Array, memory = 4 * MIB) {
  const image = readImage(file);
  if (image === undefined) return undefined;
  const { notes, vcpu } = noteTakingVcpu();
  loadImage({ image, commandLine: 'x', ramDisk }, new GuestMemory([{ address: 0, size: memory }]), vcpu);
  return notes.rip;
}

/** A file with one field changed. */
function changed(file: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = file.slice();
  change(new DataView(copy.buffer));
  return copy;
}

const pvh = elf64({ note: pvhNote(0x10_0008) });
const LINUX = bzImage((view) => view.setBigUint64(0x258, 0x10_0000n, true));
/** Of the first program header of `elf64`. */
const [PADDR, MEMSZ] = [64 + 24, 64 + 40];

describe('a flat program', () => {
  const flat = (mode: FlatMode, address: number, length = 1) => {
    const { notes, vcpu } = noteTakingVcpu();
    const memory = new GuestMemory([{ address: 0, size: 2 * MIB }]);
    loadFlat({ mode, address, bytes: new Uint8Array(length) }, memory, vcpu);
    return notes.rip;
  };
  test('is entered where it is loaded', () => {
    expect([flat('real', 0x1000), flat('protected', MIB), flat('long', 0x1_0000)]).toEqual([
      0x1000n,
      0x10_0000n,
      0x1_0000n,
    ]);
  });
  test.each<[FlatMode, number, number, RegExp]>([
    ['real', MIB, 1, /real mode reaches addresses below 0x100000, not 0x100000; load it there, or say --mode/],
    ['long', 0x1000, 1, /0x1000: below 0x10000 are stack and tables of long mode; load it there or above/],
    ['protected', 0, 1, /0x0: below 0x10000/],
    ['protected', 2 * MIB, 1, /1 bytes at 0x200000 do not fit into guest memory of 0x200000/],
    ['real', 0x1000, 2 * MIB, /2097152 bytes at 0x1000 do not fit/],
  ])('in %s mode at %i, of %i bytes, is refused', (mode, address, length, message) => {
    expect(() => flat(mode, address, length)).toThrow(message);
  });
});

describe('an image', () => {
  test('of each kind is entered', () => {
    expect([pvh, elf64(), multiboot(), multibootElf(new Uint8Array(1)), LINUX].map((file) => load(file))).toEqual([
      0x10_0008n,
      0x10_0000n,
      0x10_0030n,
      0x10_0030n,
      0x10_0200n,
    ]);
  });
  test.each<[string, Uint8Array, RegExp]>([
    ['entry outside', changed(elf64(), (view) => view.setBigUint64(24, 0x20_0000n, true)), /entry 0x200000 is in none/],
    ['a virtual entry', changed(elf64(), (view) => view.setBigUint64(24, 2n ** 64n - 2n ** 31n, true)), /is in none/],
    [
      'a PVH entry outside',
      elf64({ note: pvhNote(0) }),
      /its entry 0x0 is in none of its segments: 0x100000\.\.0x10000f/,
    ],
    [
      'a segment below 1 MiB',
      changed(elf64(), (view) => {
        view.setBigUint64(PADDR, 0x8000n, true);
        view.setBigUint64(24, 0x8000n, true);
      }),
      /a segment at 0x8000: below 1 MiB is what boots it/,
    ],
    [
      'a segment beyond memory',
      changed(elf64(), (view) => {
        view.setBigUint64(PADDR, 0x40_0000n, true);
        view.setBigUint64(24, 0x40_0000n, true);
      }),
      /its segment 0x400000\.\.0x40000f is outside guest memory/,
    ],
    [
      'a segment of 2 ** 63 bytes',
      changed(elf64(), (view) => view.setBigUint64(MEMSZ, 2n ** 63n, true)),
      /outside guest memory/,
    ],
    [
      'a kernel that unpacks to 4 GiB',
      changed(LINUX, (view) => view.setUint32(0x260, 2 ** 32 - 1, true)),
      /needs 4097M of memory to unpack/,
    ],
    [
      'a kernel that wants to be at 2 ** 63',
      changed(LINUX, (view) => view.setBigUint64(0x258, 2n ** 63n, true)),
      /of memory to unpack/,
    ],
  ])('with %s is refused', (_, file, message) => {
    expect(() => load(file)).toThrow(message);
  });
  test('with a RAM disk that does not fit above it is refused', () => {
    expect(() => load(elf64(), new Uint8Array(3 * MIB))).toThrow(
      /the RAM disk of 3145728 bytes does not fit .* at least 5M/,
    );
  });
  test('whose segments overlap is loaded in their order', () => {
    const file = changed(elf64({ note: new Uint8Array(16) }), (view) => {
      // The note's header becomes a second segment over the first.
      view.setUint32(120, 1, true);
      view.setBigUint64(120 + 24, 0x10_0000n, true);
    });
    expect(load(file)).toBe(0x10_0000n);
  });
});

const KINDS: readonly (readonly [name: string, file: Uint8Array])[] = [
  ['bzImage', LINUX],
  ['PVH', pvh],
  ['ELF', elf64()],
  ['multiboot', multiboot()],
  ['multiboot ELF', multibootElf(new Uint8Array(16))],
];
const TRIES = 1000;
/** Values that arithmetic trips over, and any other. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

describe(`damaged at random, ${KINDS.length * TRIES} images`, () => {
  test.each(KINDS)('%s', (_, file) => {
    const next = randomNumbers(file.length);
    let entered = 0;
    let refused = 0;
    for (let round = 0; round < TRIES; round++) {
      const damaged = file.slice(0, next() % 4 === 0 ? next() % file.length : file.length);
      // Where headers are.
      for (let count = 1 + (next() % 6); count > 0; count--) {
        damaged[next() % Math.min(damaged.length, 0x280)] = EXTREMES[next() % 8] ?? next() % 256;
      }
      try {
        if (load(damaged) !== undefined) entered++;
      } catch (error) {
        expect(error, String((error as Error).stack)).toBeInstanceOf(ImageError);
        refused++;
      }
    }
    expect(entered).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});
