/** The breakpoints and watchpoints of a PC. They are in memory and registers only while the guest runs. */
import type { DebugExit } from '../../exits.ts';
import type { GuestMemory } from '../../memory.ts';
import type { Stepping } from '../../stepping.ts';
import type { Hit } from '../../stop-reason.ts';
import type { X86Vcpu } from '../vcpu.ts';
import { type GuestDebug, type HardwareBreakpoint, readDebugExit } from './guest-debug.ts';
import { planStops, type StopPoint } from './plan.ts';
import type { DebugSupport } from './support.ts';

/** Of points at a time. */
const MOST = 256;
const INT3 = 0xcc;

/** What of a vCPU matters here. */
export type DebuggedVcpu = Pick<X86Vcpu, 'instructionAddress' | 'isRunnable' | 'setGuestDebug' | 'translate'>;

export interface BreakpointsOptions {
  readonly vcpus: readonly DebuggedVcpu[];
  readonly memory: GuestMemory;
  readonly stepping: Stepping;
}

interface Planted {
  /** Guest-physical. */
  readonly address: number;
  readonly original: number;
}

export class Breakpoints {
  readonly #options: BreakpointsOptions;
  readonly #support: DebugSupport;
  #points: readonly StopPoint[];
  #planted: readonly Planted[] = [];
  /** Linear addresses at which a stop is one of ours, while armed. */
  #executeAt: ReadonlySet<bigint> = new Set();
  #registers: readonly HardwareBreakpoint[] = [];
  #debug: GuestDebug = {};

  /** @param points there already: where nothing is mapped yet, they wait until it is when the guest goes on */
  constructor(options: BreakpointsOptions, support: DebugSupport, points: readonly StopPoint[] = []) {
    this.#options = options;
    this.#support = support;
    this.#points = points;
  }

  get points(): readonly StopPoint[] {
    return this.#points;
  }

  /** @returns whether it can be had; one that is there already is. */
  insert(point: StopPoint): boolean {
    const points = this.#points.some((each) => same(each, point)) ? this.#points : [...this.#points, point];
    if (points.length > MOST || this.#plan(points).refused.length > 0) return false;
    this.#points = points;
    return true;
  }

  /** @returns whether it was there. */
  remove(point: StopPoint): boolean {
    const others = this.#points.filter((each) => !same(each, point));
    const found = others.length < this.#points.length;
    this.#points = others;
    return found;
  }

  clear(): void {
    this.#points = [];
  }

  /** Whether the instruction that is next has a breakpoint. */
  isAt(vcpu: DebuggedVcpu): boolean {
    const address = vcpu.instructionAddress;
    return this.#points.some((each) => isForCode(each) && each.address === address);
  }

  /** Before the vCPUs run. One that steps does it without breakpoints. */
  arm(step?: number): void {
    const { vcpus, stepping } = this.#options;
    if (step !== undefined) {
      const blockInterrupts = this.#support.blockInterrupts && vcpus[step]!.isRunnable;
      this.#debug = { singleStep: true, blockInterrupts };
      stepping.start();
      vcpus[step]!.setGuestDebug(this.#debug);
      return;
    }
    const { planted, registers, steppedTo } = this.#plan(this.#points);
    this.#planted = [...new Set(planted.flatMap((address) => this.#physical(address)))].map((address) =>
      this.#plant(address),
    );
    this.#executeAt = new Set(this.#points.filter(isForCode).map(({ address }) => address));
    this.#registers = registers;
    if (steppedTo.length > 0) stepping.start(steppedTo);
    this.#debug = {
      softwareBreakpoints: planted.length > 0,
      hardware: registers,
      singleStep: steppedTo.length > 0,
    };
    for (const vcpu of vcpus) vcpu.setGuestDebug(this.#debug);
  }

  /** When all vCPUs have stopped. */
  disarm(): void {
    const { memory, stepping, vcpus } = this.#options;
    for (const { address, original } of this.#planted) {
      // Else the guest has put something else there.
      if (memory.read(address, 1)[0] === INT3) memory.write(address, Uint8Array.of(original));
    }
    this.#planted = [];
    this.#executeAt = new Set();
    this.#registers = [];
    stepping.end();
    for (const vcpu of vcpus) vcpu.setGuestDebug({});
  }

  /**
   * What it means that a vCPU has exited, for no reason behind an access; undefined for going on. An exception that is the guest's
   * own it now gets.
   */
  hit(vcpu: DebuggedVcpu, exit: DebugExit | undefined): Hit | undefined {
    if (exit === undefined) return this.#hitBehindAccess(vcpu);
    const { pc, int3, step, registers } = readDebugExit(exit);
    const matched = registers.map((index) => this.#registers[index]).find((each) => each !== undefined);
    if (matched !== undefined && matched.kind !== 'execute') {
      return { kind: 'watchpoint', access: matched.kind, address: matched.address };
    }
    if (this.#executeAt.has(pc) && (int3 || matched !== undefined || step)) return { kind: 'breakpoint' };
    if (step && this.#debug.singleStep) return { kind: 'step' };
    vcpu.setGuestDebug({ ...this.#debug, inject: int3 ? 'BP' : 'DB' });
    return undefined;
  }

  #hitBehindAccess(vcpu: DebuggedVcpu): Hit | undefined {
    if (this.#executeAt.has(vcpu.instructionAddress)) return { kind: 'breakpoint' };
    const toEachStep = this.#debug.singleStep && this.#executeAt.size === 0;
    return toEachStep ? { kind: 'step' } : undefined;
  }

  #plan(points: readonly StopPoint[]) {
    return planStops(points, this.#support, (address) => this.#physical(address).length > 0);
  }

  /** Where the vCPUs' page tables lead, which may be to different places. */
  #physical(address: bigint): number[] {
    const found = this.#options.vcpus.map((vcpu) => vcpu.translate(address));
    return [...new Set(found)].filter(
      (each) => each !== undefined && this.#options.memory.contains(each, 1),
    ) as number[];
  }

  #plant(address: number): Planted {
    const { memory } = this.#options;
    const original = memory.read(address, 1)[0]!;
    memory.write(address, Uint8Array.of(INT3));
    return { address, original };
  }
}

function isForCode({ kind }: StopPoint): boolean {
  return kind === 'software' || kind === 'hardware';
}

function same(a: StopPoint, b: StopPoint): boolean {
  return a.kind === b.kind && a.address === b.address && a.length === b.length;
}
