/** A guest's card whose cable ends in a tap device of the host. */
import { Worker } from 'node:worker_threads';
import { FrameCarrier } from '../../devices/network/frame-carrier.ts';
import { beside } from '../beside.ts';
import { armInterrupts, interruptThread } from '../kick.ts';
import { libc } from '../syscall.ts';
import { ENDED, type TapReaderData, TID, UNTAKEN, WORDS } from './reader.ts';

const readerFile = beside(import.meta.url, 'reader');

export class TapNetwork extends FrameCarrier {
  readonly #words = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
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
    // A frame that the host does not take, since its interface is down or full, is lost as on any wire.
    super((frame) => libc().write(file, frame, frame.length));
    armInterrupts();
    const workerData: TapReaderData = { file, words: this.#words };
    this.#reader = new Worker(readerFile, { workerData, stdin: false });
    this.#reader.on('message', (frame: Uint8Array) => this.#receive(frame));
    process.on('exit', this.#interrupt);
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
    this.deliver(frame);
  }
}
