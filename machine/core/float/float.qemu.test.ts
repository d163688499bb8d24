/** Random streams of floating-point instructions, on our machine and on QEMU: every result and all flags on the way. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disassemble } from '../../../isa/disassemble.ts';
import type { Extension } from '../../../isa/instructions.ts';
import { randomNumbers } from '../../../test/random.ts';
import { floatInstructions } from '../../../test/random-float.ts';
import { writeElf } from '../../../toolchain/elf.ts';
import { inTemporaryFolder } from '../../../toolchain/testing/gnu.ts';
import { Machine } from '../../machine.ts';
import { cornerNumbers, randomNumber } from '../../testing/float-operands.ts';
import { D, H, S } from '../../testing/float-reference.ts';
import { program, testCore } from '../../testing/test-machine.ts';

const QEMU = 'qemu-system-riscv64';
const COUNT = 1500;
const DATA_BYTES = 256;

/** A number of any format, boxed mostly. */
function operand(next: () => number): bigint {
  const format = [D, D, S, S, H][next() % 5]!;
  const corners = cornerNumbers(format);
  const bits = next() & 1 ? corners[next() % corners.length]! : randomNumber(format, next);
  const box = next() % 16 === 0 ? 0n : (-1n << BigInt(format.width)) & (2n ** 64n - 1n);
  return bits | box;
}

/**
 * Before each instruction two registers get new operands, and now and then fcsr a new value; after it f0 to f7, x10 to x15 and fcsr
 * are added up in a checksum (times 31 each time) and it is written to the log, which is printed at the end.
 */
function source(seed: number, extensions: readonly Extension[]): { text: string; words: number[] } {
  const next = randomNumbers(seed);
  const instruction = floatInstructions(next, { extensions, data: { base: 8, bytes: DATA_BYTES } });
  const words: number[] = [];
  const steps = Array.from({ length: COUNT }, () => {
    const word = instruction();
    words.push(word);
    const renewed = `fld f${next() % 8}, (s1)\n fld f${next() % 8}, 8(s1)\n ld x${10 + (next() % 6)}, 16(s1)\n addi s1, s1, 24`;
    const fcsr = next() % 4 === 0 ? `li t0, ${((next() % 8) << 5) | (next() & 31)}\n fscsr t0` : '';
    return ` ${renewed}\n ${fcsr}\n .word ${word}\n call log`;
  });
  const operands = Array.from({ length: COUNT * 3 + DATA_BYTES / 8 }, () => `.dword 0x${operand(next).toString(16)}`);
  const text = `
  li t0, 0x6000
  csrs mstatus, t0
  la t0, skip
  csrw mtvec, t0
  la s0, data
  la s1, operands
  la s2, records
  li s3, 0
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7
  fmv.d.x f\\n, zero
  .endr
  .irp n, 10, 11, 12, 13, 14, 15
  li x\\n, 0
  .endr
${steps.join('\n')}
  la s1, records
1: ld a0, (s1)
  li a1, 16
2: srli a2, a0, 60
  slli a0, a0, 4
  addi a2, a2, '0'
  li a3, '9'
  ble a2, a3, 3f
  addi a2, a2, 'a' - '9' - 1
3: call send
  addi a1, a1, -1
  bnez a1, 2b
  li a2, 10
  call send
  addi s1, s1, 8
  bne s1, s2, 1b
  finish 0x5555

log:
  frcsr t0
  add s3, s3, t0
  li t2, 31
  .irp n, 10, 11, 12, 13, 14, 15
  mul s3, s3, t2
  add s3, s3, x\\n
  .endr
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7
  fmv.x.d t0, f\\n
  mul s3, s3, t2
  add s3, s3, t0
  .endr
  sd s3, (s2)
  addi s2, s2, 8
  ret

/* a2 to the UART, when that has room (LSR.THRE). */
send:
  li a3, UART
1: lbu a4, 5(a3)
  andi a4, a4, 0x20
  beqz a4, 1b
  sb a2, (a3)
  ret

  .align 2
skip:
  csrr t0, mepc
  addi t0, t0, 4
  csrw mepc, t0
  mret

  .data
  .align 3
data: ${operands.slice(0, DATA_BYTES / 8).join('\n')}
operands: ${operands.slice(DATA_BYTES / 8).join('\n')}
  .bss
  .align 3
records: .space ${COUNT * 8}`;
  return { text, words };
}

async function onOurs(elf: Uint8Array): Promise<string> {
  const machine = await Machine.create({ core: await testCore(), memory: 2 ** 23, firmware: elf });
  let output = '';
  machine.on('output', (bytes) => {
    output += new TextDecoder().decode(bytes);
  });
  await machine.run();
  machine.dispose();
  return output;
}

function onQemu(elf: Uint8Array, cpu: string): string {
  return inTemporaryFolder((folder) => {
    const file = join(folder, 'float.elf');
    writeFileSync(file, elf);
    const args = [
      '-machine',
      'virt',
      '-cpu',
      cpu,
      '-display',
      'none',
      '-serial',
      'stdio',
      '-bios',
      'none',
      '-kernel',
      file,
    ];
    const { error, stdout, stderr } = spawnSync(QEMU, args, { encoding: 'utf8', input: '' });
    if (error) throw new Error(`cannot run ${QEMU}: install the Debian package qemu-system-misc`);
    if (stdout === '') throw new Error(`${QEMU}: ${stderr}`);
    return stdout;
  });
}

test.each([
  [1, ['F', 'D'], 'rv64'],
  [2, ['D'], 'rv64'],
  [3, ['F'], 'rv64'],
  [4, ['F', 'D', 'Zfh'], 'rv64,Zfh=true'],
  [5, ['Zfh'], 'rv64,Zfh=true'],
] as const)('stream %i of %s', async (seed, extensions, cpu) => {
  const { text, words } = source(seed, extensions);
  const elf = writeElf(program(text));
  const ours = (await onOurs(elf)).split(/\r?\n/);
  const theirs = onQemu(elf, cpu).split(/\r?\n/);
  const different = words.findIndex((_, index) => ours[index] !== theirs[index]);
  const where = different < 0 ? '' : `${different}: ${disassemble(words[different]!, 0n).text}`;
  expect(`${ours.length} ${where}`).toBe(`${COUNT + 1} `);
  expect(theirs).toHaveLength(COUNT + 1);
});
