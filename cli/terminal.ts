/**
 * The user's terminal as the console of a run: keys go to the guest as they are typed, Ctrl-A leads to the few that are ours
 * (as in QEMU and minicom), and the terminal is given back on every way out.
 */
import { EXIT_INTERRUPTED } from './exit-codes.ts';

const CTRL_A = 1;
const HELP = `
  Ctrl-A x       leave
  Ctrl-A h       this help
  Ctrl-A Ctrl-A  send Ctrl-A to the guest
`;

/** 128 + the signal's number, as shells count. */
const SIGNALS = { SIGINT: EXIT_INTERRUPTED, SIGTERM: 143, SIGHUP: 129 } as const;

export interface TerminalEvents {
  /** Bytes for the guest. */
  readonly input: (bytes: Uint8Array) => void;
  /** The user wants to leave: by Ctrl-A x or a signal. Called once. */
  readonly leave: (exitCode: number) => void;
}

/** Splits what is typed into bytes for the guest and commands. */
export class KeyFilter {
  #afterCtrlA = false;

  /** `command` gets the key behind Ctrl-A. */
  filter(bytes: Uint8Array, command: (key: string) => void): Uint8Array {
    const kept: number[] = [];
    for (const byte of bytes) {
      if (this.#afterCtrlA) {
        this.#afterCtrlA = false;
        if (byte === CTRL_A) kept.push(byte);
        else command(String.fromCharCode(byte));
      } else if (byte === CTRL_A) {
        this.#afterCtrlA = true;
      } else {
        kept.push(byte);
      }
    }
    return Uint8Array.from(kept);
  }
}

/** Takes stdin, raw where it is a terminal. Call `close` when the run is over. */
export class Terminal {
  readonly #events: TerminalEvents;
  readonly #keys = new KeyFilter();
  readonly #signalHandlers: readonly (readonly [NodeJS.Signals, () => void])[];
  readonly #isTerminal = process.stdin.isTTY === true;
  readonly #restore = () => void process.stdin.setRawMode(false);
  #left = false;

  constructor(events: TerminalEvents) {
    this.#events = events;
    if (this.#isTerminal) {
      process.stdin.setRawMode(true);
      process.on('exit', this.#restore);
    }
    process.stdin.on('data', this.#data);
    this.#signalHandlers = Object.entries(SIGNALS).map(([signal, exitCode]) => {
      const handler = () => this.#leave(exitCode);
      process.on(signal, handler);
      return [signal as NodeJS.Signals, handler] as const;
    });
  }

  readonly #data = (bytes: Uint8Array): void => {
    const input = this.#isTerminal ? this.#keys.filter(bytes, this.#command) : bytes;
    if (input.length > 0) this.#events.input(input);
  };

  readonly #command = (key: string): void => {
    if (key === 'x') this.#leave(EXIT_INTERRUPTED);
    else if (key === 'h') process.stderr.write(HELP.replaceAll('\n', '\r\n'));
  };

  #leave(exitCode: number): void {
    if (this.#left) return;
    this.#left = true;
    this.#events.leave(exitCode);
  }

  close(): void {
    process.stdin.off('data', this.#data);
    for (const [signal, handler] of this.#signalHandlers) process.off(signal, handler);
    if (this.#isTerminal) {
      this.#restore();
      process.off('exit', this.#restore);
    }
    // Else a pipe that nobody closes would keep the process.
    process.stdin.destroy();
  }
}
