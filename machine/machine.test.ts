import { describe, expect, test } from 'vitest';
import { readFdt } from './fdt.ts';
import { Machine } from './machine.ts';
import { HARTS, INTERRUPTING_HARTS } from './testing/interrupting-harts.ts';
import { testCore, testMachine } from './testing/test-machine.ts';

describe('boot', () => {
  test('each hart comes to the firmware with its number, the device tree and what to start next', async () => {
    const kernel = new Uint8Array(64).fill(0x13);
    const { machine } = await testMachine('1: wfi\n j 1b', { harts: 3, kernel, append: 'quiet' });
    expect(await machine.run()).toEqual({ kind: 'deadlock' });
    for (const { x, id, waiting, mode } of machine.harts) {
      expect([x[10], waiting, mode]).toEqual([BigInt(id), true, 'M']);
      const tree = readFdt(machine.memory.read(Number(x[11]), 0x10000));
      expect(tree.root.find('chosen')!.strings('bootargs')).toEqual(['quiet']);
    }
  });

  test('the struct in a2 has the magic of fw_dynamic and the address of the kernel', async () => {
    const source = 'ld t0, 0(a2)\n ld t1, 8(a2)\n ld t2, 16(a2)\n ld s0, 24(a2)\n finish 0x5555';
    const { machine } = await testMachine(source, { kernel: new Uint8Array(64) });
    await machine.run();
    const [t0, t1, t2, s0] = [5, 6, 7, 8].map((register) => machine.hart(0).x[register]);
    expect([t0, t1, t2, s0]).toEqual([0x4942534fn, 2n, 0x8020_0000n, 1n]);
  });

  test('the device tree names the extensions that misa has', async () => {
    const { machine } = await testMachine('1: j 1b');
    const blob = machine.boot.parts.find(({ name }) => name === 'device tree')!.bytes;
    const isa = readFdt(blob).root.find('cpus/cpu@0')!.strings('riscv,isa')![0]!.split('_')[0]!;
    const misa = machine.hart(0).csr('misa');
    const letters = Array.from({ length: 26 }, (_, bit) => String.fromCharCode(0x61 + bit));
    const implemented = letters.filter((_, bit) => ((misa >> BigInt(bit)) & 1n) === 1n);
    // The modes S and U are letters of misa, and not of the ISA string.
    expect(implemented.filter((letter) => !'su'.includes(letter))).toEqual([...isa.slice('rv64'.length)].sort());
  });

  test('refuses machines that cannot be', async () => {
    const core = await testCore();
    const firmware = new Uint8Array(16);
    await expect(Machine.create({ core, firmware, harts: 9 })).rejects.toThrow('a machine has 1 to 8 harts, not 9');
    await expect(Machine.create({ core, firmware, memory: 2 ** 20 + 4096 })).rejects.toThrow('in steps of 64 KiB');
    await expect(Machine.create({ core })).rejects.toThrow('nothing to run');
  });
});

