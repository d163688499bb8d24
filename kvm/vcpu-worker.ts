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
const { fd, mapping, index, words, ports, ...debug } = await new Promise<VcpuWorkerData>((resolve) =>
  parentPort!.once('message', resolve),
);
const mailbox = new Mailbox(words, index);
const vcpu = new Vcpu(fd, mapping);
const devicePorts = new PortSet(ports);
const stepping = new Stepping(debug.stepping);

mailbox.tid = gettid();
mailbox.report(STATE_PAUSED);
try {
  mailbox.awaitOtherCommand(COMMAND_PAUSE);
  follow();
} catch (error) {
  parentPort!.postMessage(error instanceof Error ? error.message : String(error));
}
mailbox.report(STATE_ENDED);

function follow(): void {
  // Whether an access is to be completed behind which a vCPU that steps may have to stop: not every KVM tells.
  let accessing = false;
  for (;;) {
    const { command } = mailbox;
    if (command === COMMAND_END) return;
    const exit: Exit = command === COMMAND_PAUSE || accessing ? vcpu.finishInstruction() : vcpu.run();
    if (exit.reason === 'INTR' && !accessing) {
      if (command === COMMAND_PAUSE) pause();
    } else if (!answer(exit)) {
      mailbox.report(STATE_EXITED);
      mailbox.awaitResume();
    }
    accessing = stepping.active && (exit.reason === 'IO' || exit.reason === 'MMIO');
  }
}

function pause(): void {
  mailbox.report(STATE_PAUSED);
  mailbox.awaitOtherCommand(COMMAND_PAUSE);
  mailbox.resume();
}

/** Ports without a device read all ones and take no writes, as on an ISA bus. Steps to where no breakpoint is are nobody's. */
function answer(exit: Exit): boolean {
  if (exit.reason === 'DEBUG') return stepping.passes(instructionPointer(exit));
  if (exit.reason !== 'IO' || devicePorts.meets(exit.port, exit.size)) return false;
  if (exit.direction === 'in') exit.data.fill(0xff);
  return true;
}

function instructionPointer({ arch }: DebugExit): bigint {
  return new DataView(arch.buffer).getBigUint64(arch.byteOffset + debug.debugExitPc, true);
}
