/** The devices in their places on the board, as programs on the real core find them. */

import { describe, expect, test } from 'vitest';
import { INSTRUCTIONS_PER_TICK } from './clock.ts';
import { ExpectError } from './console.ts';
import { testMachine } from './testing/test-machine.ts';

describe('UART', () => {
  test('prints, and the console waits for what is printed', async () => {
    const { machine } = await testMachine("putc 'A'\n putc 'B'\n putc 'C'\n finish 0x5555");
    const bytes: number[] = [];
    machine.on('output', (output) => bytes.push(...output));
    expect(await machine.console.expect('B')).toBe('B');
    expect(machine.console.output).toBe('AB');
    await expect(machine.console.expect('D')).rejects.toThrow(ExpectError);
    expect(bytes).toEqual([0x41, 0x42, 0x43]);
  });

  test('interrupts through the PLIC when somebody types', async () => {
    const { machine } = await testMachine(`
      la   t0, handler
      csrw mtvec, t0
      li   s0, UART
      li   t0, 1
      sb   t0, 1(s0)          /* IER: received data */
      li   s1, PLIC
      sw   t0, 40(s1)         /* priority of source 10 */
      li   t1, PLIC + 0x2000
      li   t2, 1 << 10
      sw   t2, 0(t1)          /* enabled for M of hart 0 */
      li   t2, 1 << 11
      csrw mie, t2
      csrsi mstatus, 8
1:    wfi
      j    1b
      .balign 4
handler:
      li   t0, PLIC + 0x200004
      lw   a0, 0(t0)          /* claim */
      lbu  a1, 0(s0)
      addi a2, a1, 1
      sb   a2, 0(s0)
      sw   a0, 0(t0)          /* complete */
      mret`);
    const running = machine.run();
    machine.console.write('HAL');
    await machine.console.expect('IBM');
    machine.console.write('9');
    await machine.console.expect(':');
    machine.stop();
    expect(await running).toEqual({ kind: 'stopped' });
    expect(machine.hart(0).x[10]).toBe(10n);
  });
});