describe('a run ends', () => {
  test.each([
    ['0x5555', { kind: 'pass' }],
    ['0x3333', { kind: 'fail', code: 0 }],
    ['0xabcd3333', { kind: 'fail', code: 0xabcd }],
    ['0x7777', { kind: 'reset' }],
  ])('by the test finisher: %s', async (value, reason) => {
    const { machine } = await testMachine(`finish ${value}`);
    const heard: unknown[] = [];
    machine.on('stop', (each) => heard.push(each));
    expect(await machine.run()).toEqual(reason);
    expect(heard).toEqual([reason]);
  });

  test('after the instructions asked for, which the boot ROM begins', async () => {
    const { machine } = await testMachine('1: addi t0, t0, 1\n j 1b');
    machine.hart(0).x[5] = 0n;
    expect(await machine.run({ instructions: 6 })).toEqual({ kind: 'instructions' });
    expect(machine.hart(0).pc).toBe(0x8000_0000n);
    const [before, cycles] = [machine.hart(0).x[5]!, machine.hart(0).csr('mcycle')];
    await machine.run({ instructions: 3_000_000 });
    expect(machine.hart(0).x[5]! - before).toBe(1_500_000n);
    expect(machine.hart(0).csr('mcycle') - cycles).toBe(3_000_000n);
  });

  test("when the host's time is over, and goes on later", async () => {
    const { machine } = await testMachine('1: j 1b');
    expect(await machine.run({ timeout: 20 })).toEqual({ kind: 'timeout' });
    const executed = machine.hart(0).csr('mcycle');
    await machine.run({ instructions: 5 });
    expect(machine.hart(0).csr('mcycle')).toBe(executed + 5n);
  });

  test('when it is stopped, between slices or by a listener at once', async () => {
    const { machine } = await testMachine("putc 'A'\n 1: addi s0, s0, 1\n j 1b");
    const forget = machine.on('output', () => machine.stop());
    expect(await machine.run()).toEqual({ kind: 'stopped' });
    expect(machine.hart(0).x[8]).toBe(0n);
    forget();
    setTimeout(() => machine.stop(), 20);
    expect(await machine.run()).toEqual({ kind: 'stopped' });
    expect(machine.hart(0).x[8]).toBeGreaterThan(0n);
  });

  test('when all harts wait for nothing', async () => {
    const { machine } = await testMachine('wfi\n finish 0x5555');
    expect(await machine.run()).toEqual({ kind: 'deadlock' });
    expect(await machine.run()).toEqual({ kind: 'deadlock' });
  });

  test('by what a listener throws, and goes on behind the instruction', async () => {
    const { machine } = await testMachine("putc 'A'\n addi s0, s0, 1\n putc 'B'\n finish 0x5555");
    const forget = machine.on('output', () => {
      throw new Error('the listener is tired');
    });
    await expect(machine.run()).rejects.toThrow('the listener is tired');
    forget();
    expect(machine.hart(0).x[8]).toBe(0n);
    expect(await machine.run()).toEqual({ kind: 'pass' });
    expect([machine.hart(0).x[8], machine.console.output]).toEqual([1n, 'AB']);
  });

  test('and only then can the next one begin', async () => {
    const { machine } = await testMachine('1: j 1b');
    const running = machine.run({ timeout: 20 });
    await expect(machine.run()).rejects.toThrow('the machine is running');
    expect(() => machine.step()).toThrow('the machine is running');
    expect(() => machine.reset()).toThrow('the machine is running');
    await running;
    machine.dispose();
    await expect(machine.run()).rejects.toThrow('disposed of');
  });
});

test('reset loads everything anew and runs the same again', async () => {
  const { machine, address } = await testMachine(`
    la   t0, counter
    lw   t1, 0(t0)
    addi t1, t1, 1
    sw   t1, 0(t0)
    addi t1, t1, 'A'
    li   t2, UART
    sb   t1, 0(t2)
    finish 0x7777
    .balign 4
counter: .word 0`);
  let resets = 0;
  machine.on('reset', () => resets++);
  await machine.run();
  machine.hart(0).x[10] = 99n;
  machine.reset();
  expect(machine.hart(0).pc).toBe(0x1000n);
  expect(machine.memory.read(Number(address('counter')), 1)[0]).toBe(0);
  expect(await machine.run()).toEqual({ kind: 'reset' });
  expect([machine.console.output, resets]).toEqual(['BB', 1]);
});

describe('runs are the same however they are cut', () => {
  test.each<[string, readonly number[], string]>([
    [
      'harts that share memory and look at the time',
      [9],
      `
      csrr t0, mhartid
      la   s0, word
1:    amoadd.w t1, t0, (s0)
      rdtime t2
      add  s1, s1, t1
      add  s1, s1, t2
      addi t0, t0, 3
      j    1b
      .balign 8
word: .dword 0`,
    ],
    ['harts that are interrupted by timers and by each other', [23, 24], INTERRUPTING_HARTS],
  ])('%s', async (_, changed, source) => {
    const states: unknown[] = [];
    for (const cut of [120_000, 7_000, 999]) {
      const { machine } = await testMachine(source, { harts: HARTS });
      for (let left = 120_000; left > 0; left -= cut) await machine.run({ instructions: Math.min(cut, left) });
      states.push(machine.harts.map(({ x, pc }) => [...x, pc]));
      for (const { x } of machine.harts) expect(changed.map((register) => x[register])).not.toContain(0n);
    }
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });
});

