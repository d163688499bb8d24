/** A block: a mode and its configuration, page tables, registers and code, all from one seed. */
import { CodeGenerator, POINTER, type Profile, SP, WINDOW_POINTER } from './code.ts';
import * as at from './layout.ts';
import { Random } from './random.ts';
import { STUB } from './runtime.ts';
import { CONFIGURED, PENDING } from './state.ts';
import { Tables } from './tables.ts';

export interface Block {
  readonly seed: number;
  readonly profile: Profile;
  readonly mode: Mode;
  readonly x: readonly bigint[];
  readonly f: readonly bigint[];
  readonly csrs: readonly bigint[];
  readonly status: bigint;
  /** Bits of mip. */
  readonly pending: bigint;
  readonly tables: Uint8Array;
  /** Ends with an `ecall`. */
  readonly code: Uint8Array;
  /** Whether it runs at the alias that user pages map. */
  readonly aliased: boolean;
}

export type Mode = 'M' | 'S' | 'U' | 'VS' | 'VU';

export interface BlockOptions {
  /** Instructions, about. */
  readonly length: number;
  readonly profiles: readonly Profile[];
  /** Extensions that both sides have. */
  readonly extensions: ReadonlySet<string>;
}

const indexOf = (csr: string): number => CONFIGURED.findIndex(({ name }) => name === csr);
const ENVIRONMENT = indexOf('menvcfg');
const GUEST_ENVIRONMENT = indexOf('henvcfg');
/** ADUE and PBMTE. */
const TRANSLATION = 3n << 61n;
const TW = 1n << 21n;
const TSR = 1n << 22n;
const FS = 3n << 13n;
const MPP_SHIFT = 11n;
const SPP = 1n << 8n;
const SPV = 1n << 7n;
const PRIVILEGE: Readonly<Record<Mode, bigint>> = { M: 3n, S: 1n, U: 0n, VS: 1n, VU: 0n };

export function makeBlock(seed: number, { length, profiles, extensions }: BlockOptions): Block {
  const random = new Random(seed);
  const profile = random.pick(profiles);
  const mode: Mode =
    profile === 'privileged' ? random.pick(['M', 'S', 'U', 'VS', 'VS', 'VU']) : random.pick(['M', 'U']);
  const virtual = mode === 'VS' || mode === 'VU';
  const paged = (): number => (profile === 'privileged' ? random.pick([0, 8, 8, 9, 10]) : 0);
  const modes = { satp: paged(), vsatp: paged(), hgatp: paged() };
  const tables = new Tables(random, modes.hgatp !== 0);
  const atp: Record<string, bigint> = {
    satp: tables.stage(modes.satp, 'S'),
    vsatp: tables.stage(modes.vsatp, 'VS'),
    hgatp: tables.stage(modes.hgatp, 'G'),
  };
  const aliased = (mode === 'U' && modes.satp !== 0) || (mode === 'VU' && modes.vsatp !== 0);

  const plain = profile !== 'privileged';
  const csrs = CONFIGURED.map(({ name, mask }): bigint => {
    if (name in atp) return atp[name]!;
    if (name === 'stvec' || name === 'vstvec') return BigInt(STUB);
    if (plain && name !== 'fcsr') return name === 'mcounteren' || name === 'scounteren' ? mask : 0n;
    // Mostly what lets things happen.
    if (/envcfg|stateen|counteren/.test(name) && random.chance(2)) return mask;
    // QEMU shows a guest in sip and sie only what mideleg has, and asks henvcfg's and hstateen's level before mstateen0.
    if ((name === 'mideleg' || name === 'mstateen0') && virtual) return mask;
    // One interrupt: QEMU takes those of a level by their numbers, not by their priority.
    if (name === 'mie') return mask & (1n << BigInt(random.below(13)));
    const value = random.value() & mask;
    return name === 'hstatus' && virtual ? value | SPV : value;
  });

  // QEMU asks henvcfg's ADUE and PBMTE for the accesses of guests only, not for HLV and HSV.
  if (!virtual) csrs[GUEST_ENVIRONMENT]! |= csrs[ENVIRONMENT]! & TRANSLATION;

  let status = random.chance(8) && !plain ? 0n : FS;
  if (!virtual) status |= PRIVILEGE[mode] << MPP_SHIFT;
  else if (mode === 'VS') status |= SPP;
  if (!plain) status |= random.value() & ((1n << 1n) | (1n << 5n) | (1n << 7n) | (3n << 18n) | (7n << 20n));
  // TSR is for HS-mode's sret alone, but in QEMU for a guest's too.
  if (virtual) status &= ~TSR;
  const pending = plain ? 0n : random.value() & PENDING;
  const withReturns = !plain && random.chance(3);
  // Where wfi traps at once; not in VU-mode with TW, which QEMU takes for a virtual instruction.
  const traps = (status & TW) !== 0n;
  const mayWait = mode === 'U' || (mode === 'VU' ? !traps : mode !== 'M' && traps);
  const code = new CodeGenerator(random, extensions, { withReturns, mayWait }).block(profile, length);

  const x = Array.from({ length: 32 }, () => random.value());
  const base = BigInt(aliased ? at.USER_ALIAS : 0);
  const middle = base + BigInt(at.DATA + (at.DATA_PAGES / 2) * at.PAGE);
  x[SP] = middle + BigInt(random.below(256) * 8);
  x[POINTER] = middle;
  x[WINDOW_POINTER] = BigInt(at.WINDOW + at.PAGE / 2);
  const f = Array.from({ length: 32 }, () => floatValue(random));
  return { seed, profile, mode, x, f, csrs, status, pending, tables: tables.bytes, code, aliased };
}

