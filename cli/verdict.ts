/**
 * How a run ended, told from what it printed. The exit status of the machine cannot tell: with OpenSBI, QEMU ends with 0 for a
 * shutdown with the reason "system failure" too.
 */
import { EXIT_GUEST_FAILED, EXIT_PANIC, EXIT_SUCCESS } from './exit-codes.ts';

/** The hypervisor's last line; a guest that prints the same is outdone by the real one behind it. */
const DONE = /^typevisor: done: [0-9]+ shut down, ([0-9]+) failed$/;
/** The hypervisor's or the firmware's. */
const PANIC = /^(typevisor: panic|firmware): /;

const LONGEST_LINE = 4096;

/** Follows the console's output, in pieces as they come. */
export class VerdictReader {
  #line = '';
  #exitCode: number | undefined;
  readonly #decoder = new TextDecoder('latin1');

  add(bytes: Uint8Array): void {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#line = lines.pop()!.slice(0, LONGEST_LINE);
    for (const line of lines) this.#judge(line);
  }

  #judge(line: string): void {
    const done = DONE.exec(line);
    if (done !== null) this.#exitCode = Number(done[1]) === 0 ? EXIT_SUCCESS : EXIT_GUEST_FAILED;
    else if (PANIC.test(line)) this.#exitCode = EXIT_PANIC;
  }

  /** Of a run that is over; undefined when there was no verdict: the hypervisor did not get as far as its report. */
  exitCode(): number | undefined {
    this.#judge(this.#line);
    this.#line = '';
    return this.#exitCode;
  }
}
