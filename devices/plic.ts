/**
 * Platform-level interrupt controller (RISC-V PLIC Specification 1.0.0). Its gateways are for level-triggered sources, and for
 * those that announce events.
 *
 * 0x000000  priority of source n at 4 * n
 * 0x001000  pending bits, 32 sources a word
 * 0x002000  enable bits, 0x80 bytes a context
 * 0x200000  threshold of a context, 0x1000 bytes a context; claim/complete follows it
 *
 * All registers are 32 bits wide; what is not listed reads zero and ignores writes.
 */

import type { AccessSize, Device } from './device.ts';
import type { State, StateReader } from './state.ts';

const PENDING_BASE = 0x00_1000;
const ENABLE_BASE = 0x00_2000;
const ENABLE_STRIDE = 0x80;
const CONTEXT_BASE = 0x20_0000;
const CONTEXT_STRIDE = 0x1000;
const THRESHOLD = 0;
const CLAIM_COMPLETE = 4;

/** Highest priority; the field is WARL, three bits wide as on QEMU's `virt`. */
const PRIORITY_MASK = 7;

export interface PlicOptions {
  /** Highest interrupt source, 1..1023 (`riscv,ndev`). */
  readonly sources: number;
  /** Number of contexts (hart and privilege), 1..15872. */
  readonly contexts: number;
  /**
   * Sources whose gateway takes each call of `setSource` with a high level for an event, and asks once for it. The others are
   * level-triggered: they ask again on completion while the wire is high.
   */
  readonly events?: readonly number[];
  /** The wire to a context's external interrupt: called when its level changes. */
  readonly notify: (context: number, level: boolean) => void;
}

interface Context {
  readonly enabled: Uint32Array;
  threshold: number;
  level: boolean;
}

export class Plic implements Device {
  readonly #sources: number;
  readonly #notify: (context: number, level: boolean) => void;
  readonly #events: ReadonlySet<number>;
  readonly #priority: Uint32Array;
  readonly #pending: Uint32Array;
  /** Wires of the sources; of an event only until it is claimed. They belong to the devices, so reset leaves them alone. */
  readonly #wires: Uint32Array;
  /** Claimed and not completed: the gateway lets no further request through (section "Interrupt Gateways"). */
  readonly #inService: Uint32Array;
  readonly #contexts: Context[];

