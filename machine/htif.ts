/**
 * The host-target interface of Spike and riscv-tests: a program that has a doubleword `tohost` talks to the host by storing
 * to it, and the host answers in its doubleword `fromhost`.
 *
 * Bits 63:56 of a command are a device, 55:48 a command of it, 47:0 the payload. Device 0 takes system calls: with bit 0
 * set the program ends, and bits 47:1 are its exit code; else the payload is the address of eight doublewords, the number of a
 * system call and its arguments. Device 1 is the console.
 */

import type { GuestRam } from './guest-ram.ts';

const SYSCALL_WRITE = 64;
const SYSCALL_EXIT = 93;
const ENOSYS = 38n;
const CONSOLE_PUTCHAR = 1;
/** Spike writes what a system call prints in one go; a longer call than this is a mistake of the program. */
const MAXIMUM_WRITE = 2 ** 20;

export interface HtifOptions {
  readonly ram: GuestRam;
  /** Physical addresses; `fromhost` is 0 where the program has none. */
  readonly tohost: number;
  readonly fromhost: number;
  readonly output: (bytes: Uint8Array) => void;
  /** The program has ended. `code`: 0 to 2 ** 47 - 1, 0 meaning success. */
  readonly exit: (code: number) => void;
}

export class Htif {
  readonly #options: HtifOptions;

  constructor(options: HtifOptions) {
    this.#options = options;
  }

  /** To be called after each store to `tohost`. */
  tohostWritten(): void {
    const { ram, tohost, output, exit } = this.#options;
    const command = this.#doubleword(tohost);
    if (command === 0n) return;
    const device = Number(command >> 56n);
    const payload = command & 0xffff_ffff_ffffn;
    if (device === 0 && (payload & 1n) === 1n) {
      exit(Number(payload >> 1n));
    } else if (device === 0) {
      this.#systemCall(Number(payload));
    } else if (device === 1 && Number((command >> 48n) & 0xffn) === CONSOLE_PUTCHAR) {
      output(Uint8Array.of(Number(payload & 0xffn)));
    }
    // Taken: the program may store its next command.
    ram.write(tohost, new Uint8Array(8));
  }

  #systemCall(block: number): void {
    const { ram, fromhost, output, exit } = this.#options;
    if (!ram.contains(block, 8 * 8)) return;
    const number = Number(this.#doubleword(block));
    let result = -ENOSYS;
    if (number === SYSCALL_WRITE) {
      const [buffer, length] = [this.#doubleword(block + 16), this.#doubleword(block + 24)].map(Number) as [
        number,
        number,
      ];
      if (length <= MAXIMUM_WRITE && ram.contains(buffer, length)) {
        output(ram.read(buffer, length));
        result = BigInt(length);
      }
    } else if (number === SYSCALL_EXIT) {
      exit(Number(this.#doubleword(block + 8)));
    }
    ram.write(block, new Uint8Array(BigInt64Array.of(result).buffer));
    if (fromhost !== 0) ram.write(fromhost, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
  }

  #doubleword(address: number): bigint {
    const bytes = this.#options.ram.read(address, 8);
    return new BigUint64Array(bytes.buffer)[0]!;
  }
}
