/** A stand-in for the core in unit tests: harts that only count, wait, and do what the test says at a certain place. */

import * as layout from '../core/layout.ts';
import { Core, type CoreExports } from '../core-instance.ts';

/** What a hart does next. */
export type Action =
  /** Execute so many instructions. */
  | number
  /** Wait for a line of setInterrupt, or for mtime to reach mtimecmp. */
  | 'wfi'
  /** Stop there. */
  | 'breakpoint'
  /** Call this within an instruction, as for an MMIO access. */
  | (() => void);

export interface MockTurn {
  readonly hart: number;
  /** MACHINE_CLOCK at its start. */
  readonly clock: number;
  readonly executed: number;
}

/** Executes `programs`, one list of actions for each hart; a hart at the end of its list goes on counting. */
export class MockCore {
  readonly core: Core;
  /** The calls of runHart that executed something. */
  readonly turns: MockTurn[] = [];
  /** Pages that invalidateCode was called for, as `first+pages`. */
  readonly invalidated: string[] = [];
  readonly #programs: Action[][];
  #executed = 0;

  constructor(programs: readonly (readonly Action[])[], memory = 2 ** 20) {
    this.#programs = programs.map((actions) => [...actions]);
    const pages = layout.FIXED_WASM_PAGES + memory / 2 ** 16;
    const linear = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.core = new Core(this.#exports(), linear, { harts: programs.length, memory });
    for (let hart = 0; hart < programs.length; hart++) this.#field(hart, layout.HART_MTIMECMP, 0xffff_ffff_ffff_ffffn);
  }

  #field(hart: number, field: number, value: bigint): void {
    this.core.setU64(this.core.hart(hart, field), value);
  }

  #mtime(executed: number): number {
    const perTick = this.core.u32(layout.MACHINE_INSTRUCTIONS_PER_TICK);
    const ticks = perTick === 0 ? this.#real() : Math.floor((this.#clock() + executed) / perTick);
    return ticks + Number(this.core.u64(layout.MACHINE_MTIME_OFFSET));
  }

  #real = () => Number(this.core.u64(layout.MACHINE_REAL_TICKS));
  #clock = () => Number(this.core.u64(layout.MACHINE_CLOCK));

  #mtimecmp(hart: number): number {
    return Number(this.core.u64(this.core.hart(hart, layout.HART_MTIMECMP)));
  }

  #runHart(hart: number, instructions: number): number {
    const clock = this.#clock();
    this.#executed = 0;
    const reason = this.#execute(hart, instructions);
    if (this.#executed > 0) this.turns.push({ hart, clock, executed: this.#executed });
    return reason;
  }

  #execute(hart: number, instructions: number): number {
    const program = this.#programs[hart]!;
    while (this.#executed < instructions) {
      if (this.core.u32(layout.MACHINE_STOP) !== 0) return layout.EXIT_STOP;
      const action = program.shift() ?? Number.POSITIVE_INFINITY;
      if (action === 'breakpoint') return layout.EXIT_BREAKPOINT;
      if (action === 'wfi') {
        const lines = this.core.u32(this.core.hart(hart, layout.HART_LINES));
        const waiting = lines === 0 && this.#mtime(0) < this.#mtimecmp(hart);
        this.core.setU32(this.core.hart(hart, layout.HART_WAITING), waiting ? 1 : 0);
        if (!waiting) continue;
        program.unshift('wfi');
        return layout.EXIT_WAITING;
      }
      if (typeof action === 'number') {
        const now = Math.min(action, instructions - this.#executed);
        this.#executed += now;
        if (action > now) program.unshift(action - now);
      } else {
        this.#executed++;
        action();
      }
    }
    return this.core.u32(layout.MACHINE_STOP) === 0 ? layout.EXIT_BUDGET : layout.EXIT_STOP;
  }

  /** Only a timer that has not fired yet counts. */
  #nextTimer(hart: number): bigint {
    const [perTick, mtimecmp] = [this.core.u32(layout.MACHINE_INSTRUCTIONS_PER_TICK), this.#mtimecmp(hart)];
    if (mtimecmp <= this.#mtime(0) || mtimecmp > 2 ** 48) return 0xffff_ffff_ffff_ffffn;
    const offset = Number(this.core.u64(layout.MACHINE_MTIME_OFFSET));
    return BigInt(perTick === 0 ? mtimecmp : (mtimecmp - offset) * perTick);
  }

  #exports(): CoreExports {
    return {
      resetHart: () => {},
      hartLoaded: () => {},
      runHart: (hart, instructions) => this.#runHart(hart, instructions),
      executed: () => this.#executed,
      setInterrupt: (hart, bit, level) => {
        const address = this.core.hart(hart, layout.HART_LINES);
        const others = this.core.u32(address) & ~(1 << bit);
        this.core.setU32(address, others | (level << bit));
      },
      flushTlb: () => {},
      invalidateCode: (first, pages) => {
        this.invalidated.push(`0x${first.toString(16)}+${pages}`);
      },
      translate: () => 0,
      readCsr: () => 0,
      writeCsr: () => 0,
      readTime: () => {
        this.core.scratch = BigInt(this.#mtime(this.#executed));
      },
      nextTimer: (hart) => {
        this.core.scratch = this.#nextTimer(hart);
      },
      breakpointsChanged: () => {},
      watchpointsChanged: () => {},
    };
  }
}