  /** @throws RangeError for numbers of sources or contexts that the specification has no registers for. */
  constructor({ sources, contexts, events = [], notify }: PlicOptions) {
    if (!(sources >= 1 && sources <= 1023)) throw new RangeError(`PLIC: ${sources} sources; use 1 to 1023`);
    if (!(contexts >= 1 && contexts <= 15872)) throw new RangeError(`PLIC: ${contexts} contexts; use 1 to 15872`);
    const words = (sources + 32) >>> 5;
    this.#sources = sources;
    this.#notify = notify;
    this.#events = new Set(events);
    this.#priority = new Uint32Array(sources + 1);
    this.#pending = new Uint32Array(words);
    this.#wires = new Uint32Array(words);
    this.#inService = new Uint32Array(words);
    this.#contexts = Array.from({ length: contexts }, () => ({
      enabled: new Uint32Array(words),
      threshold: 0,
      level: false,
    }));
  }

  /**
   * Drives the wire of a source. A request that has passed the gateway stays pending when the wire falls.
   * @throws RangeError for a source that does not exist.
   */
  setSource(source: number, level: boolean): void {
    if (!(source >= 1 && source <= this.#sources)) {
      throw new RangeError(`PLIC: no interrupt source ${source}; there are 1 to ${this.#sources}`);
    }
    if (hasBit(this.#wires, source) === level) return;
    setBit(this.#wires, source, level);
    this.#gateway(source);
    this.#update();
  }

  read(offset: number, _size: AccessSize): number {
    if (offset < PENDING_BASE) return this.#priority[offset >>> 2] ?? 0;
    if (offset < ENABLE_BASE) return this.#pending[(offset - PENDING_BASE) >>> 2] ?? 0;
    if (offset < CONTEXT_BASE) {
      const { context, word } = this.#enableRegister(offset);
      return context?.enabled[word] ?? 0;
    }
    const { context, register } = this.#contextRegister(offset);
    if (context === undefined) return 0;
    if (register === THRESHOLD) return context.threshold;
    return register === CLAIM_COMPLETE ? this.#claim(context) : 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset < PENDING_BASE) this.#writePriority(offset >>> 2, value);
    else if (offset >= CONTEXT_BASE) this.#writeContext(offset, value);
    else if (offset >= ENABLE_BASE) this.#writeEnable(offset, value);
  }

  reset(): void {
    this.#priority.fill(0);
    this.#pending.fill(0);
    this.#inService.fill(0);
    for (const context of this.#contexts) {
      context.enabled.fill(0);
      context.threshold = 0;
    }
    for (let source = 1; source <= this.#sources; source++) this.#gateway(source);
    this.#update();
  }

  save(): State {
    return {
      priority: [...this.#priority],
      pending: [...this.#pending],
      wires: [...this.#wires],
      inService: [...this.#inService],
      contexts: this.#contexts.map(({ enabled, threshold, level }) => ({ enabled: [...enabled], threshold, level })),
    };
  }

  load(state: StateReader): void {
    const words = this.#pending.length;
    this.#priority.set(state.numbers('priority', PRIORITY_MASK, this.#sources + 1));
    this.#pending.set(state.numbers('pending', 0xffff_ffff, words));
    this.#wires.set(state.numbers('wires', 0xffff_ffff, words));
    this.#inService.set(state.numbers('inService', 0xffff_ffff, words));
    for (const [index, context] of state.list('contexts', this.#contexts.length).entries()) {
      const own = this.#contexts[index]!;
      own.enabled.set(context.numbers('enabled', 0xffff_ffff, words));
      own.threshold = context.number('threshold', PRIORITY_MASK);
      own.level = context.boolean('level');
    }
  }

  #enableRegister(offset: number): { context: Context | undefined; word: number } {
    const from = offset - ENABLE_BASE;
    return { context: this.#contexts[Math.floor(from / ENABLE_STRIDE)], word: (from % ENABLE_STRIDE) >>> 2 };
  }

  #contextRegister(offset: number): { context: Context | undefined; register: number } {
    const from = offset - CONTEXT_BASE;
    return { context: this.#contexts[Math.floor(from / CONTEXT_STRIDE)], register: from % CONTEXT_STRIDE };
  }

  #writePriority(source: number, value: number): void {
    if (source === 0 || source > this.#sources) return;
    this.#priority[source] = value & PRIORITY_MASK;
    this.#update();
  }

  /** Source 0 does not exist, nor do those above the last: their bits are hardwired to zero (section "Interrupt Enables"). */
  #writeEnable(offset: number, value: number): void {
    const { context, word } = this.#enableRegister(offset);
    if (context === undefined || word >= context.enabled.length) return;
    context.enabled[word] = value & this.#existing(word);
    this.#update();
  }

  #existing(word: number): number {
    const last = this.#sources - word * 32;
    const upTo = last >= 31 ? 0xffff_ffff : 2 ** (last + 1) - 1;
    return word === 0 ? upTo & ~1 : upTo;
  }

  #writeContext(offset: number, value: number): void {
    const { context, register } = this.#contextRegister(offset);
    if (context === undefined) return;
    if (register === THRESHOLD) context.threshold = value & PRIORITY_MASK;
    else if (register === CLAIM_COMPLETE) this.#complete(context, value);
    this.#update();
  }

  /** The best request, or 0. The threshold does not matter here (section "Interrupt Claim Process"). */
  #claim(context: Context): number {
    const source = this.#best(context, 0);
    if (source !== 0) {
      setBit(this.#pending, source, false);
      setBit(this.#inService, source, true);
      if (this.#events.has(source)) setBit(this.#wires, source, false);
      this.#update();
    }
    return source;
  }

  /** Ignored for a source that this context has not enabled (section "Interrupt Completion"). */
  #complete(context: Context, source: number): void {
    if (source === 0 || source > this.#sources || !hasBit(context.enabled, source)) return;
    setBit(this.#inService, source, false);
    this.#gateway(source);
  }

  /** Forwards a high wire as one request, unless an earlier one is still being served. */
  #gateway(source: number): void {
    if (hasBit(this.#wires, source) && !hasBit(this.#inService, source)) setBit(this.#pending, source, true);
  }

  /** The pending and enabled source of the highest priority above `threshold`, the lowest number of equals; 0 for none. */
  #best(context: Context, threshold: number): number {
    let best = 0;
    let bestPriority = threshold;
    for (let word = 0; word < this.#pending.length; word++) {
      let requests = this.#pending[word]! & context.enabled[word]!;
      while (requests !== 0) {
        const bit = 31 - Math.clz32(requests & -requests);
        const source = word * 32 + bit;
        const priority = this.#priority[source]!;
        if (priority > bestPriority) {
          best = source;
          bestPriority = priority;
        }
        requests &= requests - 1;
      }
    }
    return best;
  }

  #update(): void {
    for (const [index, context] of this.#contexts.entries()) {
      const level = this.#best(context, context.threshold) !== 0;
      if (level === context.level) continue;
      context.level = level;
      this.#notify(index, level);
    }
  }
}

function hasBit(words: Uint32Array, bit: number): boolean {
  return (words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
}

function setBit(words: Uint32Array, bit: number, value: boolean): void {
  if (value) words[bit >>> 5]! |= 1 << (bit & 31);
  else words[bit >>> 5]! &= ~(1 << (bit & 31));
}
