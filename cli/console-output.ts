/** What a run prints, on its way to stdout. */
import { EXIT_BAD_INPUT } from './exit-codes.ts';
import { VerdictReader } from './verdict.ts';

const OWN_LINE = 'typevisor: ';

/**
 * Leaves the guests' lines: drops what comes before the hypervisor's first line (the firmware's banner) and the hypervisor's own
 * lines. A guest's unfinished line passes at once, so that a prompt is seen.
 */
export class GuestOutputFilter {
  #started = false;
  /** The beginning of a line that may yet be the hypervisor's; undefined within a line that is decided. */
  #undecided: string | undefined = '';
  #dropping = false;

  filter(text: string): string {
    let kept = '';
    for (const character of text) kept += this.#next(character);
    return kept;
  }

  #next(character: string): string {
    let kept = character;
    if (this.#undecided !== undefined) {
      this.#undecided += character;
      if (OWN_LINE.startsWith(this.#undecided) && this.#undecided !== OWN_LINE) return '';
      const own = this.#undecided === OWN_LINE;
      kept = this.#undecided;
      this.#started ||= own;
      this.#dropping = own || !this.#started;
      this.#undecided = undefined;
    }
    if (this.#dropping) kept = '';
    if (character === '\n') {
      this.#undecided = '';
      this.#dropping = false;
    }
    return kept;
  }
}

const CR = 0x0d;
const LF = 0x0a;

/** Takes back the CR that OpenSBI puts before each LF. One at the end of a piece waits for what follows. */
export class CarriageReturnFilter {
  #held = false;

  filter(bytes: Uint8Array): Uint8Array {
    const kept: number[] = [];
    for (const byte of bytes) {
      if (this.#held && byte !== LF) kept.push(CR);
      this.#held = byte === CR;
      if (!this.#held) kept.push(byte);
    }
    return Uint8Array.from(kept);
  }
}

/** Longest line that waits for its end. */
const LONGEST_LINE = 4096;

/**
 * A UART sends byte by byte, and each write to a terminal or a pipe is a system call: lines go out as a whole, and unfinished ones
 * as soon as the host has a moment.
 */
export class LineBuffer {
  readonly #write: (bytes: Uint8Array) => void;
  #waiting: number[] = [];

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    for (const byte of bytes) this.#waiting.push(byte);
    if (bytes.at(-1) === LF || this.#waiting.length > LONGEST_LINE) this.#flush();
  }

  #flush(): void {
    if (this.#waiting.length > 0) this.#write(Uint8Array.from(this.#waiting));
    this.#waiting = [];
  }
}

export interface ConsoleOutputOptions {
  /** The guests' output only. */
  readonly quiet: boolean;
  /** The firmware may be OpenSBI, with its line ends: it is not ours. */
  readonly carriageReturns?: boolean;
}

/** Writes to stdout and remembers how the run ended. */
export class ConsoleOutput {
  readonly verdict = new VerdictReader();
  readonly #lineEnds: CarriageReturnFilter | undefined;
  readonly #filter: GuestOutputFilter | undefined;
  readonly #lines = new LineBuffer((bytes) => process.stdout.write(bytes));

  constructor({ quiet, carriageReturns = false }: ConsoleOutputOptions) {
    this.#lineEnds = carriageReturns ? new CarriageReturnFilter() : undefined;
    this.#filter = quiet ? new GuestOutputFilter() : undefined;
    // A reader that has seen enough (`| head`) is no reason for a stack trace.
    process.stdout.on('error', () => process.exit(EXIT_BAD_INPUT));
  }

  write(output: Uint8Array): void {
    const bytes = this.#lineEnds?.filter(output) ?? output;
    this.verdict.add(bytes);
    if (this.#filter === undefined) {
      this.#lines.add(bytes);
    } else {
      // Latin-1 keeps every byte as one character, so UTF-8 passes whole.
      const text = Buffer.from(bytes).toString('latin1');
      this.#lines.add(Buffer.from(this.#filter.filter(text), 'latin1'));
    }
  }
}
