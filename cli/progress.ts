/** One line on stderr about work that takes a while: in place on a terminal, and else only at its end. */

export class Progress implements Disposable {
  readonly #title: string;
  readonly #isTerminal = process.stderr.isTTY === true;
  #shown = '';

  constructor(title: string) {
    this.#title = title;
  }

  show(step: string, percent?: number): void {
    const text = `${this.#title}: ${step}${percent === undefined ? ' …' : ` ${Math.floor(percent)} %`}`;
    if (!this.#isTerminal || text === this.#shown) return;
    process.stderr.write(`\r\x1b[K${text}`);
    this.#shown = text;
  }

  /** The result, in place of the line. */
  finish(text: string): void {
    this[Symbol.dispose]();
    process.stderr.write(`${this.#title}: ${text}\n`);
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#shown !== '') process.stderr.write('\r\x1b[K');
    this.#shown = '';
  }
}