/** A double, or a float in the box that it needs, or rarely not in it. */
function floatValue(random: Random): bigint {
  const bits = random.value();
  if (random.chance(2)) return random.chance(3) ? special(random, 52n, 0x7ffn) : bits;
  const single = random.chance(3) ? special(random, 23n, 0xffn) : bits & 0xffff_ffffn;
  return random.chance(16) ? single : single | 0xffff_ffff_0000_0000n;
}

/** Zeros, subnormals, infinities, NaNs, numbers near 1. */
function special(random: Random, fraction: bigint, ones: bigint): bigint {
  const exponent = random.pick([0n, 0n, 1n, ones >> 1n, (ones >> 1n) + 1n, ones - 1n, ones, ones]);
  const quiet = 1n << (fraction - 1n);
  const low = random.pick([0n, 1n, quiet, quiet | 1n, (1n << fraction) - 1n, random.value() & ((1n << fraction) - 1n)]);
  const sign = BigInt(random.below(2)) << (ones === 0xffn ? 31n : 63n);
  return sign | (exponent << fraction) | low;
}

/** The block as it lies in memory at `address`, which is a multiple of PAGE. */
export function encodeBlock(block: Block, address: number, next: number): Uint8Array {
  const bytes = new Uint8Array(at.BLOCK_SIZE);
  const view = new DataView(bytes.buffer);
  const set = (offset: number, value: bigint | number): void =>
    view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
  const alias = block.aliased ? at.USER_ALIAS : 0;
  const code = address + at.BLOCK_CODE_OFFSET;
  set(at.BLOCK_NEXT, next);
  set(at.BLOCK_CODE, code);
  set(at.BLOCK_END, code + block.code.length - 4);
  set(at.BLOCK_ENTRY, code + alias);
  set(at.BLOCK_STATUS, block.status);
  set(at.BLOCK_VIRTUAL, block.mode.startsWith('V') ? 1 : 0);
  set(at.BLOCK_PENDING, block.pending);
  set(at.BLOCK_SEED, block.seed * 2 + 1);
  const setAll = (offset: number, values: readonly bigint[]): void => {
    for (const [n, value] of values.entries()) set(offset + n * 8, value);
  };
  setAll(at.BLOCK_X, block.x);
  setAll(at.BLOCK_F, block.f);
  setAll(at.BLOCK_CSRS, block.csrs);
  bytes.set(block.tables, at.BLOCK_TABLES);
  bytes.set(block.code, at.BLOCK_CODE_OFFSET);
  return bytes;
}

/** A program's RAM: the runtime and its blocks. */
export function encodeBlocks(runtime: Uint8Array, blocks: readonly Block[]): Uint8Array {
  const end = at.BLOCKS + blocks.length * at.BLOCK_SIZE;
  const memory = new Uint8Array(end + at.PAGE - at.RAM_BASE);
  memory.set(runtime);
  blocks.forEach((block, index) => {
    const address = at.BLOCKS + index * at.BLOCK_SIZE;
    memory.set(encodeBlock(block, address, address + at.BLOCK_SIZE), address - at.RAM_BASE);
  });
  return memory;
}
