/** The thread of one vCPU: runs the guest, and hands each exit to the monitor. */
import { parentPort } from 'node:worker_threads';
import type { DebugExit, Exit } from './exits.ts';
import { COMMAND_END, COMMAND_PAUSE, Mailbox, STATE_ENDED, STATE_EXITED, STATE_PAUSED } from './mailbox.ts';
import { PortSet } from './port-set.ts';
import { Stepping } from './stepping.ts';
import { libc } from './syscall.ts';
import { type RunMapping, Vcpu } from './vcpu.ts';

export interface VcpuWorkerData {
  readonly fd: number;
  readonly mapping: RunMapping;
  readonly index: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Ports with a device behind them; others are answered here. */
  readonly ports: readonly (readonly [first: number, count: number])[];
  /** That of `Stepping`. */
  readonly stepping: SharedArrayBuffer;
  /** Where the instruction pointer is in `DebugExit.arch`. */
  readonly debugExitPc: number;
}

// Loaded before there is a vCPU to run.
const { gettid } = libc();
parentPort!.once('message', (data: VcpuWorkerData | undefined) => {
  if (data !== undefined) new VcpuThread(data).run();
});

class VcpuThread {
  readonly #mailbox: Mailbox;
  readonly #vcpu: Vcpu;
  readonly #devicePorts: PortSet;
  readonly #stepping: Stepping;
  readonly #debugExitPc: number;

  constructor({ fd, mapping, index, words, ports, stepping, debugExitPc }: VcpuWorkerData) {
    this.#mailbox = new Mailbox(words, index);
    this.#vcpu = new Vcpu(fd, mapping);
    this.#devicePorts = new PortSet(ports);
    this.#stepping = new Stepping(stepping);
    this.#debugExitPc = debugExitPc;
  }

  run(): void {
    const mailbox = this.#mailbox;
    mailbox.tid = gettid();
    mailbox.report(STATE_PAUSED);
    try {
      mailbox.awaitOtherCommand(COMMAND_PAUSE);
      this.#follow();
    } catch (error) {
      parentPort!.postMessage(error instanceof Error ? error.message : String(error));
    }
    mailbox.report(STATE_ENDED);
  }

  /** Until the command is to end. */
  #follow(): void {
    const mailbox = this.#mailbox;
    const vcpu = this.#vcpu;
    // Whether an access is to be completed behind which a vCPU that steps may have to stop: not every KVM tells.
    let accessing = false;
    for (;;) {
      const { command } = mailbox;
      if (command === COMMAND_END) return;
      const exit: Exit = command === COMMAND_PAUSE || accessing ? vcpu.finishInstruction() : vcpu.run();
      if (exit.reason === 'INTR' && !accessing) {
        if (command === COMMAND_PAUSE) this.#pause();
      } else if (!this.#answer(exit)) {
        mailbox.report(STATE_EXITED);
        mailbox.awaitResume();
      }
      accessing = this.#stepping.active && (exit.reason === 'IO' || exit.reason === 'MMIO');
    }
  }

  #pause(): void {
    this.#mailbox.report(STATE_PAUSED);
    this.#mailbox.awaitOtherCommand(COMMAND_PAUSE);
    this.#mailbox.resume();
  }

  /** Ports without a device read all ones and take no writes, as on an ISA bus. Steps to where no breakpoint is are nobody's. */
  #answer(exit: Exit): boolean {
    if (exit.reason === 'DEBUG') return this.#stepping.passes(this.#instructionPointer(exit));
    if (exit.reason !== 'IO' || this.#devicePorts.meets(exit.port, exit.size)) return false;
    if (exit.direction === 'in') exit.data.fill(0xff);
    return true;
  }

  #instructionPointer({ arch }: DebugExit): bigint {
    return new DataView(arch.buffer).getBigUint64(arch.byteOffset + this.#debugExitPc, true);
  }
}
