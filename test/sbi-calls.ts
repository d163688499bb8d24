/** Random and extreme SBI calls of a guest with 4 harts, such as return and have no effects on it but what sbi-model.ts knows. */
import { randomNumbers } from './random.ts';
import { ABSENT, type Call, EXTENSIONS, HARTS, MASKS, MEMORY_SIZE, MEMORY_START } from './sbi-model.ts';

const CALLS = 1500;
const ALL_ONES = (1n << 64n) - 1n;
const MEMORY_END = MEMORY_START + MEMORY_SIZE;
/** Where calls may read and write: zeros at first, apart for each kind. */
const STEAL = 0x8061_0000n;
const EVENTS = 0x8062_0000n;
const TEXT = 0x8070_0000n;
const SNAPSHOT = 0x8071_0000n;

/** hpmcounter3 to 31. */
const MOST_HARDWARE_COUNTERS = 29;

const EXTREMES = [0n, 1n, 2n, 3n, 4n, 63n, 64n, 1n << 31n, 1n << 32n, 1n << 63n, ALL_ONES - 1n, ALL_ONES];

class Generator {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  below(limit: number): number {
    return this.#next() % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  word(): bigint {
    if (this.below(3)) return this.pick(EXTREMES);
    return this.below(2) ? BigInt(this.below(64)) : (BigInt(this.#next()) << 32n) | BigInt(this.#next());
  }

  /** An address of memory for a call, or something like one; what is written there disturbs nobody. */
  address(good: bigint): bigint {
    const bad = [0n, 1n, MEMORY_START - 1n, MEMORY_START - 64n, MEMORY_END, MEMORY_END - 1n, 0x1000_0000n, ALL_ONES];
    if (this.below(4) === 0) return this.pick([...bad, good + 1n, good + 8n, good + 32n]);
    return good + 4096n * BigInt(this.below(2));
  }

  high(): bigint {
    return this.below(8) ? 0n : this.pick([1n, ALL_ONES]);
  }

  mask(): bigint {
    return this.below(4) ? BigInt(this.below(32)) : this.word();
  }

  base(): bigint {
    return this.below(3) ? this.pick([0n, 0n, 1n, 2n, 3n, ALL_ONES]) : this.word();
  }

  /** Calls that return, and whose effects on the guest are none but what the model knows. */
  call(hart: number): Call {
    const fn = this.below(10) ? undefined : this.word();
    const kind = this.pick(Object.keys(EXTENSIONS).concat('PMU', 'PMU', 'LEGACY', 'ABSENT', 'RANDOM') as Kind[]);
    const { extension, functions, a } = this.#of(kind);
    const number = fn !== undefined && fn >= BigInt(functions) ? fn : BigInt(this.below(Math.max(functions, 1)));
    const call = { hart, a: a(number), fn: number, extension };
    while (call.a.length < 6) call.a.push(this.word());
    return call;
  }

  #of(kind: Kind): { extension: bigint; functions: number; a: (fn: bigint) => bigint[] } {
    const { word } = { word: () => this.word() };
    switch (kind) {
      case 'BASE':
        return {
          extension: EXTENSIONS.BASE,
          functions: 7,
          a: () => [this.pick([...Object.values(EXTENSIONS), ...ABSENT, word()])],
        };
      case 'TIME':
        return { extension: EXTENSIONS.TIME, functions: 1, a: () => [word()] };
      case 'IPI':
        return { extension: EXTENSIONS.IPI, functions: 1, a: () => [this.mask(), this.base()] };
      case 'RFENCE':
        return {
          extension: EXTENSIONS.RFENCE,
          functions: 7,
          a: () => [this.mask(), this.base(), word(), word(), word()],
        };
      case 'HSM':
        return { extension: EXTENSIONS.HSM, functions: 4, a: (fn) => this.#hsm(fn) };
      case 'SRST':
        return { extension: EXTENSIONS.SRST, functions: 1, a: () => [3n + BigInt(this.below(0xffff_fff0)), word()] };
      case 'DBCN':
        return { extension: EXTENSIONS.DBCN, functions: 3, a: () => [this.#count(), this.address(TEXT), this.high()] };
      case 'SUSP':
        return { extension: EXTENSIONS.SUSP, functions: 1, a: () => [this.pick([0n, word()]), this.address(TEXT)] };
      case 'STA':
        return { extension: EXTENSIONS.STA, functions: 1, a: () => [...this.#shared(STEAL), this.high()] };
      case 'FWFT':
        return {
          extension: EXTENSIONS.FWFT,
          functions: 2,
          a: () => [this.#feature(), this.pick([0n, 1n, word()]), this.high()],
        };
      case 'PMU':
        return { extension: EXTENSIONS.PMU, functions: 9, a: (fn) => this.#pmu(fn) };
      case 'ABSENT':
        return { extension: this.pick(ABSENT), functions: 8, a: () => [] };
      case 'RANDOM':
        return { extension: 0x1000_0000n | BigInt(this.#next()), functions: 8, a: () => [] };
      default:
        return this.#legacy();
    }
  }

  #legacy(): { extension: bigint; functions: number; a: () => bigint[] } {
    const extension = this.pick([0n, 1n, 2n, 3n, 3n, 4n, 5n, 6n, 7n, 9n, 15n]);
    const first = extension === 1n ? 0x2en : this.pick([0n, MASKS + 8n * BigInt(this.below(32))]);
    // From 9 on there is nothing, and a1 stays.
    return { extension, functions: 1, a: () => [first, this.word(), this.word(), this.word()] };
  }

  /** Not stop, nor a suspension that would come about. */
  #hsm(fn: bigint): bigint[] {
    if (fn === 3n)
      return this.below(2) ? [1n + BigInt(this.below(0x7fff_fffe))] : [0x8000_0000n, this.pick([0n, 1n, ALL_ONES])];
    return [this.pick([0n, 1n, 2n, 3n, 4n, this.word()]), this.address(TEXT)];
  }

  #count(): bigint {
    return this.pick([0n, 1n, 16n, 1025n, MEMORY_SIZE, this.word()]);
  }

  #feature(): bigint {
    return this.pick([0n, 0n, 1n, 2n, 3n, 4n, 4n, 5n, 6n, 0x4000_0000n, this.word()]);
  }

  #shared(good: bigint): bigint[] {
    return this.below(6) ? [this.address(good), this.high()] : [ALL_ONES, ALL_ONES];
  }

  #pmu(fn: bigint): bigint[] {
    // About the first hardware counters, the border to the firmware's, and the end.
    const first = this.pick([0, MOST_HARDWARE_COUNTERS - 2, MOST_HARDWARE_COUNTERS, MOST_HARDWARE_COUNTERS + 12]);
    const set = [BigInt(first + this.below(5)), this.below(8) ? BigInt(1 + this.below(7)) : this.word()];
    const event = this.pick([0xf0000n + BigInt(this.below(24)), 0xf0005n, BigInt(this.below(4)), this.word()]);
    switch (fn) {
      case 2n:
        return [...set, this.below(6) ? BigInt(this.below(8)) : this.word(), event, this.high()];
      case 3n:
        return [...set, this.pick([0n, 1n, 2n, this.word()]), this.word()];
      case 4n:
        return [...set, this.pick([0n, 0n, 1n, 2n, 3n, this.word()])];
      case 7n:
        return [...this.#shared(SNAPSHOT), this.high()];
      case 8n:
        return [this.address(EVENTS), this.high(), this.pick([0n, 1n, 3n, 1025n, ALL_ONES]), this.high()];
      default:
        return [this.pick([...set, this.word()])];
    }
  }
}

type Kind = keyof typeof EXTENSIONS | 'LEGACY' | 'ABSENT' | 'RANDOM';

/** A hart makes some calls before another's turn comes. */
export function randomCalls(seed: number): Call[] {
  const generator = new Generator(seed);
  const calls: Call[] = [];
  // What the model does not know of the host: whether it updates A and D bits, and how many counters it has.
  calls.push({ hart: 0, a: [4n, 0n, 0n, 0n, 0n, 0n], fn: 1n, extension: EXTENSIONS.FWFT });
  calls.push({ hart: 0, a: [0n, 0n, 0n, 0n, 0n, 0n], fn: 0n, extension: EXTENSIONS.PMU });
  while (calls.length < CALLS) {
    const hart = generator.below(HARTS);
    for (let left = 1 + generator.below(12); left > 0; left--) calls.push(generator.call(hart));
  }
  // hart_stop is the one function of those asked for that does not return.
  return calls.filter(({ extension, fn }) => extension !== EXTENSIONS.HSM || fn !== 1n);
}
