/** Virtio devices in their slots, as programs on the real core drive them. */

import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../devices/disk/memory-disk.ts';
import { testMachine } from './testing/test-machine.ts';
import { DRIVER } from './testing/virtio-driver.ts';

const BLOCK = `
      j    main
${DRIVER}
main: li   s0, SLOT(0)
      lw   s1, 8(s0)             /* DeviceID */
      lw   s2, 0x100(s0)         /* capacity */
      li   a0, 0
      la   a1, queue
      jal  start_device
      li   a2, 1
      jal  request
      mv   s3, a3
      mv   s4, a4
      la   s5, data
1:    lbu  t0, 0(s5)
      beqz t0, 2f
      li   t1, UART
      sb   t0, 0(t1)
      addi s5, s5, 1
      j    1b
2:    la   t0, data              /* says hello to the second sector */
      li   t1, 'J'
      sb   t1, 0(t0)
      la   t0, header
      li   t1, 1
      sw   t1, 0(t0)
      sd   t1, 8(t0)
      la   t0, descriptors
      sh   t1, 28(t0)            /* flags of the data: to be read, with a next */
      li   a0, 0
      la   a1, queue
      jal  request
      la   t0, status
      lbu  s6, 0(t0)
      finish 0x5555
      .balign 16
queue:
descriptors:
      .dword header
      .word  16
      .half  1, 1
      .dword data
      .word  512
      .half  3, 2
      .dword status
      .word  1
      .half  2, 0
      .zero  16
      .zero  128
header: .word 0, 0
      .dword 0
data: .zero  512
status: .byte 0xff
`;

test('a disk is read and written, with interrupts through the PLIC', async () => {
  const disk = new MemoryDisk(8 * 512);
  disk.bytes.set(new TextEncoder().encode('Hello from the disk'));
  const { machine } = await testMachine(BLOCK, { drives: [{ disk }] });
  expect(await machine.run({ instructions: 100_000 })).toEqual({ kind: 'pass' });
  expect(machine.console.output).toBe('Hello from the disk');
  const { x } = machine.hart(0);
  expect({ deviceId: x[9], capacity: x[18], source: x[19], interruptStatus: x[20], status: x[22] }).toEqual({
    ...{ deviceId: 2n, capacity: 8n, source: 1n, interruptStatus: 1n, status: 0n },
  });
  expect(new TextDecoder().decode(disk.bytes.subarray(512, 531))).toBe('Jello from the disk');
});

test('a driver that breaks rules is told so, and the user too, while the machine runs on', async () => {
  const broken = BLOCK.replace('.dword data', '.dword 0x40000000').replace(
    'jal  request',
    'jal  request\n finish 0x5555',
  );
  const { machine } = await testMachine(broken, { drives: [{ disk: new MemoryDisk(512) }] });
  const warnings: string[] = [];
  machine.on('warning', (warning) => warnings.push(warning));
  expect(await machine.run({ instructions: 100_000 })).toEqual({ kind: 'pass' });
  expect(warnings).toEqual([
    'virtio-blk: stopped until its driver resets it: queue 0: a buffer of 512 bytes at 0x40000000 is not in memory',
  ]);
  expect(machine.hart(0).x[14]).toBe(2n);
});

const RECEIVE = `
      j    main
${DRIVER}
main: li   s0, SLOT(0)
      li   a0, 0
      la   a1, queue
      jal  start_device
      li   a2, 1
      jal  request
      la   s5, data
1:    lbu  t0, 0(s5)
      beqz t0, 2f
      sw   t0, 0x108(s0)         /* emerg_wr */
      addi s5, s5, 1
      j    1b
2:    finish 0x5555
      .balign 16
queue:
      .dword data
      .word  16
      .half  2, 0
      .zero  48
      .zero  128
data: .zero  32
`;

describe('the virtio console', () => {
  test('is what the keyboard is connected to, and wakes a hart that waits', async () => {
    const { machine } = await testMachine(RECEIVE, { console: 'virtio' });
    const running = machine.run();
    setTimeout(() => machine.console.write('typed'), 20);
    expect(await running).toEqual({ kind: 'pass' });
    expect(machine.console.output).toBe('typed');
  });
});

describe('slots', () => {
  const LIST = `
      li   s0, 0x10001000
      li   s1, 0x10009000
1:    lw   t0, 8(s0)
      addi t0, t0, '0'
      li   t1, UART
      sb   t0, 0(t1)
      li   t0, 0x1000
      add  s0, s0, t0
      bne  s0, s1, 1b
      finish 0x5555`;
  const drive = () => ({ disk: new MemoryDisk(512) });

  test('are filled in a fixed order, and the others are empty', async () => {
    const { machine } = await testMachine(LIST, { rng: true, console: 'virtio', drives: [drive(), drive()] });
    expect(await machine.run()).toEqual({ kind: 'pass' });
    expect(machine.console.output).toBe('22340000');
  });

  test('are eight', async () => {
    const drives = Array.from({ length: 9 }, drive);
    await expect(testMachine(LIST, { drives })).rejects.toThrow('the machine has room for 8 virtio devices, not 9');
  });
});
