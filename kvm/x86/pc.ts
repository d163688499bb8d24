/** A PC on KVM: board, memory and vCPUs, with a guest before its first instruction. */
import type { VirtioModel } from '../../devices/virtio/model.ts';
import type { DebugExit, Exit } from '../exits.ts';
import { Kvm } from '../kvm.ts';
import { GuestMemory } from '../memory.ts';
import { Monitor } from '../monitor.ts';
import { Stepping } from '../stepping.ts';
import type { StopReason } from '../stop-reason.ts';
import type { VcpuThreads } from '../vcpu-threads.ts';
import { acpiTables } from './acpi/tables.ts';
import { capabilities } from './api.ts';
import { Board, virtioSlots } from './board.ts';
import { type BootSource, type FlatSource, loadFlat, loadImage } from './boot/load.ts';
import { guestCpuid } from './cpuid.ts';
import { DEBUG_EXIT_PC } from './debug/guest-debug.ts';
import { ACPI_ADDRESS, ramRanges } from './memory-map.ts';
import { setStartMsrs } from './msrs.ts';
import { describeFailure, describeState } from './report.ts';
import type { X86Vcpu } from './vcpu.ts';
import { X86Vm } from './vm.ts';

/** In the place of something to boot: memory and vCPUs are filled from a snapshot (state.ts). */
export const RESTORED = 'restored';

export interface PcOptions {
  /** What to run. A flat program has no interrupt controllers, timers and ACPI: `hlt` ends it. */
  readonly boot: { readonly flat: FlatSource } | { readonly system: BootSource } | typeof RESTORED;
  /** Bytes of RAM, a multiple of 4 KiB. */
  readonly memory: number;
  /** 1 to 8. */
  readonly vcpus: number;
  readonly virtio?: readonly VirtioModel[];
  /** Called with what the guest writes to COM1. */
  readonly output: (bytes: Uint8Array) => void;
  /** A line for the user, about a device. */
  readonly warn: (message: string) => void;
  /** A file descriptor of /dev/kvm; opened if left out. */
  readonly kvm?: number | undefined;
  /** Where vCPUs run, if there are threads already. */
  readonly threads?: VcpuThreads | undefined;
}

export interface Debugging {
  /** Before the vCPUs run, or the one that steps. */
  arm(step: number | undefined): void;
  /** When they have stopped. */
  disarm(): void;
  /**
   * Why the run ends, or undefined for going on.
   * @param exit undefined behind an access of a vCPU that steps
   */
  exit(vcpu: number, exit: DebugExit | undefined): StopReason | undefined;
}

/** Devices' timers are looked at so often, in milliseconds: those of TCP, which count in tenths of a second. */
const TICK = 10;

export class Pc {
  readonly vm: X86Vm;
  readonly memory: GuestMemory;
  readonly vcpus: readonly X86Vcpu[];
  readonly board: Board;
  readonly stepping = new Stepping();
  /** A debugger sets it. */
  debugging: Debugging | undefined;
  readonly #monitor: Monitor;
  readonly #ownsKvm: boolean;
  readonly #output: PcOptions['output'];
  #closed = false;
  #printed: number[] = [];
  #stop: ((reason: StopReason) => void) | undefined;
  /** What stopped the guest when nobody waited for it. */
  #reason: StopReason | undefined;
  #failure: { readonly vcpu: number; readonly summary: string } | undefined;

  /**
   * @throws KvmUnavailableError where there is no usable KVM
   * @throws ImageError for a guest that does not fit
   */
  constructor(options: PcOptions) {
    const { boot } = options;
    this.#output = options.output;
    this.#ownsKvm = options.kvm === undefined;
    this.memory = new GuestMemory(ramRanges(options.memory));
    this.vm = new X86Vm(new Kvm(options.kvm));
    this.vm.reportEmulationFailures();
    this.vm.mapMemory(this.memory);
    const wired = boot === RESTORED || 'system' in boot;
    if (wired) {
      this.vm.createInterruptControllers();
      this.vm.createPit();
    }
    this.vcpus = Array.from({ length: options.vcpus }, (_, id) => this.vm.createVcpu(id));
    this.#describeProcessors();
    if (boot !== RESTORED) {
      if ('system' in boot) this.#loadSystem(boot.system, options.virtio?.length ?? 0);
      else loadFlat(boot.flat, this.memory, this.vcpus[0]!);
    }
    this.board = new Board({
      memory: this.memory,
      virtio: options.virtio ?? [],
      setIrq: (irq, level) => {
        if (wired && !this.#closed) this.vm.setIrqLine(irq, level);
      },
      later: (work) => setImmediate(() => !this.#closed && work()),
      transmit: (byte) => this.#transmit(byte),
      powerOff: () => this.#end({ kind: 'power-off' }),
      resetProcessor: () => this.#end({ kind: 'reset' }),
      warn: options.warn,
      now: Date.now,
    });
    this.#monitor = new Monitor({
      vcpus: wired ? this.vcpus : this.vcpus.slice(0, 1),
      threads: options.threads,
      ports: this.board.ports,
      stepping: this.stepping,
      debugExitPc: DEBUG_EXIT_PC,
      serve: (vcpu, exit) => this.#serve(vcpu, exit),
      failed: (vcpu, summary) => this.#fail(vcpu, summary),
    });
  }

