/**
 * What SBI 3.0 says that calls of a guest with 4 harts come to, all of which are started: the model that test/sbi.test.ts holds
 * the hypervisor to. Errors are negative numbers; `value` is undefined where the specification leaves it open.
 */

import { sbiErrors, sbiExtensionId } from '../isa/sbi.ts';

export const HARTS = 4;
export const MEMORY_START = 0x8000_0000n;
export const MEMORY_SIZE = 8n << 20n;

const ALL_ONES = (1n << 64n) - 1n;
const NOT_SUPPORTED = BigInt(sbiErrors.ERR_NOT_SUPPORTED);
const INVALID_PARAM = BigInt(sbiErrors.ERR_INVALID_PARAM);
const DENIED = BigInt(sbiErrors.ERR_DENIED);
const INVALID_ADDRESS = BigInt(sbiErrors.ERR_INVALID_ADDRESS);
const ALREADY_AVAILABLE = BigInt(sbiErrors.ERR_ALREADY_AVAILABLE);
const ALREADY_STARTED = BigInt(sbiErrors.ERR_ALREADY_STARTED);
const ALREADY_STOPPED = BigInt(sbiErrors.ERR_ALREADY_STOPPED);
const NO_SHMEM = BigInt(sbiErrors.ERR_NO_SHMEM);
const FAILED = BigInt(sbiErrors.ERR_FAILED);
const DENIED_LOCKED = BigInt(sbiErrors.ERR_DENIED_LOCKED);

export interface Call {
  readonly hart: number;
  /** a0 to a5. */
  readonly a: readonly bigint[];
  readonly fn: bigint;
  readonly extension: bigint;
}

export interface Answer {
  readonly error: bigint;
  readonly value?: bigint | undefined;
}

/** By its name. */
const idOf = (name: string) => BigInt(sbiExtensionId(name));
/** Those that guests have, and others that they have not. */
export const EXTENSIONS = {
  BASE: idOf('BASE'),
  TIME: idOf('TIME'),
  IPI: idOf('IPI'),
  RFENCE: idOf('RFENCE'),
  HSM: idOf('HSM'),
  SRST: idOf('SRST'),
  DBCN: idOf('DBCN'),
  SUSP: idOf('SUSP'),
  PMU: idOf('PMU'),
  STA: idOf('STA'),
  FWFT: idOf('FWFT'),
};
export const ABSENT = ['CPPC', 'NACL', 'SSE', 'DBTR', 'MPXY'].map(idOf);
const LAST_LEGACY = 8n;
const FIRMWARE_COUNTERS = 16;
const FIRST_HPMCOUNTER = 0xc03n;
const WIDTH_64 = 63n << 12n;
/** "PMU Hardware Events" that the machine's counters count, each by any: cycles and instructions. */
const HARDWARE_EVENTS = [1n, 2n];

interface Counter {
  readonly isHardware: boolean;
  event?: bigint | undefined;
  started: boolean;
  /** Undefined where it has been counted by hardware. */
  value: bigint | undefined;
}

class HartModel {
  readonly counters: Counter[];
  snapshot: bigint | undefined;
  readonly locked = new Set<bigint>();
  readonly features = new Map([
    [0n, 1n],
    [4n, 0n],
  ]);
  isIpiPending = false;

  constructor(hardwareCounters: number) {
    this.counters = Array.from({ length: hardwareCounters + FIRMWARE_COUNTERS }, (_, index) => ({
      isHardware: index < hardwareCounters,
      started: false,
      value: 0n,
    }));
  }

  happens(code: number): void {
    for (const counter of this.counters) {
      const counts = counter.started && counter.event === firmwareEvent(code);
      if (counts && counter.value !== undefined) counter.value++;
    }
  }
}

const bits = (mask: bigint): number[] =>
  Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n);
const u32 = (value: bigint): bigint => value & 0xffff_ffffn;
const ok = (value: bigint | undefined = undefined): Answer => ({ error: 0n, value });
const no = (error: bigint): Answer => ({ error });

const isMemory = (address: bigint, size: bigint): boolean =>
  address >= MEMORY_START && address + size <= MEMORY_START + MEMORY_SIZE;
const canStart = (address: bigint): boolean => (address & 1n) === 0n && isMemory(address, 2n);

