/** Page tables for a block: what the runtime and the code need as large pages, and a window whose pages are mapped at random. */
import { DATA, DATA_PAGES, PAGE, RAM_BASE, TABLE_PAGES, TABLES, USER_ALIAS, WINDOW, WINDOW_PAGES } from './layout.ts';
import type { Random } from './random.ts';

const [V, R, W, X, U, A, D] = [1n, 2n, 4n, 8n, 16n, 64n, 128n] as const;
const N = 1n << 63n;
/** What the low bits of a 64 KiB page's number say, as bytes. */
const NAPOT_64K = 8 * PAGE;
const ALL = V | R | W | X | A | D;
const GIGABYTE = 30n;

/** Entries of the satp, vsatp and hgatp registers: levels of each mode. */
export const LEVELS: Readonly<Record<number, number>> = { 8: 3, 9: 4, 10: 5 };

const entryOf = (address: number, flags: bigint): bigint => (BigInt(address / PAGE) << 10n) | flags;

export class Tables {
  readonly bytes = new Uint8Array(TABLE_PAGES * PAGE);
  readonly #view = new DataView(this.bytes.buffer);
  readonly #random: Random;
  readonly #twoStages: boolean;
  #next = 0;

  /** `twoStages` says that hgatp is not Bare. */
  constructor(random: Random, twoStages: boolean) {
    this.#random = random;
    this.#twoStages = twoStages;
  }

  /** The register's value for a stage of this mode: 0 (Bare), 8, 9 or 10. */
  stage(mode: number, kind: 'S' | 'VS' | 'G'): bigint {
    if (mode === 0) return 0n;
    const root = this.#allocate(kind === 'G' ? 4 : 1);
    let table = root;
    // The root's other entries, and those of upper levels, map nothing.
    for (let level = LEVELS[mode]!; level > 3; level--) {
      const below = this.#allocate(1);
      this.#set(table, 0, entryOf(below, V));
      table = below;
    }
    const user = kind === 'G' ? U : 0n;
    this.#set(table, RAM_BASE / 2 ** Number(GIGABYTE), entryOf(RAM_BASE, ALL | user));
    if (kind !== 'G') this.#set(table, (RAM_BASE + USER_ALIAS) / 2 ** 30, entryOf(RAM_BASE, ALL | U));
    this.#window(table, kind);
    return (BigInt(mode) << 60n) | BigInt(root / PAGE);
  }

  /** Physical address. */
  #allocate(pages: number): number {
    const first = Math.ceil(this.#next / pages) * pages;
    this.#next = first + pages;
    return TABLES + first * PAGE;
  }

  #set(table: number, index: number, entry: bigint): void {
    this.#view.setBigUint64(table - TABLES + index * 8, BigInt.asUintN(64, entry), true);
  }

  #window(table: number, kind: 'S' | 'VS' | 'G'): void {
    const level1 = this.#allocate(1);
    const level0 = this.#allocate(1);
    this.#set(table, WINDOW / 2 ** 30, entryOf(level1, V));
    this.#set(level1, 0, this.#mostly(entryOf(level0, V), 24));
    for (let page = 0; page < WINDOW_PAGES; page++) this.#set(level0, page, this.#leaf(kind));
  }

  /** The entry, or rarely one that has a bit more. */
  #mostly(entry: bigint, oneIn: number): bigint {
    if (!this.#random.chance(oneIn)) return entry;
    // Not of the address: other places have devices, or blocks. Nor N, of which #leaf decides.
    const bit = this.#random.below(19);
    return entry | (1n << BigInt(bit < 10 ? bit : bit + 44));
  }

  #leaf(kind: 'S' | 'VS' | 'G'): bigint {
    const random = this.#random;
    let flags = V | (BigInt(random.below(8)) << 1n);
    // Mostly what works: all permissions, for who will come, A and D.
    if (!random.chance(3)) flags |= R | W;
    if (kind === 'G' ? !random.chance(12) : random.chance(2)) flags |= U;
    if (!random.chance(6)) flags |= A;
    if (!random.chance(4)) flags |= D;
    if (random.chance(6)) flags |= BigInt(random.below(4)) << 61n;
    let page = DATA + random.below(DATA_PAGES) * PAGE;
    if (random.chance(10)) {
      // A page of 64 KiB, or rarely a reserved size: with A and D, since QEMU sets those before it looks at the size.
      flags |= N;
      if (random.chance(4)) return entryOf(page, flags | A | D);
      page = DATA + NAPOT_64K;
    }
    // A guest's pages lie in RAM, or in the window of the G-stage.
    const target =
      kind === 'VS' && this.#twoStages && (flags & N) === 0n && random.chance(2)
        ? WINDOW + random.below(WINDOW_PAGES) * PAGE
        : page;
    return this.#mostly(entryOf(target, flags), 20);
  }
}
