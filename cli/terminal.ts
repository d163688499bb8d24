/**
 * The user's terminal as the console of a run: keys go to the guest as they are typed, Ctrl-A leads to the few that are ours
 * (as in QEMU and minicom), and the terminal is given back on every way out.
 */
import { EXIT_INTERRUPTED } from './exit-codes.ts';

const CTRL_A = 1;
const HELP = `
  Ctrl-A x       leave
  Ctrl-A h       this help
  Ctrl-A s       save the machine to the file of --save, and go on
  Ctrl-A Ctrl-A  send Ctrl-A to the guest
`;
const CONSOLES_HELP = `  Ctrl-A 1 to 9  show the console of that guest, and type to it
  Ctrl-A 0       show what all guests print
  Ctrl-A p       pause the guest that you type to, or let it go on
`;
/** Keys that lead to something behind Ctrl-A in the hypervisor itself. */
const CONSOLE_KEYS = '\x010123456789p';

/** 128 + the signal's number, as shells count. */
const SIGNALS = { SIGINT: EXIT_INTERRUPTED, SIGTERM: 143, SIGHUP: 129 } as const;

export interface TerminalEvents {
  /** Bytes for the guest. */
  readonly input: (bytes: Uint8Array) => void;
  /** The user wants to leave: by Ctrl-A x or a signal. Called once. */
  readonly leave: (exitCode: number) => void;
  /** Ctrl-A s. */
  readonly save?: (() => void) | undefined;
  /** The hypervisor is at the other end, which has a console for each guest and a Ctrl-A of its own. */
  readonly consoles?: boolean;
}

/** Splits what is typed into bytes for the guest and commands. */
export class KeyFilter {
  #afterCtrlA = false;
  readonly #passed: string;

  /** Keys that go to the guest's side together with the Ctrl-A before them. */
  constructor(passed = '') {
    this.#passed = passed;
  }

  /** `command` gets the key behind Ctrl-A. */
  filter(bytes: Uint8Array, command: (key: string) => void): Uint8Array {
    const kept: number[] = [];
    for (const byte of bytes) {
      if (this.#afterCtrlA) {
        this.#afterCtrlA = false;
        const key = String.fromCharCode(byte);
        if (this.#passed.includes(key)) kept.push(CTRL_A, byte);
        else if (byte === CTRL_A) kept.push(byte);
        else command(key);
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
  readonly #keys: KeyFilter;
  readonly #signalHandlers: readonly (readonly [NodeJS.Signals, () => void])[];
  readonly #isTerminal = process.stdin.isTTY === true;
  readonly #restore = () => void process.stdin.setRawMode(false);
  #left = false;

  constructor(events: TerminalEvents) {
    this.#events = events;
    this.#keys = new KeyFilter(events.consoles ? CONSOLE_KEYS : '');
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
    else if (key === 's') this.#save();
    else if (key === 'h')
      process.stderr.write((HELP + (this.#events.consoles ? CONSOLES_HELP : '')).replaceAll('\n', '\r\n'));
  };

  #save(): void {
    if (this.#events.save === undefined) process.stderr.write('typevisor: there is no --save FILE to save to\r\n');
    else this.#events.save();
  }

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
