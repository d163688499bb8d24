/** The same accesses to the devices' registers, on our machine and on QEMU's `virt`: each read has to give the same value. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeElf } from '../toolchain/elf.ts';
import { ACLINT_BASE, FINISHER_BASE, PLIC_BASE, RTC_BASE, UART_BASE } from './board.ts';
import { program, testMachine } from './testing/test-machine.ts';

const folder = mkdtempSync(join(tmpdir(), 'typevisor-devices-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Operation = 'read8' | 'read32' | 'write8' | 'write32' | 'mip';
const OPERATIONS: readonly Operation[] = ['read8', 'read32', 'write8', 'write32', 'mip'];

interface Step {
  readonly operation: Operation;
  readonly address: number;
  readonly value: number;
}

/** Bytes for the UART, words for all else; a value makes it a write. */
function access(base: number, offset: number, value?: number): Step {
  const width = base === UART_BASE ? 8 : 32;
  const operation = `${value === undefined ? 'read' : 'write'}${width}` as const;
  return { operation, address: base + offset, value: value ?? 0 };
}

const uart = (register: number, value?: number): Step => access(UART_BASE, register, value);
const plic = (offset: number, value?: number): Step => access(PLIC_BASE, offset, value);
const aclint = (offset: number, value?: number): Step => access(ACLINT_BASE, offset, value);
const rtc = (offset: number, value?: number): Step => access(RTC_BASE, offset, value);
const mip: Step = { operation: 'mip', address: 1, value: 0 };

const [THR, IER, IIR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7];
const FCR = IIR;
const all = [IER, IIR, LCR, MCR, LSR, MSR, SCR].map((register) => uart(register));
const CLAIM = 0x20_0004;

const STEPS: Readonly<Record<string, readonly Step[]>> = {
  'ACLINT timer': [
    ...[aclint(0x4000, 0xffff_ffff), aclint(0x4004, 0x7fff_ffff), aclint(0x4000), aclint(0x4004), mip],
    ...[aclint(0x4004, 0), aclint(0x4000, 0), mip, aclint(0x4004, 0x7fff_ffff), mip],
    ...[aclint(0xbffc, 0x1234), aclint(0xbffc)],
  ],
  'UART after reset': all,
  'UART registers keep their bits': [uart(IER, 0xff), uart(MCR, 0x0f), uart(SCR, 0xa5), uart(LCR, 0x7f), ...all],
  'UART divisor latch': [uart(LCR, 0x83), uart(0, 0x34), uart(1, 0x12), uart(0), uart(1), uart(LCR, 3), uart(IER)],
  'UART transmitter interrupt': [uart(IER, 0), uart(IIR), uart(IER, 2), uart(IIR), uart(IIR), uart(IER, 2), uart(IIR)],
  'UART modem lines in loopback': [
    ...[uart(IER, 0), uart(MCR, 0), uart(MSR), uart(MCR, 0x10), uart(MSR), uart(MSR)],
    ...[uart(MCR, 0x1f), uart(MSR), uart(MSR), uart(MCR, 0x12), uart(MSR), uart(MSR)],
  ],
  'UART data in loopback': [
    ...[uart(FCR, 0), uart(MCR, 0x10), uart(IER, 1), uart(THR, 0x41), uart(LSR), uart(IIR), uart(0), uart(LSR)],
    ...[uart(IIR), uart(0)],
  ],
  'UART overrun': [uart(IER, 4), uart(THR, 1), uart(THR, 2), uart(IIR), uart(LSR), uart(LSR), uart(0), uart(LSR)],
  'UART FIFO in loopback': [
    ...[uart(IER, 1), uart(FCR, 0x81), uart(IIR), ...Array.from({ length: 8 }, (_, index) => uart(THR, index))],
    ...[uart(IIR), uart(LSR), uart(0), uart(0), uart(LSR), uart(FCR, 0x83), uart(LSR), uart(IIR), uart(FCR, 0)],
    ...[uart(IIR), uart(MCR, 0), uart(IER, 0)],
  ],
  'PLIC registers keep their bits': [
    ...[plic(0, 0xffff_ffff), plic(0), plic(4, 0xffff_ffff), plic(4), plic(40, 0xffff_fffa), plic(40), plic(4 * 95)],
    ...[plic(0x2000, 0xffff_ffff), plic(0x2000), plic(0x2080), plic(0x1000), plic(0x20_0000, 5), plic(0x20_0000)],
    ...[plic(0x20_1000), plic(0x2000, 0), plic(0x20_0000, 0), plic(CLAIM)],
  ],
  'PLIC request, claim and completion of the UART': [
    ...[plic(40, 3), plic(0x1000), mip, uart(IER, 2), plic(0x1000), mip, plic(0x2000, 1 << 10), mip],
    ...[plic(0x20_0000, 3), mip, plic(0x20_0000, 2), mip, plic(CLAIM), plic(0x1000), mip, plic(CLAIM)],
    // The wire is still high: completion brings the next request.
    ...[plic(CLAIM, 10), plic(0x1000), mip, plic(CLAIM), uart(IIR), plic(CLAIM, 10), plic(0x1000), mip],
    // A request stays when the wire falls.
    ...[uart(IER, 0), uart(IER, 2), uart(IER, 0), plic(0x1000), mip, plic(CLAIM), plic(CLAIM, 10), mip],
  ],
  'PLIC claim under a threshold': [
    ...[plic(0x20_0000, 7), uart(IER, 2), mip, plic(CLAIM), uart(IER, 0), plic(CLAIM, 10), plic(0x20_0000, 0)],
    ...[mip, plic(CLAIM), plic(CLAIM, 10)],
  ],
  'ACLINT software interrupt': [aclint(0, 0xffff_ffff), aclint(0), mip, aclint(0, 0xffff_fffe), aclint(0), mip],
  'RTC alarm': [
    ...[rtc(0x10), rtc(0x18), rtc(0x10, 1), rtc(0x10), rtc(0xc, 0x7000_0000), rtc(8, 5), rtc(0x18), rtc(8), rtc(0xc)],
    ...[rtc(0x14, 1), rtc(0x18), plic(0x1000), rtc(0xc, 1), rtc(8, 0), plic(0x1000), rtc(0x18), rtc(0x1c, 1)],
    ...[plic(0x2000, 1 << 11), plic(44, 1), plic(CLAIM), plic(CLAIM, 11), plic(0x1000)],
  ],
  'test finisher reads zero': [access(FINISHER_BASE, 0)],
};

