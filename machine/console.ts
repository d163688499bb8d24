/** The machine's console as a program uses it: what the guest has printed, waiting for text, typing. */

/** How `expect` makes the machine go on. */
export interface ConsoleDriver {
  /** Whether somebody runs the machine already. */
  isRunning(): boolean;
  /** Runs it until `expect` is satisfied or it stops by itself; resolves to a description of why it stopped. */
  run(timeout: number): Promise<string>;
  /** Stops it after the present instruction. */
  stop(): void;
  /** Hears of every stop of the machine, until the function returned is called. */
  onStop(listener: (description: string) => void): () => void;
  /** To the UART, or the virtio console. */
  send(bytes: Uint8Array): void;
}

export interface ExpectOptions {
  /** Milliseconds of the host's time; 10,000 if left out. */
  readonly timeout?: number;
}

export class ExpectError extends Error {
  override readonly name = 'ExpectError';
}

/** How much of the output is kept, in UTF-16 code units. */
const TRANSCRIPT_LIMIT = 2 ** 20;
/** How much of it an error message shows. */
const SHOWN = 400;

export class Console {
  readonly #driver: ConsoleDriver;
  readonly #decoder = new TextDecoder();
  readonly #listeners = new Set<(text: string) => void>();
  #output = '';
  /** Up to here the output has been consumed by `expect`. */
  #consumed = 0;

  constructor(driver: ConsoleDriver) {
    this.#driver = driver;
  }

  /** All that has been printed, as UTF-8 (at least the last 512 Ki characters of it). */
  get output(): string {
    return this.#output;
  }

  /** Calls `listener` with each piece of output, until the function that this returns is called. */
  onOutput(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Types on the console's keyboard. A string is sent as UTF-8. */
  write(input: string | Uint8Array): void {
    this.#driver.send(typeof input === 'string' ? new TextEncoder().encode(input) : input);
  }

  /**
   * Waits until the output has `pattern`, behind what earlier calls have matched, and returns the text that did. If nobody runs
   * the machine it runs, and stops after the instruction that printed the last character, so the result is the same each time.
   * @throws ExpectError when the machine stops or the time is over before; it shows the last output.
   */
  async expect(pattern: string | RegExp, options: ExpectOptions = {}): Promise<string> {
    const timeout = options.timeout ?? 10_000;
    const found = this.#take(pattern);
    if (found !== undefined) return found;
    return this.#driver.isRunning() ? this.#await(pattern, timeout) : this.#drive(pattern, timeout);
  }

  /** For the machine: the guest has printed this. */
  receive(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return;
    this.#output += text;
    if (this.#output.length > TRANSCRIPT_LIMIT) {
      const dropped = this.#output.length - TRANSCRIPT_LIMIT / 2;
      this.#output = this.#output.slice(dropped);
      this.#consumed = Math.max(0, this.#consumed - dropped);
    }
    for (const listener of [...this.#listeners]) listener(text);
  }

  async #drive(pattern: string | RegExp, timeout: number): Promise<string> {
    let found: string | undefined;
    const forget = this.onOutput((text) => {
      found ??= this.#take(pattern, text.length);
      if (found !== undefined) this.#driver.stop();
    });
    const description = await this.#driver.run(timeout).finally(forget);
    if (found === undefined) throw this.#error(pattern, description);
    return found;
  }

  #await(pattern: string | RegExp, timeout: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        forgetOutput();
        forgetStop();
        clearTimeout(timer);
        settle();
      };
      const forgetOutput = this.onOutput((text) => {
        const found = this.#take(pattern, text.length);
        if (found !== undefined) finish(() => resolve(found));
      });
      const forgetStop = this.#driver.onStop((description) => finish(() => reject(this.#error(pattern, description))));
      const late = () => finish(() => reject(this.#error(pattern, `${timeout} ms are over`)));
      const timer = setTimeout(late, timeout);
    });
  }

  /** The first match in what has not been consumed; `fresh` characters have come since the last search for it. */
  #take(pattern: string | RegExp, fresh = Number.POSITIVE_INFINITY): string | undefined {
    const from = typeof pattern === 'string' ? this.#output.length - fresh - pattern.length : 0;
    const start = Math.max(this.#consumed, from);
    const rest = this.#output.slice(start);
    const match = typeof pattern === 'string' ? find(rest, pattern) : withoutState(pattern).exec(rest);
    if (match === null) return undefined;
    this.#consumed = start + match.index + match[0].length;
    return match[0];
  }

  #error(pattern: string | RegExp, description: string): ExpectError {
    const wanted = typeof pattern === 'string' ? JSON.stringify(pattern) : String(pattern);
    const last = JSON.stringify(this.#output.slice(this.#consumed).slice(-SHOWN));
    return new ExpectError(
      `the console did not print ${wanted}: ${description}; since the last match it printed ${last}`,
    );
  }
}

function find(text: string, wanted: string): { readonly 0: string; readonly index: number } | null {
  const index = text.indexOf(wanted);
  return index < 0 ? null : { 0: wanted, index };
}

/** The flags g and y would make the search begin where an earlier one ended. */
function withoutState(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
}
