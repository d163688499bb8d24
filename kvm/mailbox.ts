/**
 * What the monitor and the threads of its vCPUs tell each other: words of shared memory. Each word is written by one side, but
 * for STATE, which the vCPU's thread hands over to the monitor (EXITED) and gets back (RUNNING).
 */

/** Counts what the threads have to tell; the monitor sleeps on it. */
export const DOORBELL = 0;

const WORDS_A_VCPU = 4;
const COMMAND = 1;
const STATE = 2;
const TID = 3;

/** What the monitor wants of a thread. */
export const COMMAND_PAUSE = 0;
export const COMMAND_RUN = 1;
export const COMMAND_END = 2;

/** What a thread does. */
export const STATE_LOADING = 0;
/** In the guest, or on its way there and back. */
export const STATE_RUNNING = 1;
/** Waits until the monitor has served its exit. */
export const STATE_EXITED = 2;
/** Waits for a command; no instruction is half done. */
export const STATE_PAUSED = 3;
export const STATE_ENDED = 4;

export function createMailboxes(vcpus: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer((1 + vcpus * WORDS_A_VCPU) * Int32Array.BYTES_PER_ELEMENT));
}

/** One vCPU's part of the words. */
export class Mailbox {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #base: number;

  constructor(words: Int32Array<SharedArrayBuffer>, vcpu: number) {
    this.#words = words;
    this.#base = vcpu * WORDS_A_VCPU;
  }

  get command(): number {
    return Atomics.load(this.#words, this.#base + COMMAND);
  }

  set command(command: number) {
    Atomics.store(this.#words, this.#base + COMMAND, command);
    Atomics.notify(this.#words, this.#base + COMMAND);
  }

  get state(): number {
    return Atomics.load(this.#words, this.#base + STATE);
  }

  get tid(): number {
    return Atomics.load(this.#words, this.#base + TID);
  }

  set tid(tid: number) {
    Atomics.store(this.#words, this.#base + TID, tid);
  }

  /** The monitor's answer to STATE_EXITED. */
  resume(): void {
    Atomics.store(this.#words, this.#base + STATE, STATE_RUNNING);
    Atomics.notify(this.#words, this.#base + STATE);
  }

  /** The thread's: tells the monitor. */
  report(state: number): void {
    Atomics.store(this.#words, this.#base + STATE, state);
    Atomics.add(this.#words, DOORBELL, 1);
    Atomics.notify(this.#words, DOORBELL);
  }

  /** The thread's: sleeps until the monitor has served its exit. */
  awaitResume(): void {
    while (this.state === STATE_EXITED) Atomics.wait(this.#words, this.#base + STATE, STATE_EXITED);
  }

  /** The thread's: sleeps while the command is `command`. */
  awaitOtherCommand(command: number): void {
    while (this.command === command) Atomics.wait(this.#words, this.#base + COMMAND, command);
  }
}