export class SbiModel {
  readonly #harts: readonly HartModel[];
  /** Snapshots by address, of counters by their bit. */
  readonly #snapshots = new Map<bigint, Map<number, bigint | undefined>>();
  readonly #hasAdUpdating: boolean;

  /**
   * What the specification leaves to the platform.
   * @param hasAdUpdating whether the host can update A and D bits for guests
   * @param counters how many counters there are; those that are not the firmware's are the machine's, hpmcounter3 and up
   */
  constructor(hasAdUpdating: boolean, counters: number) {
    this.#hasAdUpdating = hasAdUpdating;
    this.#harts = Array.from({ length: HARTS }, () => new HartModel(counters - FIRMWARE_COUNTERS));
  }

  answer(call: Call): Answer {
    const { extension, fn, a } = call;
    const hart = this.#harts[call.hart]!;
    const [a0, a1, a2] = a as [bigint, bigint, bigint];
    switch (extension) {
      case EXTENSIONS.BASE:
        return base(fn, a0);
      case EXTENSIONS.TIME:
        if (fn !== 0n) return no(NOT_SUPPORTED);
        hart.happens(5);
        return ok(0n);
      case EXTENSIONS.IPI: {
        const harts = fn === 0n ? listed(a0, a1) : NOT_SUPPORTED;
        return typeof harts === 'bigint' ? no(harts) : this.#interrupt(hart, harts);
      }
      case EXTENSIONS.RFENCE:
        return this.#fence(hart, call);
      case EXTENSIONS.HSM:
        return hsm(fn, a0, a1);
      case EXTENSIONS.SRST:
        // The model is not asked for what does not return.
        return no(fn === 0n ? INVALID_PARAM : NOT_SUPPORTED);
      case EXTENSIONS.SUSP:
        if (fn !== 0n) return no(NOT_SUPPORTED);
        if (u32(a0) !== 0n) return no(INVALID_PARAM);
        return no(canStart(a1) ? DENIED : INVALID_ADDRESS);
      case EXTENSIONS.DBCN:
        return console(fn, a0, a1, a2);
      case EXTENSIONS.STA:
        if (fn !== 0n) return no(NOT_SUPPORTED);
        if (a2 !== 0n) return no(INVALID_PARAM);
        return a0 === ALL_ONES && a1 === ALL_ONES ? ok(0n) : shared(a0, a1, 64n, 64n);
      case EXTENSIONS.FWFT:
        return this.#feature(hart, fn, u32(a0), a1, a2);
      case EXTENSIONS.PMU:
        return this.#pmu(hart, fn, a);
      default:
        return extension <= LAST_LEGACY ? this.#legacy(call.hart, extension, a) : no(NOT_SUPPORTED);
    }
  }

