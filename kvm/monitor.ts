/**
 * Runs vCPUs, each on a thread of its own, and serves their exits on this one, where the devices live. Everything that is asked
 * from outside (pause, resume, end) may come at any time: a thread that is inside the guest is kicked out of it.
 */
import type { Worker } from 'node:worker_threads';
import type { Exit } from './exits.ts';
import { ExitReader } from './exits.ts';
import { armInterrupts } from './kick.ts';
import {
  COMMAND_END,
  COMMAND_PAUSE,
  COMMAND_RUN,
  createMailboxes,
  DOORBELL,
  Mailbox,
  STATE_ENDED,
  STATE_EXITED,
  STATE_PAUSED,
} from './mailbox.ts';
import type { Stepping } from './stepping.ts';
import { libc } from './syscall.ts';
import type { Vcpu } from './vcpu.ts';
import { VcpuThreads } from './vcpu-threads.ts';
import type { VcpuWorkerData } from './vcpu-worker.ts';

export interface MonitorOptions {
  readonly vcpus: readonly Vcpu[];
  readonly threads?: VcpuThreads | undefined;
  /** Ports with a device; accesses to others read all ones and never come here. */
  readonly ports: VcpuWorkerData['ports'];
  readonly stepping: Stepping;
  readonly debugExitPc: VcpuWorkerData['debugExitPc'];
  /** Serves an exit: what it reads is put into its `data`. The vCPU goes on when this returns, unless paused. */
  readonly serve: (vcpu: number, exit: Exit) => void;
  /** KVM refused to run a vCPU, or its thread failed; that vCPU has ended. */
  readonly failed: (vcpu: number, message: string) => void;
}

interface Thread {
  readonly vcpu: Vcpu;
  readonly worker: Worker;
  readonly mailbox: Mailbox;
  readonly exits: ExitReader;
}

/** After so long without a turn of the event loop it gets one, in milliseconds. */
const LONGEST_TURN = 10;

export class Monitor {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #threads: readonly Thread[];
  readonly #serve: MonitorOptions['serve'];
  readonly #kickAll = () => this.#command(COMMAND_END);
  /** From `end` on nothing else is asked of the threads: a vCPU that fails last must not make the others pause. */
  #ending = false;
  #ended = false;
  #waiting: { readonly state: number; readonly resolve: () => void }[] = [];

  constructor({ vcpus, threads = new VcpuThreads(), ports, stepping, debugExitPc, serve, failed }: MonitorOptions) {
    this.#serve = serve;
    this.#words = createMailboxes(vcpus.length);
    armInterrupts();
    this.#threads = vcpus.map((vcpu, index) => {
      const { fd, mapping } = vcpu;
      const shared = { words: this.#words, stepping: stepping.buffer };
      const workerData: VcpuWorkerData = { fd, mapping, index, ports, debugExitPc, ...shared };
      const worker = threads.run(workerData);
      worker.on('message', (message: string) => failed(index, message));
      worker.on('error', (error: Error) => failed(index, error.message));
      const exits = new ExitReader(libc().view(mapping.address, mapping.size));
      return { vcpu, worker, mailbox: new Mailbox(this.#words, index), exits };
    });
    // A thread inside the guest cannot be terminated, so the process could not exit either.
    process.on('exit', this.#kickAll);
    void this.#serveAll();
  }

  /** Resolves when all threads wait: loaded, or paused with no instruction half done. */
  async pause(): Promise<void> {
    this.#command(COMMAND_PAUSE);
    await this.#allIn(STATE_PAUSED);
  }

  /** @param only this vCPU, for single steps */
  resume(only?: number): void {
    if (this.#ending) return;
    for (const [index, { mailbox }] of this.#threads.entries()) {
      if (only === undefined || only === index) mailbox.command = COMMAND_RUN;
    }
  }

  /** Ends the threads; resolves when they have. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#command(COMMAND_END);
    await this.#allIn(STATE_ENDED);
    this.#ended = true;
    process.off('exit', this.#kickAll);
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #command(command: number): void {
    if (this.#ending && command !== COMMAND_END) return;
    for (const { mailbox, vcpu } of this.#threads) {
      mailbox.command = command;
      if (mailbox.tid !== 0 && mailbox.state !== STATE_ENDED) vcpu.kick(mailbox.tid);
    }
  }

  #allIn(state: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ state, resolve });
      this.#checkWaiting();
    });
  }

  #checkWaiting(): void {
    const arrived = ({ state }: { state: number }) =>
      this.#threads.every(({ mailbox }) => mailbox.state === state || mailbox.state === STATE_ENDED);
    const done = this.#waiting.filter(arrived);
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !done.includes(each));
    for (const { resolve } of done) resolve();
  }

  async #serveAll(): Promise<void> {
    let turnBegan = performance.now();
    while (!this.#ended) {
      const seen = Atomics.load(this.#words, DOORBELL);
      for (const [index, thread] of this.#threads.entries()) {
        if (thread.mailbox.state === STATE_EXITED) this.#serveThread(index, thread);
      }
      this.#checkWaiting();
      const wait = Atomics.waitAsync(this.#words, DOORBELL, seen);
      if (wait.async) {
        await wait.value;
        turnBegan = performance.now();
      } else if (performance.now() - turnBegan > LONGEST_TURN) {
        await new Promise((resolve) => setImmediate(resolve));
        turnBegan = performance.now();
      }
    }
  }

  #serveThread(index: number, { exits, mailbox }: Thread): void {
    this.#serve(index, exits.read());
    mailbox.resume();
  }
}
