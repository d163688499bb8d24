/** Lists of accesses to registers, executed by the same program on our machine and on QEMU's `virt`; the reads are compared. */

import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { TemporaryFolder } from '../../cli/files.ts';
import { writeElf } from '../../toolchain/elf.ts';
import type { MachineOptions } from '../machine-options.ts';
import { program, testMachine } from './test-machine.ts';

const OPERATIONS = ['read8', 'read32', 'write8', 'write32', 'await16', 'mip'] as const;
type Operation = (typeof OPERATIONS)[number];

/** `await16` waits until the halfword there has the value: QEMU does what takes time at the same time. */
export interface Step {
  readonly operation: Operation;
  readonly address: number;
  readonly value: number;
}

/** A word; a value makes it a write. */
export function access32(address: number, value?: number): Step {
  return { operation: value === undefined ? 'read32' : 'write32', address, value: value ?? 0 };
}

/** A byte; a value makes it a write. */
export function access8(address: number, value?: number): Step {
  return { operation: value === undefined ? 'read8' : 'write8', address, value: value ?? 0 };
}

export const mip: Step = { operation: 'mip', address: 1, value: 0 };

export type StepLists = Readonly<Record<string, readonly Step[]>>;
/** Why a read, by its label, gives another value on QEMU. */
export type Differences = Readonly<Record<string, string>>;

export function because(why: string, reads: Readonly<Record<string, readonly string[]>>): Differences {
  const names = Object.entries(reads).flatMap(([step, list]) => list.map((read) => `${step}, read ${read}`));
  return Object.fromEntries(names.map((name) => [name, why]));
}

function row({ address, operation, value }: Step): string {
  return `      .dword ${address}\n      .word ${OPERATIONS.indexOf(operation)}, ${value}`;
}

/** Executes the table, then prints what it has read: one number a line. */
function source(steps: readonly Step[]): string {
  return `
      la   s0, table
      la   s1, results
next: ld   a0, 0(s0)
      lw   a1, 8(s0)
      lw   a2, 12(s0)
      addi s0, s0, 16
      beqz a0, print
      beqz a1, read8
      addi a1, a1, -1
      beqz a1, read32
      addi a1, a1, -1
      beqz a1, write8
      addi a1, a1, -1
      beqz a1, write32
      addi a1, a1, -1
      beqz a1, await16
      csrr a3, mip
      j    keep
await16:                        /* for a while: what never comes shows in the reads behind */
      li   t0, 20000000
1:    lhu  a3, 0(a0)
      beq  a3, a2, next
      addi t0, t0, -1
      bnez t0, 1b
      j    next
write8:
      sb   a2, 0(a0)
      j    next
write32:
      sw   a2, 0(a0)
      j    next
read8:
      lbu  a3, 0(a0)
      j    keep
read32:
      lw   a3, 0(a0)
keep: sw   a3, 0(s1)
      addi s1, s1, 4
      j    next

print:
      li   s2, UART
      sb   zero, 1(s2)
      sb   zero, 4(s2)
      la   s0, results
line: bgeu s0, s1, end
      lw   a0, 0(s0)
      addi s0, s0, 4
      li   a1, 28
digit:
      srlw a2, a0, a1
      andi a2, a2, 15
      addi a2, a2, '0'
      li   a3, '9'
      bgeu a3, a2, 1f
      addi a2, a2, 'a' - '0' - 10
1:    jal  put
      addi a1, a1, -4
      bgez a1, digit
      li   a2, 10
      jal  put
      j    line
put:  lbu  a3, 5(s2)
      andi a3, a3, 0x40       /* all is sent */
      beqz a3, put
      sb   a2, 0(s2)
      ret
end:  li   a2, 10
      jal  put
      finish 0x5555
      .balign 16
table:
${steps.map(row).join('\n')}
      .dword 0, 0
results:
      .zero ${4 * steps.length}`;
}

function runQemu(elf: Uint8Array, qemuArgs: readonly string[]): string {
  using folder = new TemporaryFolder();
  const path = folder.write('steps.elf', elf);
  const args = ['-M', 'virt', '-m', '64', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-bios', 'none'];
  const result = spawnSync('qemu-system-riscv64', [...args, '-kernel', path, ...qemuArgs], {
    input: '',
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (result.error)
    throw new Error(`cannot run qemu-system-riscv64 (${result.error.message}): install qemu-system-misc`);
  if (result.status !== 0) throw new Error(`QEMU: ${result.stderr}`);
  return result.stdout;
}

/** Each read as `name, read n of address`, with its value. */
function label(steps: readonly (Step & { readonly name: string })[], output: string): [string, string | undefined][] {
  const counts = new Map<string, number>();
  const values = output.trim().split('\n');
  const reads = steps.filter(({ operation }) => operation === 'mip' || operation.startsWith('read'));
  return reads.map(({ name, operation, address }, index) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const what = operation === 'mip' ? 'mip' : `0x${address.toString(16)}`;
    return [`${name}, read ${count} of ${what}`, values[index]];
  });
}

/** Expects each read to give the same on both machines, but for the differences, which have to be there. */
export async function compareWithQemu(
  lists: StepLists,
  differences: Differences,
  { qemuArgs = [] as readonly string[], options = {} as Partial<MachineOptions> } = {},
): Promise<void> {
  const steps = Object.entries(lists).flatMap(([name, list]) => list.map((step) => ({ name, ...step })));
  const text = source(steps);
  const { machine } = await testMachine(text, { memory: 64 * 2 ** 20, ...options });
  expect(await machine.run({ timeout: 60_000 })).toEqual({ kind: 'pass' });
  const ours = label(steps, machine.console.output);
  const theirs = label(steps, runQemu(writeElf(program(text)), qemuArgs));
  const differing = ours.flatMap(([name, value], index) => {
    const other = theirs[index]![1];
    return value === other ? [] : [{ name, ours: value, theirs: other }];
  });
  expect(differing.filter(({ name }) => !(name in differences))).toEqual([]);
  expect(Object.keys(differences).filter((name) => !differing.some((each) => each.name === name))).toEqual([]);
}
