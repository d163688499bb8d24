/** The thread of one vCPU: runs the guest, and hands each exit to the monitor. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Exit } from './exits.ts';
import { COMMAND_END, COMMAND_PAUSE, Mailbox, STATE_ENDED, STATE_EXITED, STATE_PAUSED } from './mailbox.ts';
import { PortSet } from './port-set.ts';
import { StepStops } from './step-stops.ts';
import { libc } from './syscall.ts';
import { type RunMapping, Vcpu } from './vcpu.ts';

export interface VcpuWorkerData {
  readonly fd: number;
  readonly mapping: RunMapping;
  readonly index: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Ports with a device behind them; others are answered here. */
  readonly ports: readonly (readonly [first: number, count: number])[];
  /** Where single steps are told (`StepStops`), and where the instruction pointer is in `DebugExit.arch`. */
  readonly stepping: { readonly stops: SharedArrayBuffer; readonly pcOffset: number };
}

const { fd, mapping, index, words, ports, stepping } = workerData as VcpuWorkerData;
const mailbox = new Mailbox(words, index);
const vcpu = new Vcpu(fd, mapping);
const devicePorts = new PortSet(ports);
const stepStops = new StepStops(stepping.stops);

mailbox.tid = libc().gettid();
mailbox.report(STATE_PAUSED);
try {
  mailbox.awaitOtherCommand(COMMAND_PAUSE);
  follow();
} catch (error) {
  parentPort!.postMessage(error instanceof Error ? error.message : String(error));
}
mailbox.report(STATE_ENDED);

function follow(): void {
  for (;;) {
    const { command } = mailbox;
    if (command === COMMAND_END) return;
    const exit = command === COMMAND_PAUSE ? vcpu.finishInstruction() : vcpu.run();
    if (exit.reason === 'INTR') {
      if (command === COMMAND_PAUSE) pause();
    } else if (!answer(exit)) {
      mailbox.report(STATE_EXITED);
      mailbox.awaitResume();
    }
  }
}

function pause(): void {
  mailbox.report(STATE_PAUSED);
  mailbox.awaitOtherCommand(COMMAND_PAUSE);
  mailbox.resume();
}

/** Ports without a device read all ones and take no writes, as on an ISA bus. */
function answer(exit: Exit): boolean {
  if (exit.reason === 'DEBUG')
    return stepStops.passes(
      new DataView(exit.arch.buffer).getBigUint64(exit.arch.byteOffset + stepping.pcOffset, true),
    );
  if (exit.reason !== 'IO' || devicePorts.meets(exit.port, exit.size)) return false;
  if (exit.direction === 'in') exit.data.fill(0xff);
  return true;
}
