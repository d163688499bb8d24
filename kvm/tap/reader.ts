/** The thread that waits for what the host sends through a tap device. Nothing in Node's event loop can wait for such a file. */
import { parentPort, workerData } from 'node:worker_threads';
import { libc } from '../syscall.ts';

export interface TapReaderData {
  readonly file: number;
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** Words of shared memory: frames that the monitor has not taken yet, this thread's number, and whether it is to end. */
export const UNTAKEN = 0;
export const TID = 1;
export const ENDED = 2;
export const WORDS = 3;

/** Further ones wait in the kernel, which drops what is too much. */
const MOST_UNTAKEN = 128;
const LONGEST_FRAME = 65_536;

/** Only in a worker: constants are the monitor's too. */
if (parentPort !== null) follow(workerData as TapReaderData);

function follow({ file, words }: TapReaderData): void {
  const { read, gettid } = libc();
  const buffer = new Uint8Array(LONGEST_FRAME);
  Atomics.store(words, TID, gettid());
  while (Atomics.load(words, ENDED) === 0) {
    // Negative when the monitor interrupts it, or the interface is down or gone.
    const length = read(file, buffer, buffer.length);
    if (length <= 0) {
      Atomics.wait(words, ENDED, 0, 100);
      continue;
    }
    Atomics.add(words, UNTAKEN, 1);
    parentPort!.postMessage(buffer.slice(0, length));
    for (let count = MOST_UNTAKEN; count >= MOST_UNTAKEN && Atomics.load(words, ENDED) === 0; ) {
      count = Atomics.load(words, UNTAKEN);
      if (count >= MOST_UNTAKEN) Atomics.wait(words, UNTAKEN, count);
    }
  }
}