  #interrupt(hart: HartModel, harts: readonly number[]): Answer {
    for (const id of harts) {
      hart.happens(6);
      this.#harts[id]!.happens(7);
      this.#harts[id]!.isIpiPending = true;
    }
    return ok(0n);
  }

  #fence(hart: HartModel, { fn, a }: Call): Answer {
    const [mask, base, start, size] = a as [bigint, bigint, bigint, bigint];
    if (fn > 2n) return no(NOT_SUPPORTED);
    const harts = listed(mask, base);
    if (typeof harts === 'bigint') return no(harts);
    if (fn !== 0n && size !== 0n && size !== ALL_ONES && start + size > ALL_ONES + 1n) return no(INVALID_ADDRESS);
    this.#countFences(hart, harts, Number(fn));
    return ok(0n);
  }

  #countFences(hart: HartModel, harts: readonly number[], kind: number): void {
    for (const id of harts) {
      hart.happens(8 + 2 * kind);
      this.#harts[id]!.happens(9 + 2 * kind);
    }
  }

  /** In a1 is what was there before. */
  #legacy(id: number, extension: bigint, a: readonly bigint[]): Answer {
    const hart = this.#harts[id]!;
    const [a0, a1] = a as [bigint, bigint];
    const answer = (error: bigint): Answer => ({ error, value: a1 });
    if (extension === 0n) hart.happens(5);
    if (extension < 2n) return answer(0n);
    if (extension === 2n) return answer(-1n);
    if (extension === 3n) {
      const wasPending = hart.isIpiPending;
      hart.isIpiPending = false;
      return answer(wasPending ? 1n : 0n);
    }
    // The masks lie where the guest has put them.
    const harts = a0 === 0n ? listed(0n, ALL_ONES) : listed((a0 - MASKS) / 8n, 0n);
    if (typeof harts === 'bigint') return answer(harts);
    if (extension === 4n) this.#interrupt(hart, harts);
    else this.#countFences(hart, harts, Number(extension) - 5);
    return answer(0n);
  }

  #feature(hart: HartModel, fn: bigint, feature: bigint, value: bigint, flags: bigint): Answer {
    if (fn > 1n) return no(NOT_SUPPORTED);
    if (feature > 5n) return no(DENIED);
    if (feature !== 0n && !(feature === 4n && this.#hasAdUpdating)) return no(NOT_SUPPORTED);
    if (fn === 1n) return ok(hart.features.get(feature));
    if (value > 1n || flags > 1n) return no(INVALID_PARAM);
    if (hart.locked.has(feature)) return no(DENIED_LOCKED);
    if (feature === 0n && value === 0n) return no(DENIED);
    hart.features.set(feature, value);
    if (flags === 1n) hart.locked.add(feature);
    return ok(0n);
  }

  #pmu(hart: HartModel, fn: bigint, a: readonly bigint[]): Answer {
    const [a0, a1, a2, a3, a4] = a as [bigint, bigint, bigint, bigint, bigint];
    const counter = a0 < hart.counters.length ? hart.counters[Number(a0)] : undefined;
    const isOfFirmware = counter !== undefined && !counter.isHardware;
    switch (fn) {
      case 0n:
        return ok(BigInt(hart.counters.length));
      case 1n:
        if (counter === undefined) return no(INVALID_PARAM);
        return ok(counter.isHardware ? (FIRST_HPMCOUNTER + a0) | WIDTH_64 : 1n << 63n);
      case 2n:
        return configure(hart, a0, a1, a2, a3, a4);
      case 3n:
        return this.#start(hart, a0, a1, a2, a3);
      case 4n:
        return this.#stop(hart, a0, a1, a2);
      case 5n:
        return isOfFirmware ? ok(counter.value) : no(INVALID_PARAM);
      case 6n:
        return isOfFirmware ? ok(0n) : no(INVALID_PARAM);
      case 7n: {
        if (a2 !== 0n) return no(INVALID_PARAM);
        const none = a0 === ALL_ONES && a1 === ALL_ONES;
        const answer = none ? ok(0n) : shared(a0, a1, 4096n, 4096n);
        if (answer.error === 0n) hart.snapshot = none ? undefined : a0;
        return answer;
      }
      case 8n: {
        if (a3 !== 0n) return no(INVALID_PARAM);
        if (a2 > MEMORY_SIZE / 16n) return no(INVALID_ADDRESS);
        const answer = shared(a0, a1, a2 * 16n, 16n);
        return answer.error === 0n && a2 > 256n ? no(FAILED) : answer;
      }
      default:
        return no(NOT_SUPPORTED);
    }
  }

  #start(hart: HartModel, first: bigint, mask: bigint, flags: bigint, value: bigint): Answer {
    const set = counters(hart, first, mask);
    if (set === undefined || flags > 2n || set.some(({ counter }) => counter.event === undefined)) {
      return no(INVALID_PARAM);
    }
    if (flags === 2n && hart.snapshot === undefined) return no(NO_SHMEM);
    if (set.some(({ counter }) => counter.started)) return no(ALREADY_STARTED);
    for (const { counter, bit } of set) {
      if (flags === 1n) counter.value = value;
      if (flags === 2n) {
        const snapshot = this.#snapshots.get(hart.snapshot!);
        counter.value = snapshot?.has(bit) ? snapshot.get(bit) : 0n;
      }
      begin(counter);
    }
    return ok(0n);
  }

  #stop(hart: HartModel, first: bigint, mask: bigint, flags: bigint): Answer {
    const set = counters(hart, first, mask);
    if (set === undefined || flags > 3n) return no(INVALID_PARAM);
    if (flags & 2n && hart.snapshot === undefined) return no(NO_SHMEM);
    const error = set.some(({ counter }) => !counter.started) ? ALREADY_STOPPED : 0n;
    for (const { counter, bit } of set) {
      counter.started = false;
      if (flags & 2n) {
        const snapshot = this.#snapshots.get(hart.snapshot!) ?? new Map<number, bigint | undefined>();
        this.#snapshots.set(hart.snapshot!, snapshot.set(bit, counter.value));
      }
      if (flags & 1n) counter.event = undefined;
    }
    return error === 0n ? ok(0n) : no(error);
  }
}