/** Reads that give another value on QEMU (7.2 and 10), and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  ...because('QEMU starts with OUT2 set, as a PC wants it; PC16550D, Table I: MCR is 0', {
    'UART after reset': ['4 of 0x10000004'],
  }),
  ...because('QEMU shows no changes of modem lines in loopback; PC16550D, MCR bit 4: they work as otherwise', {
    'UART modem lines in loopback': ['2 of 0x10000006', '4 of 0x10000006', '6 of 0x10000006'],
  }),
  ...because('QEMU keeps an enable bit for source 0; PLIC 1.0.0, "Interrupt Enables": hardwired to zero', {
    'PLIC registers keep their bits': ['5 of 0xc002000'],
  }),
  ...because('QEMU looks at pending requests only at its next event, not when they are enabled', {
    'PLIC request, claim and completion of the UART': ['5 of mip'],
  }),
  ...because('QEMU takes sources for edges; PLIC 1.0.0, "Interrupt Gateways": a level that is still high asks again', {
    'PLIC request, claim and completion of the UART': ['12 of 0xc001000', '13 of mip', '14 of 0xc200004'],
  }),
  ...because('QEMU heeds the threshold; PLIC 1.0.0, "Interrupt Claim Process": a claim does not', {
    'PLIC claim under a threshold': ['2 of 0xc200004', '3 of mip', '4 of 0xc200004'],
  }),
};

function because(why: string, reads: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const names = Object.entries(reads).flatMap(([step, list]) => list.map((read) => `${step}, read ${read}`));
  return Object.fromEntries(names.map((name) => [name, why]));
}

const steps = Object.entries(STEPS).flatMap(([name, list]) => list.map((step) => ({ name, ...step })));
const reads = steps.filter(({ operation }) => !operation.startsWith('write'));

/** Executes the table, then prints what it has read: one number a line. */
const SOURCE = `
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
      csrr a3, mip
      j    keep
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
${steps.map(({ address, operation, value }) => `      .dword ${address}\n      .word ${OPERATIONS.indexOf(operation)}, ${value}`).join('\n')}
      .dword 0, 0
results:
      .zero ${4 * reads.length}`;

function runQemu(): string {
  const elf = join(folder, 'devices.elf');
  writeFileSync(elf, writeElf(program(SOURCE)));
  const args = ['-M', 'virt', '-m', '64', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-bios', 'none'];
  const result = spawnSync('qemu-system-riscv64', [...args, '-kernel', elf], {
    input: '',
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (result.error)
    throw new Error(`cannot run qemu-system-riscv64 (${result.error.message}): install qemu-system-misc`);
  return result.stdout;
}

/** Each read as `name, read n of address`, with its value. */
function label(output: string): [string, string | undefined][] {
  const counts = new Map<string, number>();
  const values = output.trim().split('\n');
  return reads.map(({ name, operation, address }, index) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const what = operation === 'mip' ? 'mip' : `0x${address.toString(16)}`;
    return [`${name}, read ${count} of ${what}`, values[index]];
  });
}

test('every read gives what it gives on QEMU', async () => {
  const { machine } = await testMachine(SOURCE, { memory: 64 * 2 ** 20 });
  expect(await machine.run({ timeout: 20_000 })).toEqual({ kind: 'pass' });
  const [ours, theirs] = [label(machine.console.output), label(runQemu())];
  const differing = ours.flatMap(([name, value], index) => {
    const other = theirs[index]![1];
    return value === other ? [] : [{ name, ours: value, theirs: other }];
  });
  expect(differing.filter(({ name }) => !(name in DIFFERENCES))).toEqual([]);
  expect(Object.keys(DIFFERENCES).filter((name) => !differing.some((each) => each.name === name))).toEqual([]);
});