describe('ACLINT', () => {
  const TIMER = `
      la   t0, handler
      csrw mtvec, t0
      li   s0, MTIMECMP
      li   s1, MTIME
      ld   t0, 0(s1)
      li   t1, 50000
      add  s2, t0, t1
      sd   s2, 0(s0)
      li   t0, 1 << 7
      csrw mie, t0
      csrsi mstatus, 8
1:    wfi
      addi s3, s3, 1
      j    1b
      .balign 4
handler:
      ld   a0, 0(s1)
      csrr a1, mcause
      finish 0x5555`;

  test('the timer fires at the tick, and waiting for it executes nothing', async () => {
    const { machine } = await testMachine(TIMER);
    expect(await machine.run()).toEqual({ kind: 'pass' });
    const { x } = machine.hart(0);
    expect(x[11]).toBe((1n << 63n) | 7n);
    expect(x[10]! - x[18]!).toBeLessThanOrEqual(1n);
    expect(x[19]).toBe(0n);
    expect(machine.hart(0).csr('mcycle')).toBeLessThan(100n);
  });

  test('the timer fires in the middle of a loop that does not wait', async () => {
    const { machine } = await testMachine(TIMER.replace('wfi', 'nop'));
    expect(await machine.run()).toEqual({ kind: 'pass' });
    const { x } = machine.hart(0);
    expect(x[10]! - x[18]!).toBeLessThanOrEqual(1n);
    expect(Number(x[19])).toBeGreaterThan((50_000 * INSTRUCTIONS_PER_TICK) / 3 - 20);
  });

  test('in real time the machine sleeps until the timer fires', async () => {
    const { machine } = await testMachine(TIMER.replace('50000', '300000'), { time: 'real' });
    const start = performance.now();
    expect(await machine.run()).toEqual({ kind: 'pass' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    expect(machine.hart(0).csr('mcycle')).toBeLessThan(100n);
  });

  test('harts wake each other by software interrupts, in turn', async () => {
    const { machine } = await testMachine(
      `
      li   t0, 8
      csrw mie, t0            /* wfi wakes on MSIP; nothing traps */
      li   s0, MSIP
      csrr s1, mhartid
      slli t0, s1, 2
      add  s2, s0, t0
      beqz s1, go
1:    wfi
      lw   t0, 0(s2)
      beqz t0, 1b
go:   li   t0, UART
      addi t1, s1, '0'
      sb   t1, 0(t0)
      sw   zero, 0(s2)
      li   t0, 3
      beq  s1, t0, end
      li   t0, 1
      sw   t0, 4(s2)
2:    wfi
      j    2b
end:  finish 0x5555`,
      { harts: 4 },
    );
    expect(await machine.run()).toEqual({ kind: 'pass' });
    expect(machine.console.output).toBe('0123');
  });

  test('mtime can be set', async () => {
    const { machine } = await testMachine(`
      li   t0, MTIME
      li   t1, 0x123456789ab
      sd   t1, 0(t0)
      ld   a0, 0(t0)
      rdtime a1
      finish 0x5555`);
    await machine.run();
    expect(machine.hart(0).x[10]! - 0x123_4567_89abn).toBeLessThanOrEqual(1n);
    expect(machine.hart(0).x[11]! - 0x123_4567_89abn).toBeLessThanOrEqual(1n);
  });
});

test('the real-time clock raises its alarm', async () => {
  const { machine } = await testMachine(`
      li   s0, RTC
      li   t0, 1
      sw   t0, 16(s0)         /* IRQ_ENABLED */
      li   t1, PLIC
      sw   t0, 44(t1)         /* priority of source 11 */
      li   t1, PLIC + 0x2000
      li   t2, 1 << 11
      sw   t2, 0(t1)
      csrw mie, t2
      lwu  a0, 0(s0)
      lwu  a1, 4(s0)
      slli a1, a1, 32
      or   a0, a0, a1
      li   t0, 5000000000
      add  a2, a0, t0
      srli t0, a2, 32
      sw   t0, 12(s0)
      sw   a2, 8(s0)
      wfi
      lwu  a3, 0(s0)
      lwu  a4, 4(s0)
      slli a4, a4, 32
      or   a3, a3, a4
      finish 0x5555`);
  expect(await machine.run()).toEqual({ kind: 'pass' });
  const [now, wanted, woken] = [10, 12, 13].map((register) => machine.hart(0).x[register]!) as [bigint, bigint, bigint];
  expect(Number(now / 1_000_000_000n)).toBe(Date.UTC(2026, 0, 1) / 1000);
  expect(Number(woken - wanted)).toBeGreaterThanOrEqual(0);
  expect(Number(woken - wanted)).toBeLessThan(10_000);
});

test('where no device answers, and for widths it does not take, there is an access fault', async () => {
  const { machine } = await testMachine(`
      .option norvc
      la   t0, handler
      csrw mtvec, t0
      li   s0, 0x40000000
      lw   t0, 0(s0)
      sw   t0, 4(s0)
      li   s0, PLIC
      lb   t0, 0(s0)
      finish 0x5555
      .balign 4
handler:
      csrr t1, mcause
      slli s1, s1, 8
      or   s1, s1, t1
      csrr s2, mtval
      csrr t1, mepc
      addi t1, t1, 4
      csrw mepc, t1
      mret`);
  expect(await machine.run()).toEqual({ kind: 'pass' });
  expect(machine.hart(0).x[9]).toBe(0x05_07_05n);
  expect(machine.hart(0).x[18]).toBe(0xc00_0000n);
});

describe('tohost', () => {
  const WRITE = `
      la   t0, tohost
      la   t1, block
      sd   t1, 0(t0)
      la   t2, fromhost
1:    ld   t3, 0(t2)
      beqz t3, 1b
      sd   zero, 0(t2)
      ld   a0, 0(t1)
      li   t1, (77 << 1) | 1
2:    sd   t1, 0(t0)
      j    2b
      .balign 4096
      .globl tohost, fromhost
tohost:   .dword 0
      .balign 64
fromhost: .dword 0
block:    .dword 64, 1, text, 6
text:     .ascii "Hello\\n"`;

  test('prints by the write call and ends with its exit code', async () => {
    const { machine } = await testMachine(WRITE);
    expect(await machine.run({ instructions: 10_000 })).toEqual({ kind: 'tohost', code: 77 });
    expect(machine.console.output).toBe('Hello\n');
    expect(machine.hart(0).x[10]).toBe(6n);
  });

  test('is ordinary memory to a program without the symbol', async () => {
    const { machine } = await testMachine(WRITE.replaceAll('tohost', 'elsewhere'));
    expect(await machine.run({ instructions: 10_000 })).toEqual({ kind: 'instructions' });
    expect(machine.console.output).toBe('');
  });
});