/** Where the guest has put masks: n at this plus 8 * n. */
export const MASKS = 0x8060_0000n;

/** The harts of a list, or an error. */
function listed(mask: bigint, base: bigint): number[] | bigint {
  if (base === ALL_ONES) return [0, 1, 2, 3];
  if (base >= HARTS) return INVALID_PARAM;
  const harts = bits(mask).map((bit) => bit + Number(base));
  return harts.every((hart) => hart < HARTS) ? harts : INVALID_PARAM;
}

function base(fn: bigint, extension: bigint): Answer {
  if (fn > 6n) return no(NOT_SUPPORTED);
  if (fn === 0n) return ok(0x0300_0000n);
  // Who the implementation and the hart are is theirs to say.
  if (fn !== 3n) return ok();
  const isThere = extension <= LAST_LEGACY || Object.values<bigint>(EXTENSIONS).includes(extension);
  return isThere ? ok(1n) : ok(0n);
}

function hsm(fn: bigint, a0: bigint, a1: bigint): Answer {
  if (fn === 0n) {
    if (a0 >= HARTS) return no(INVALID_PARAM);
    return no(canStart(a1) ? ALREADY_AVAILABLE : INVALID_ADDRESS);
  }
  if (fn === 2n) return a0 < HARTS ? ok(0n) : no(INVALID_PARAM);
  if (fn !== 3n) return no(NOT_SUPPORTED);
  return no(u32(a0) === 0x8000_0000n ? INVALID_ADDRESS : INVALID_PARAM);
}

/** Nothing is ever typed. */
function console(fn: bigint, a0: bigint, a1: bigint, a2: bigint): Answer {
  if (fn > 2n) return no(NOT_SUPPORTED);
  if (fn === 2n) return ok(0n);
  if (a2 !== 0n || !isMemory(a1, a0)) return no(INVALID_PARAM);
  // A call may write less than it was asked to, but something.
  return ok(fn === 1n ? 0n : a0 < 1024n ? a0 : 1024n);
}

function shared(low: bigint, high: bigint, size: bigint, alignment: bigint): Answer {
  if (low % alignment !== 0n) return no(INVALID_PARAM);
  return high === 0n && isMemory(low, size) ? ok(0n) : no(INVALID_ADDRESS);
}

/** The counters of a set, or undefined when one of them is not there. */
function counters(hart: HartModel, first: bigint, mask: bigint): { counter: Counter; bit: number }[] | undefined {
  const set = bits(mask).map((bit) => ({ counter: hart.counters[Number(first) + bit], bit }));
  if (first >= hart.counters.length || set.length === 0 || set.some(({ counter }) => counter === undefined))
    return undefined;
  return set as { counter: Counter; bit: number }[];
}

function configure(hart: HartModel, first: bigint, mask: bigint, flags: bigint, event: bigint, data: bigint): Answer {
  const set = counters(hart, first, mask);
  if (set === undefined || flags > 0xffn) return no(INVALID_PARAM);
  let chosen = set[0]!;
  if (flags & 1n) {
    if (chosen.counter.event === undefined) return no(INVALID_PARAM);
  } else {
    const free = set.find(({ counter }) => !counter.started && canCount(counter, event, data));
    if (free === undefined) return no(NOT_SUPPORTED);
    chosen = free;
    chosen.counter.event = event;
  }
  if (flags & 2n && !(chosen.counter.isHardware && chosen.counter.started)) chosen.counter.value = 0n;
  if (flags & 4n) begin(chosen.counter);
  return ok(first + BigInt(chosen.bit));
}

const firmwareEvent = (code: number): bigint => 0xf_0000n + BigInt(code);

function canCount(counter: Counter, event: bigint, data: bigint): boolean {
  if (data !== 0n) return false;
  if (counter.isHardware) return HARDWARE_EVENTS.includes(event);
  return event >= firmwareEvent(0) && event <= firmwareEvent(21);
}

function begin(counter: Counter): void {
  counter.started = true;
  if (counter.isHardware) counter.value = undefined;
}
