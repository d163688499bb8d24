/** A guest's card whose cable ends in a tap device of the host. */
import { Worker } from 'node:worker_threads';
import { FrameQueue } from '../../devices/network/frame-queue.ts';
import type { NetworkBackend, NetworkCard } from '../../devices/network-backend.ts';
import type { State } from '../../devices/state.ts';
import { armInterrupts, interruptThread } from '../kick.ts';
import { libc } from '../syscall.ts';
import { ENDED, type TapReaderData, TID, UNTAKEN, WORDS } from './reader.ts';

const readerFile = new URL(import.meta.url.endsWith('.ts') ? './reader.ts' : './reader.js', import.meta.url);

export class TapNetwork implements NetworkBackend {
  /** Of the tap device no header is asked for that could say what is unfinished. */
  readonly takesUnfinished = false;
  readonly deadline = Number.POSITIVE_INFINITY;
  readonly #file: number;
  readonly #words = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
  readonly #frames = new FrameQueue();
  readonly #reader: Worker;
  // A thread inside a system call cannot be terminated, so the process could not exit either.
  readonly #interrupt = () => {
    Atomics.store(this.#words, ENDED, 1);
    for (const word of [ENDED, UNTAKEN]) Atomics.notify(this.#words, word);
    const tid = Atomics.load(this.#words, TID);
    if (tid !== 0) interruptThread(tid);
  };

  /** @param file of `openTap` */
  constructor(file: number) {
    this.#file = file;
    armInterrupts();
    const workerData: TapReaderData = { file, words: this.#words };
    this.#reader = new Worker(readerFile, { workerData, stdin: false });
    this.#reader.on('message', (frame: Uint8Array) => this.#receive(frame));
    process.on('exit', this.#interrupt);
  }

  attach(card: NetworkCard): void {
    this.#frames.card = card;
  }

  /** A frame that the host does not take, since its interface is down or full, is lost as on any wire. */
  send(frame: Uint8Array): void {
    libc().write(this.#file, frame, frame.length);
  }

  resume(): void {
    this.#frames.resume();
  }

  timeout(): void {}

  reset(): void {
    this.#frames.clear();
  }

  /** Frames under way may be lost. */
  save(): State {
    return {};
  }

  load(): void {
    this.#frames.clear();
  }

  /** Ends the thread: again and again, since it may have been just about to wait when it was interrupted. */
  close(): void {
    const interrupting = setInterval(this.#interrupt, 10);
    this.#reader.once('exit', () => {
      clearInterval(interrupting);
      process.off('exit', this.#interrupt);
    });
    this.#interrupt();
  }

  #receive(frame: Uint8Array): void {
    Atomics.sub(this.#words, UNTAKEN, 1);
    Atomics.notify(this.#words, UNTAKEN);
    this.#frames.send(frame);
  }
}
