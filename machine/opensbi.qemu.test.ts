/** Debian's OpenSBI, which nobody has built for this machine, starts on it and starts a kernel. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble } from '../toolchain/assembler/assemble.ts';
import { writeElf } from '../toolchain/elf.ts';
import { link } from '../toolchain/linker/link.ts';
import { Machine } from './index.ts';
import { testCore } from './testing/test-machine.ts';

const OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic';

function firmware(name: string): Uint8Array {
  try {
    return readFileSync(`${OPENSBI}/${name}`);
  } catch {
    throw new Error(`cannot read ${OPENSBI}/${name}: install the Debian package opensbi`);
  }
}

/**
 * Starts hart 1 by the HSM extension; that one prints by the legacy console and powers off by SRST. First it waits until hart 1 sleeps: to a hart
 * that is only just on its way there, OpenSBI 1.1 may tell that it starts before it tells where.
 */
const KERNEL = `
  .globl _start
_start:
  li   t0, 100000
1: addi t0, t0, -1
  bnez t0, 1b
  li   a7, 0x48534D
  li   a6, 0
  xori a0, a0, 1
  la   a1, second
  li   a2, 'K'
  ecall
1: wfi
  j    1b
second:
  mv   a0, a1
  li   a7, 1
  ecall
  li   a7, 0x53525354
  li   a6, 0
  li   a0, 0
  li   a1, 0
  ecall
1: j   1b`;

test.each([
  // Told by the boot ROM what to start.
  ['fw_dynamic.bin'],
  // Built to start what is at 0x80200000.
  ['fw_jump.bin'],
])(
  '%s finds the harts and devices, and starts a kernel in S-mode',
  async (name) => {
    const kernel = writeElf(link([assemble(KERNEL, 'kernel.S')], { base: 0x8020_0000n }));
    const memory = 64 * 2 ** 20;
    const machine = await Machine.create({
      core: await testCore(),
      memory,
      harts: 2,
      firmware: firmware(name),
      kernel,
    });
    expect(await machine.run({ timeout: 30_000 })).toEqual({ kind: 'pass' });
    const { output } = machine.console;
    expect(output).toMatch(/^\r?\nOpenSBI v\d+\.\d+/);
    expect(output).toMatch(/Platform Name +: riscv-virtio,qemu/);
    expect(output).toMatch(/Platform HART Count +: 2/);
    expect(output).toMatch(/Platform Timer Device +: aclint-mtimer @ 10000000Hz/);
    expect(output).toMatch(/Platform Console Device +: uart8250/);
    expect(output).toMatch(/Platform Shutdown Device +: sifive_test/);
    expect(output).toMatch(/Domain0 Next Address +: 0x0000000080200000/);
    expect(output).toMatch(/Boot HART Base ISA +: rv64imafdcbh/);
    expect(output.endsWith('K')).toBe(true);
  },
  40_000,
);
