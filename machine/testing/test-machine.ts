/** For tests: machines that run a few lines of assembly in M-mode, on the real core. */

import { artefact } from '../../cli/artefacts.ts';
import { assemble } from '../../toolchain/assembler/assemble.ts';
import { writeElf } from '../../toolchain/elf.ts';
import { type Image, link } from '../../toolchain/linker/link.ts';
import { Machine } from '../machine.ts';
import type { MachineOptions } from '../machine-options.ts';

let core: Promise<WebAssembly.Module> | undefined;

/** The core that the sources make, built once for all tests and compiled once for those of a file. */
export function testCore(): Promise<WebAssembly.Module> {
  core ??= artefact('core.wasm').then((wasm) => WebAssembly.compile(wasm));
  return core;
}

/** What the test programs call things. */
const PRELUDE = `
#define UART      0x10000000
#define FINISHER  0x100000
#define RTC       0x101000
#define MSIP      0x2000000
#define MTIMECMP  0x2004000
#define MTIME     0x200bff8
#define PLIC      0xc000000

.macro putc char
    li   t5, UART
    li   t6, \\char
    sb   t6, 0(t5)
.endm

/* Ends the run; \\value as the test finisher takes it. */
.macro finish value
    li   t5, FINISHER
    li   t6, \\value
    sw   t6, 0(t5)
1:  j    1b
.endm

.globl _start
_start:
`;

/** The program, linked at the start of RAM. */
export function program(source: string): Image {
  return link([assemble(PRELUDE + source, 'test.S')], { base: 0x8000_0000n });
}

export async function testMachine(
  source: string,
  options: Partial<MachineOptions> = {},
): Promise<{ machine: Machine; address: (symbol: string) => bigint }> {
  const image = program(source);
  const machine = await Machine.create({
    core: await testCore(),
    memory: 8 * 2 ** 20,
    firmware: writeElf(image),
    ...options,
  });
  const address = (name: string) => {
    const symbol = image.symbols.find((each) => each.name === name);
    if (symbol === undefined) throw new Error(`the test program has no symbol ${name}`);
    return symbol.value;
  };
  return { machine, address };
}