describe('debugging', () => {
  const SOURCE = `
    li   a0, 1
first:
    addi a0, a0, 1
second:
    slli a0, a0, 4
    j    first`;

  test('steps one instruction', async () => {
    const { machine, address } = await testMachine(SOURCE);
    const hart = machine.hart(0);
    expect(await machine.run({ until: address('first') })).toEqual({
      kind: 'breakpoint',
      hart: 0,
      address: address('first'),
    });
    const seen: unknown[] = [];
    for (let step = 0; step < 4; step++) {
      machine.step();
      seen.push([hart.pc, hart.x[10]]);
    }
    const [first, second] = [address('first'), address('second')];
    expect(seen.slice(0, 2)).toEqual([
      [second, 2n],
      [second + 2n, 32n],
    ]);
    expect(seen.slice(2)).toEqual([
      [first, 32n],
      [second, 33n],
    ]);
  });

  test('stops at breakpoints before the instruction, each time, until they are deleted', async () => {
    const { machine, address } = await testMachine(SOURCE);
    machine.breakpoints.add(address('second'));
    const seen: (bigint | undefined)[] = [];
    for (let run = 0; run < 3; run++) {
      expect((await machine.run({ instructions: 1000 })).kind).toBe('breakpoint');
      seen.push(machine.hart(0).x[10]);
    }
    expect(seen).toEqual([2n, 33n, 529n]);
    expect(machine.breakpoints.delete(address('second'))).toBe(true);
    expect(await machine.run({ instructions: 1000 })).toEqual({ kind: 'instructions' });
  });

  test('reads and writes registers, CSRs and memory', async () => {
    const { machine } = await testMachine(SOURCE);
    const hart = machine.hart(0);
    hart.setCsr('mscratch', 0x1234_5678_9abc_def0n);
    expect(hart.csr('mscratch')).toBe(0x1234_5678_9abc_def0n);
    expect(hart.csr(0x340)).toBe(0x1234_5678_9abc_def0n);
    expect(() => hart.csr('nonsense')).toThrow("the harts have no CSR 'nonsense'");
    expect(() => hart.setCsr('mhartid', 1n)).toThrow(RangeError);
    expect(() => machine.hart(1)).toThrow('there is no hart 1; the machine has 0 to 0');
    hart.x[0] = 7n;
    hart.pc = 0x8000_0000n;
    machine.step();
    expect([hart.x[0], hart.x[10]]).toEqual([0n, 1n]);
  });

  test('sees memory through the page tables of the present mode', async () => {
    const { machine } = await testMachine('1: j 1b');
    const hart = machine.hart(0);
    const [root, middle] = [0x8010_0000, 0x8010_1000];
    const entry = (address: number, bits: bigint) =>
      new Uint8Array(BigUint64Array.of(((BigInt(address) >> 12n) << 10n) | bits).buffer);
    machine.memory.write(root, entry(middle, 1n));
    // Two pages of 2 MiB side by side, at physical addresses that are not: the second one read-only.
    machine.memory.write(middle, entry(0x8020_0000, 0xc7n));
    machine.memory.write(middle + 8, entry(0x8000_0000, 0xc3n));
    hart.setCsr('satp', (8n << 60n) | BigInt(root >>> 12));
    hart.setCsr('pmpaddr0', (1n << 54n) - 1n);
    hart.setCsr('pmpcfg0', 0x1fn);
    hart.setCsr('mstatus', hart.csr('mstatus') | (1n << 11n));
    hart.setCsr('mepc', 0n);
    machine.memory.write(0x8000_0000, Uint8Array.of(0x73, 0, 0x20, 0x30)); // mret
    hart.pc = 0x8000_0000n;
    machine.step();
    expect(hart.mode).toBe('S');
    machine.memory.write(0x803f_ffff, Uint8Array.of(0xaa));
    machine.memory.write(0x8000_0000, Uint8Array.of(0xbb));
    expect(hart.translate(0x1f_ffffn)).toBe(0x803f_ffffn);
    expect([...hart.readMemory(0x1f_ffffn, 2)]).toEqual([0xaa, 0xbb]);
    hart.writeMemory(0x1f_fffen, Uint8Array.of(1, 2));
    expect([...machine.memory.read(0x803f_fffe, 2)]).toEqual([1, 2]);
    // A debugger writes to where the program may not, and leaves no D behind.
    hart.writeMemory(0x20_0000n, Uint8Array.of(0xcc));
    expect([...machine.memory.read(0x8000_0000, 1)]).toEqual([0xcc]);
    expect(hart.translate(0x20_0000n, 'write')).toBeUndefined();
    expect([...machine.memory.read(middle + 8, 1)]).toEqual([0xc3]);
    expect(() => hart.readMemory(0x40_0000n, 1)).toThrow('0x400000 is not mapped in mode S');
    expect(hart.translate(0n, 'fetch')).toBeUndefined();
  });

  test('code that the host changes is executed as it is then', async () => {
    const { machine, address } = await testMachine('.option norvc\n 1: li a0, 1\n li a1, 2\nend: j 1b');
    const end = address('end');
    await machine.run({ until: end });
    machine.memory.write(0x8000_0000, Uint8Array.of(0x13, 0x05, 0x50, 0x00)); // li a0, 5
    await machine.run({ until: end });
    expect([machine.hart(0).x[10], machine.hart(0).x[11]]).toEqual([5n, 2n]);
  });
});
