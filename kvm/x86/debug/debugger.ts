/** Runs a PC with breakpoints, and steps its vCPUs one at a time. */
import type { DebugExit } from '../../exits.ts';
import type { StopReason } from '../../stop-reason.ts';
import type { Pc } from '../pc.ts';
import { Breakpoints } from './breakpoints.ts';
import type { StopPoint } from './plan.ts';
import type { DebugSupport } from './support.ts';

export interface DebuggedRun {
  /** Milliseconds. */
  readonly timeout?: number;
  /** This vCPU executes one instruction, and the others none. */
  readonly step?: number | undefined;
}

export class PcDebugger {
  readonly pc: Pc;
  readonly breakpoints: Breakpoints;
  /** Of vCPUs that have stopped while another one's stop was told. */
  readonly #waiting = new Map<number, StopReason>();
  #stopAsked = false;

  constructor(pc: Pc, support: DebugSupport, points: readonly StopPoint[] = []) {
    this.pc = pc;
    this.breakpoints = new Breakpoints(pc, support, points);
    pc.debugging = {
      arm: (step) => this.breakpoints.arm(step),
      disarm: () => this.breakpoints.disarm(),
      exit: (vcpu, exit) => this.#stopOf(vcpu, exit),
    };
  }

  /** As `Pc.run`. A vCPU that is at a breakpoint goes past it. */
  async run({ timeout = Number.POSITIVE_INFINITY, step }: DebuggedRun = {}): Promise<StopReason> {
    this.#stopAsked = false;
    const deadline = performance.now() + timeout;
    const go = async (only?: number) => {
      const reason = await this.pc.run({ timeout: deadline - performance.now(), step: only });
      if (reason.kind === 'debug') this.#waiting.delete(reason.vcpu);
      return reason;
    };
    if (step !== undefined) return go(step);
    const waiting = this.#takeWaiting();
    if (waiting !== undefined) return waiting;
    for (const [index, vcpu] of this.pc.vcpus.entries()) {
      // A halted one has not come to it yet.
      if (!vcpu.isRunnable || !this.breakpoints.isAt(vcpu)) continue;
      const reason = await go(index);
      if (reason.kind !== 'debug') return reason;
      if (this.breakpoints.isAt(vcpu)) return { kind: 'debug', vcpu: index, hit: { kind: 'breakpoint' } };
      if (this.#stopAsked) return { kind: 'stopped' };
    }
    return go();
  }

  /** Makes `run` return, whatever it is at. */
  stop(): void {
    this.#stopAsked = true;
    this.pc.stop();
  }

  #stopOf(vcpu: number, exit: DebugExit | undefined): StopReason | undefined {
    const hit = this.breakpoints.hit(this.pc.vcpus[vcpu]!, exit);
    if (hit === undefined) return undefined;
    const reason: StopReason = { kind: 'debug', vcpu, hit };
    this.#waiting.set(vcpu, reason);
    return reason;
  }

  /** A stop that has not been told, unless what it was about is gone. */
  #takeWaiting(): StopReason | undefined {
    for (const [vcpu, reason] of this.#waiting) {
      this.#waiting.delete(vcpu);
      const isWatchpoint = reason.kind === 'debug' && reason.hit.kind === 'watchpoint';
      if (isWatchpoint || this.breakpoints.isAt(this.pc.vcpus[vcpu]!)) return reason;
    }
    return undefined;
  }
}
