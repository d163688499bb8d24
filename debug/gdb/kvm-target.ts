/** A PC on KVM as a target of the debugger: its vCPUs are threads, vCPU 0 being thread 1. */
import type { StopReason } from '../../kvm/stop-reason.ts';
import { SystemCallError } from '../../kvm/syscall.ts';
import { PcDebugger } from '../../kvm/x86/debug/debugger.ts';
import type { StopPoint } from '../../kvm/x86/debug/plan.ts';
import type { DebugSupport } from '../../kvm/x86/debug/support.ts';
import { modeOf } from '../../kvm/x86/modes.ts';
import type { Pc } from '../../kvm/x86/pc.ts';
import { describeState } from '../../kvm/x86/report.ts';
import type { X86Vcpu } from '../../kvm/x86/vcpu.ts';
import { pagePieces } from './page-pieces.ts';
import { RunGate } from './run-gate.ts';
import type { AttachableTarget, BreakpointKind, Stop } from './target.ts';
import { GENERAL_REGISTERS, readX86Register, writeX86Register, X86_DESCRIPTION } from './x86-registers.ts';

const INTERRUPTED: Stop = { kind: 'interrupt', thread: 1 };
/** Exit code of a run that ended for any reason but success. */
const FAILED = 1;

/** x86 has no watchpoints for reads alone. */
const POINT_KINDS: Readonly<Record<BreakpointKind, StopPoint['kind'] | undefined>> = {
  breakpoint: 'software',
  hardware: 'hardware',
  write: 'write',
  access: 'access',
  read: undefined,
};

const MONITOR_HELP = `help             this
state            registers and the bytes at the instruction pointer, for each vCPU
translate ADDR   the physical address of a linear one, by each vCPU's page tables
`;

export class KvmTarget implements AttachableTarget {
  readonly description = X86_DESCRIPTION;
  readonly generalRegisters = GENERAL_REGISTERS;
  readonly threads: readonly number[];
  physicalAddresses = false;
  readonly #support: DebugSupport;
  readonly #gate = new RunGate();
  #debugger: PcDebugger;
  #killed = false;
  /** The run that is going on. */
  #running: Promise<StopReason> | undefined;
  /** The vCPU that the next run is to step. */
  #step: number | undefined;
  /** A guest that cannot go on is looked into before its run ends. */
  #failure: StopReason | undefined;
  #onStop: ((stop: Stop) => void) | undefined;

  constructor(pc: Pc, support: DebugSupport) {
    this.#support = support;
    this.#debugger = new PcDebugger(pc, support);
    this.threads = pc.vcpus.map((_, index) => index + 1);
  }

  /** Whether the debugger has ended the target. */
  get killed(): boolean {
    return this.#killed;
  }

  /** The guest has asked for a reset, and gets another machine: breakpoints go over to it. */
  replace(pc: Pc): void {
    this.#debugger = new PcDebugger(pc, this.#support, this.#debugger.breakpoints.points);
  }