  /** Resolves when the vCPUs' threads have loaded all that they need. */
  ready(): Promise<void> {
    return this.#monitor.pause();
  }

  /**
   * Runs the guest until it stops, with no instruction half done.
   * @param options.timeout milliseconds
   * @param options.step this vCPU executes one instruction, as a debugger arms it, and the others none
   */
  async run(options: { readonly timeout?: number; readonly step?: number | undefined } = {}): Promise<StopReason> {
    if (this.#stop !== undefined) throw new Error('the guest runs already');
    const stopped = new Promise<StopReason>((resolve) => {
      this.#stop = resolve;
    });
    if (this.#reason !== undefined) this.#end(this.#reason);
    await this.ready();
    const { timeout = Number.POSITIVE_INFINITY } = options;
    const timer = Number.isFinite(timeout) ? setTimeout(() => this.#end({ kind: 'timeout' }), timeout) : undefined;
    const ticking = this.board.hasTimers ? setInterval(() => this.#tick(), TICK) : undefined;
    this.debugging?.arm(options.step);
    // It may have been stopped meanwhile.
    if (this.#stop !== undefined) this.#monitor.resume(options.step);
    const reason = await stopped;
    clearTimeout(timer);
    clearInterval(ticking);
    await this.#monitor.pause();
    this.debugging?.disarm();
    this.#flush();
    if (this.#failure === undefined) return reason;
    const { vcpu, summary } = this.#failure;
    return { kind: 'failed', vcpu, summary, report: describeState(this.vcpus[vcpu]!, this.memory) };
  }

  /** Makes `run` return. */
  stop(): void {
    this.#end({ kind: 'stopped' });
  }

  /** Types on COM1. */
  type(bytes: Uint8Array): void {
    this.board.serial.receive(bytes);
  }

  /** Ends the threads and gives the virtual machine back. */
  async close(): Promise<void> {
    await this.#monitor.end();
    this.#closed = true;
    for (const vcpu of this.vcpus) vcpu[Symbol.dispose]();
    this.vm[Symbol.dispose]();
    if (this.#ownsKvm) this.vm.kvm[Symbol.dispose]();
  }

  #describeProcessors(): void {
    const supported = this.vm.supportedCpuid();
    const tscDeadline = this.vm.kvm.checkExtension(capabilities.KVM_CAP_TSC_DEADLINE_TIMER) !== 0;
    for (const [apicId, vcpu] of this.vcpus.entries()) {
      vcpu.setCpuid(guestCpuid(supported, { vcpus: this.vcpus.length, apicId, tscDeadline }));
      setStartMsrs(vcpu);
    }
  }

  #loadSystem(source: BootSource, virtio: number): void {
    const tables = { address: ACPI_ADDRESS, vcpus: this.vcpus.length, virtio: virtioSlots(virtio) };
    this.memory.write(ACPI_ADDRESS, acpiTables(tables));
    loadImage(source, this.memory, this.vcpus[0]!);
  }

  #serve(vcpu: number, exit: Exit): void {
    if (exit.reason === 'IO') this.board.io(exit);
    else if (exit.reason === 'MMIO') this.board.mmio(exit);
    else if (exit.reason === 'HLT') this.#end({ kind: 'halted' });
    else if (exit.reason === 'DEBUG') this.#serveDebug(vcpu, exit);
    else if (exit.reason === 'INTR') this.#serveDebug(vcpu, undefined);
    else this.#fail(vcpu, describeFailure(exit));
  }

  #serveDebug(vcpu: number, exit: DebugExit | undefined): void {
    const reason = this.debugging?.exit(vcpu, exit);
    if (reason !== undefined) this.#end(reason);
  }

  #fail(vcpu: number, summary: string): void {
    this.#failure ??= { vcpu, summary };
    this.#end({ kind: 'failed', vcpu, summary, report: '' });
  }

  #end(reason: StopReason): void {
    void this.#monitor.pause();
    if (this.#stop === undefined) {
      // Something outside, or another vCPU, may stop a guest that does not run; that it has come to its end must not be forgotten.
      if (reason.kind !== 'stopped' && reason.kind !== 'debug') this.#reason = reason;
      return;
    }
    this.#stop(reason);
    this.#stop = undefined;
    this.#reason = undefined;
  }

  #tick(): void {
    this.board.tick(Math.floor(performance.now()));
  }

  #transmit(byte: number): void {
    if (this.#printed.length === 0) setImmediate(() => this.#flush());
    this.#printed.push(byte);
  }

  #flush(): void {
    if (this.#printed.length === 0) return;
    const bytes = Uint8Array.from(this.#printed);
    this.#printed = [];
    this.#output(bytes);
  }
}