  /** Keeps the guest from running until `resume`. */
  hold(): void {
    if (this.#gate.close() && this.#running !== undefined) this.#debugger.stop();
  }

  async attach(onStop: (stop: Stop) => void): Promise<void> {
    this.#onStop = onStop;
    const running = this.#running;
    this.hold();
    await running;
  }

  /** For who runs the guest, before each run. */
  released(): Promise<void> {
    return this.#gate.opened();
  }

  /** For who runs the guest, instead of `Pc.run`. @param timeout milliseconds */
  async run(timeout: number): Promise<StopReason> {
    if (this.#failure !== undefined) return this.#failure;
    const step = this.#step;
    this.#step = undefined;
    this.#running = this.#debugger.run({ timeout, step });
    const reason = await this.#running;
    this.#running = undefined;
    return reason;
  }

  /** For who runs the guest, after each run: true if it is the debugger's business and the run shall go on after `released`. */
  took(reason: StopReason): boolean {
    if (this.#onStop === undefined) return reason.kind === 'debug' || reason.kind === 'stopped';
    const stop = this.#stopOf(reason);
    if (stop === undefined) return false;
    if (stop.kind !== 'exited') this.hold();
    this.#onStop(stop);
    return stop.kind !== 'exited';
  }

  /** undefined for a reset: whoever runs the guest goes on. */
  #stopOf(reason: StopReason): Stop | undefined {
    switch (reason.kind) {
      case 'debug': {
        const { hit, vcpu } = reason;
        const thread = vcpu + 1;
        return hit.kind === 'watchpoint'
          ? { kind: 'watch', thread, access: hit.access, address: hit.address }
          : { kind: 'trap', thread };
      }
      case 'stopped':
        return INTERRUPTED;
      case 'failed': {
        if (this.#failure !== undefined) return { kind: 'exited', code: FAILED };
        this.#failure = reason;
        return { kind: 'fault', thread: reason.vcpu + 1 };
      }
      case 'reset':
        return undefined;
      case 'timeout':
        return { kind: 'exited', code: FAILED };
      default:
        return { kind: 'exited', code: 0 };
    }
  }

  threadInfo(thread: number): string {
    const vcpu = this.#vcpu(thread);
    return `vCPU ${thread - 1}, ${modeOf(vcpu.getSpecialRegisters())}${vcpu.isRunnable ? '' : ', waiting'}`;
  }

  readRegister(thread: number, register: number): Uint8Array | undefined {
    return readX86Register(this.#vcpu(thread), register);
  }

  writeRegister(thread: number, register: number, value: Uint8Array): boolean {
    try {
      return writeX86Register(this.#vcpu(thread), register, value);
    } catch (error) {
      // A value that no processor takes.
      if (error instanceof SystemCallError) return false;
      throw error;
    }
  }

  readMemory(thread: number, address: bigint, length: number): Uint8Array | undefined {
    const bytes: number[] = [];
    for (const { at, size } of pagePieces(address, length)) {
      const physical = this.#physical(thread, at, size);
      if (physical === undefined) break;
      bytes.push(...this.#debugger.pc.memory.read(physical, size));
    }
    return bytes.length === 0 && length > 0 ? undefined : Uint8Array.from(bytes);
  }

  writeMemory(thread: number, address: bigint, bytes: Uint8Array): boolean {
    const pieces = [...pagePieces(address, bytes.length)].map((each) => ({
      ...each,
      physical: this.#physical(thread, each.at, each.size),
    }));
    if (pieces.some(({ physical }) => physical === undefined)) return false;
    for (const { offset, size, physical } of pieces) {
      this.#debugger.pc.memory.write(physical!, bytes.subarray(offset, offset + size));
    }
    return true;
  }

  insert(kind: BreakpointKind, address: bigint, length: number): boolean {
    const point = POINT_KINDS[kind];
    return point !== undefined && this.#debugger.breakpoints.insert({ kind: point, address, length });
  }

  remove(kind: BreakpointKind, address: bigint, length: number): boolean {
    const point = POINT_KINDS[kind];
    return point !== undefined && this.#debugger.breakpoints.remove({ kind: point, address, length });
  }

  step(thread: number): void {
    this.#step = thread - 1;
    this.resume();
  }

  resume(): void {
    this.#gate.open();
  }

  interrupt(): void {
    const running = this.#running !== undefined;
    this.hold();
    if (running) return;
    // Nobody has run it yet since `resume`.
    this.#step = undefined;
    this.#onStop?.(INTERRUPTED);
  }

  /** Makes a run that goes on return. */
  stop(): void {
    this.#debugger.stop();
  }

  kill(): void {
    this.#killed = true;
    this.stop();
    this.resume();
  }

  detach(): void {
    this.#onStop = undefined;
    this.#debugger.breakpoints.clear();
    this.physicalAddresses = false;
    // Those that are planted are taken away when it stops; `took` lets it go on.
    this.stop();
    this.resume();
  }

  monitor(command: string): string {
    const [name, argument] = command.trim().split(/\s+/);
    const { memory, vcpus } = this.#debugger.pc;
    if (name === 'help') return MONITOR_HELP;
    if (name === 'state') return vcpus.map((vcpu, index) => `vCPU ${index}\n${describeState(vcpu, memory)}\n`).join('');
    if (name === 'translate') return this.#translate(argument);
    return `no such command: ${name}\n${MONITOR_HELP}`;
  }

  #translate(text = ''): string {
    if (!/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text)) {
      return `translate: '${text}' is not an address; write it as 0xffffffff81000000\n`;
    }
    return this.#debugger.pc.vcpus
      .map((vcpu, index) => {
        const physical = vcpu.translate(BigInt(text));
        return `vCPU ${index}: ${physical === undefined ? 'not mapped' : `physical 0x${physical.toString(16)}`}\n`;
      })
      .join('');
  }

  /** Where `size` bytes within a page are; undefined if not in RAM. */
  #physical(thread: number, address: bigint, size: number): number | undefined {
    const physical = this.physicalAddresses ? Number(address) : this.#vcpu(thread).translate(address);
    return physical !== undefined && this.#debugger.pc.memory.contains(physical, size) ? physical : undefined;
  }

  #vcpu(thread: number): X86Vcpu {
    return this.#debugger.pc.vcpus[thread - 1]!;
  }
}
