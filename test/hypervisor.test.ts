/** The hypervisor on the built-in machine: how guests come in, how they end, and how it reports its own mistakes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { artefact, readPackageFile } from '../cli/artefacts.ts';
import { loadGuest } from '../cli/guests.ts';
import { type GuestFile, planGuests } from '../cli/plan.ts';
import { hypervisor } from '../cli/programs.ts';
import { Symbols } from '../debug/symbols.ts';
import { Machine } from '../machine/index.ts';
import { assemble } from '../toolchain/assembler/assemble.ts';
import { readElf, writeElf } from '../toolchain/elf.ts';
import { link } from '../toolchain/linker/link.ts';
import { buildProgram } from '../toolchain/program.ts';
import { endOf, runGuests } from './hypervisor-run.ts';

const ABC = 'bare/guests/abc.S';

/** A guest from assembly, linked at an address. */
function linked(base: bigint, source: string): GuestFile {
  return { path: 'guest.elf', bytes: writeElf(link([assemble(source, 'guest.S')], { base })) };
}

test('one guest writes straight to the console, and its report follows', async () => {
  const { output, stop } = await runGuests([ABC]);
  expect(output).toMatch(/^ABC\r?$/m);
  expect(output).toMatch(/guest abc: shut down\r?\ntypevisor: {3}exits: \d+, \d+ environment call from VS-mode/);
  expect(output).toContain('done: 1 shut down, 0 failed');
  expect(stop.kind).toBe('pass');
});

test('the lines of several guests are told apart, and each ends on its own', async () => {
  const { output, stop } = await runGuests([ABC, 'bare/guests/hello.ts', ABC]);
  expect(output).toContain('[abc] ABC');
  expect(output).toContain('[abc-2] ABC');
  expect(output).toMatch(/\[hello\] .*\S/);
  expect(output).toContain('done: 3 shut down, 0 failed');
  expect(stop.kind).toBe('pass');
});

test.each([1, 2, 3, 4, 8])('boots on a machine of %i harts', async (harts) => {
  const { output } = await runGuests([ABC], { harts });
  expect(endOf(output, 'abc')).toBe('shut down');
});

test.each([
  [1, 1],
  [2, 1],
  [4, 1],
  [4, 2],
  [3, 4],
  [8, 8],
])('a guest of %i vCPUs runs on %i harts', async (vcpus, harts) => {
  const { output } = await runGuests(['bare/guests/smp.ts'], { vcpus, harts });
  expect(output).toContain(`right: ${vcpus} harts added up to ${500 * vcpus * (vcpus + 1)}`);
  expect(endOf(output, 'smp')).toBe('shut down');
});

test('guests of several vCPUs share the harts', async () => {
  const smp = 'bare/guests/smp.ts';
  const { output } = await runGuests([smp, smp, ABC, smp], { vcpus: 4, harts: 3 });
  for (const name of ['smp', 'smp-2', 'smp-3']) expect(output).toContain(`[${name}] right: 4 harts`);
  expect(output).toContain('done: 4 shut down, 0 failed');
});

test('a guest whose harts have all stopped is over', async () => {
  const stops = linked(0x80200000n, '_start: li a7, 0x48534d\n li a6, 1\n ecall');
  expect(endOf((await runGuests([stops, ABC])).output, 'guest')).toBe('stopped: each of its harts has stopped itself');
});

test('a guest that reboots finds its memory as at first, and its neighbour is not disturbed', async () => {
  const reboots = linked(
    0x80200000n,
    `_start:
      la s0, word
      ld s1, (s0)
      addi a0, s1, 'c'
      li a7, 1
      ecall
      li s1, 1
      sd s1, (s0)
      li a0, 1
      li a1, 0
      li a6, 0
      li a7, 0x53525354
      ecall
     .balign 8
     word: .dword 0`,
  );
  const { output, stop } = await runGuests([ABC, reboots], { memory: 2 ** 22, instructions: 20_000_000 });
  expect(endOf(output, 'abc')).toBe('shut down');
  expect(output.match(/^typevisor: guest guest: reboots/gm)!.length).toBeGreaterThan(2);
  expect(output.match(/^\[guest\] .*/gm)!.every((line) => /^\[guest\] c+\r?$/.test(line))).toBe(true);
  expect(stop.kind).toBe('instructions');
});

test('guests have timers, and wait for them while others run', async () => {
  const { output } = await runGuests(['test/timer.S', ABC, 'test/timer.S', 'bare/guests/hostile/loop.S'], {
    instructions: 60_000_000,
  });
  expect(output).toContain('[timer] T');
  expect(output).toContain('[timer-2] T');
  expect(endOf(output, 'timer')).toBe('shut down');
  expect(endOf(output, 'timer-2')).toBe('shut down');
});

test('guests meet their devices by every load and store', async () => {
  const { output } = await runGuests(['test/mmio.S']);
  expect(output).toMatch(/^M\r?$/m);
  expect(endOf(output, 'mmio')).toBe('shut down');
});

test('each guest has floating-point registers of its own', async () => {
  // Eight million instructions each: a few turns.
  const source = readFileSync('test/floating-point.S', 'utf8').replace('ROUNDS, 400', 'ROUNDS, 20');
  const guest = linked(0x8000_0000n, source);
  const { output } = await runGuests([guest, guest, guest]);
  expect(output.match(/\[guest(-\d)?\] F/g)).toHaveLength(3);
  expect(output).toMatch(/exits: .* supervisor timer interrupt/);
});

test.each(['O0', 'Os'] as const)('works when compiled with -%s too', async (optimize) => {
  const { elf } = await buildProgram(hypervisor, { readFile: readPackageFile, optimize });
  const { output } = await runGuests([ABC, 'bare/guests/hostile/privileged.S'], { hypervisor: elf });
  expect(output).toContain('done: 2 shut down, 0 failed');
});

describe('images', () => {
  test('an ELF that is linked at 0x100000, as the tutorial does, gets its memory there', async () => {
    const guest = linked(
      0x100000n,
      `_start:
        la sp, stack_top
        call main
       1: j 1b
       main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 'A'
        li a7, 1
        ecall
        ld ra, 8(sp)
        addi sp, sp, 16
        li a7, 8
        ecall
       .bss
       .balign 16
       .space 1024 * 1024
       stack_top:`,
    );
    const { output } = await runGuests([guest]);
    expect(output).toMatch(/^A\r?$/m);
    expect(endOf(output, 'guest')).toBe('shut down');
  });

  test('a raw binary starts at the beginning of memory', async () => {
    const elf = linked(
      0x80000000n,
      '_start: auipc a0, 0\n srli a0, a0, 24\n addi a0, a0, -0x80 + 0x41\n li a7, 1\n ecall\n li a7, 8\n ecall',
    );
    const raw = { path: 'raw', bytes: readElf(elf.bytes).segments.find(({ bytes }) => bytes.length > 0)!.bytes };
    const { output } = await runGuests([raw]);
    expect(output).toMatch(/^A\r?$/m);
    expect(endOf(output, 'raw')).toBe('shut down');
  });

  test('a guest gets its hart id in a0 and a device tree in a1', async () => {
    const guest = linked(
      0x80200000n,
      `_start:
        bnez a0, wrong
        lwu t0, (a1)
        li t1, 0xedfe0dd0
        bne t0, t1, wrong
        li a1, 0
        j end
       wrong: li a1, 1
       end: li a0, 0
        li a6, 0
        li a7, 0x53525354
        ecall`,
    );
    expect(endOf((await runGuests([guest])).output, 'guest')).toBe('shut down');
  });

  test('two guests on a hart are told that half of the time was stolen', async () => {
    // Runs for 2 million ticks of 100 ns, and prints how many tenths of them the hypervisor says that it had no hart: a for 0.
    const guest = linked(
      0x80200000n,
      `_start:
        la a0, area
        li a1, 0
        li a2, 0
        li a6, 0
        li a7, 0x535441 # STA
        ecall
        bnez a0, end
        li s1, 2000000
        rdtime s0
       1: rdtime t0
        sub t0, t0, s0
        bltu t0, s1, 1b
        la t1, area
        ld t1, 8(t1)
        li t2, 10
        mul t0, t0, t2
        divu a0, t1, t0
        addi a0, a0, 'a'
        li a7, 1
        ecall
       end: li a7, 8
        ecall
        .balign 64
       area: .space 64`,
    );
    const { output } = await runGuests([guest, guest]);
    expect(output.match(/^\[.*\] [ef]\r?$/gm)).toHaveLength(2);
  });

  test('a guest that waits for a store gives up its turn, and goes on', async () => {
    const guest = linked(
      0x80200000n,
      `_start:
        li s0, 100
       1: .word 0x00d00073 # wrs.nto
        addi s0, s0, -1
        bnez s0, 1b
        li a7, 8
        ecall`,
    );
    const { output } = await runGuests([guest, ABC]);
    expect(endOf(output, 'guest')).toBe('shut down');
    expect(output).toContain('100 virtual instruction');
  });

  test('each guest gets a seed of its own', async () => {
    // The first property of 32 bytes, a letter for each half of a byte.
    const guest = linked(
      0x80200000n,
      `_start:
        li t1, 0x2000000003000000
       1: addi a1, a1, 4
        lwu t2, (a1)
        lwu t3, 4(a1)
        slli t3, t3, 32
        or t2, t2, t3
        bne t1, t2, 1b
        li s1, 32
       2: lbu a0, 12(a1)
        srli a0, a0, 4
        addi a0, a0, 'a'
        li a7, 1
        ecall
        lbu a0, 12(a1)
        andi a0, a0, 15
        addi a0, a0, 'a'
        ecall
        addi a1, a1, 1
        addi s1, s1, -1
        bnez s1, 2b
        li a7, 8
        ecall`,
    );
    const { output } = await runGuests([guest, guest]);
    const seeds = [...output.matchAll(/^\[.*\] ([a-p]{64})\r?$/gm)].map(([, seed]) => seed);
    expect(new Set(seeds).size).toBe(2);
  });

  const x86 = new Uint8Array(readFileSync(process.execPath).subarray(0, 4096));
  test('an image of another machine is refused in one line, and the neighbour runs', async () => {
    const { output, stop } = await runGuests([{ path: 'bad', bytes: x86 }, ABC]);
    expect(endOf(output, 'bad')).toMatch(/^refused: .*machine/);
    expect(endOf(output, 'abc')).toBe('shut down');
    expect(output).toContain('done: 1 shut down, 1 failed');
    expect(stop.kind).toBe('fail');
  });

  test('a truncated ELF is refused wherever it ends', async () => {
    const { bytes } = await loadGuest(ABC);
    for (const length of [40, 63, 64, 100, 200]) {
      const { output } = await runGuests([{ path: 'cut', bytes: bytes.slice(0, length) }, ABC]);
      expect(endOf(output, 'abc')).toBe('shut down');
      expect(output).toContain('done: 1 shut down, 1 failed');
    }
  });

  test('a segment beyond the memory is refused', async () => {
    const { output } = await runGuests([linked(0x90000000n, '_start: j _start'), ABC]);
    expect(endOf(output, 'guest')).toMatch(/^refused: its memory is too small/);
    expect(endOf(output, 'abc')).toBe('shut down');
  });
});

describe('mistakes of the hypervisor itself', () => {
  test('a panic names the line of each caller', async () => {
    const output = await panicBy((hart, symbol) => {
      hart.x[10] = 2n;
      hart.pc = symbol('wasm_trap');
    });
    expect(output).toContain('panic: division by zero');
    expect(output).toMatch(/typevisor: {3}at .*.*\(bare\/hypervisor\/report\/panic\.ts:\d+\)/);
  });

  /** Runs to the handling of the first exit, spoils the hart, and goes on. */
  async function panicBy(
    spoil: (hart: Machine['harts'][number], symbol: (name: string) => bigint) => void,
  ): Promise<string> {
    const hypervisor = await artefact('hypervisor.elf');
    const plan = planGuests([{ name: 'abc', image: await loadGuest(ABC), memory: 2 ** 24, vcpus: 1 }]);
    const machine = await Machine.create({
      core: await artefact('core.wasm'),
      memory: plan.hostMemory,
      firmware: await artefact('firmware.elf'),
      kernel: hypervisor,
      modules: plan.modules.map(({ kind, address, file }) => ({ kind, address, bytes: file.bytes })),
    });
    let output = '';
    machine.on('output', (bytes) => {
      output += String.fromCharCode(...bytes);
    });
    const symbols = Symbols.fromElf(hypervisor);
    const symbol = (name: string): bigint => symbols.address(name)!;
    expect((await machine.run({ until: symbol('handle_exit'), instructions: 100_000_000 })).kind).toBe('breakpoint');
    spoil(machine.harts[0]!, symbol);
    expect((await machine.run({ instructions: 100_000_000 })).kind).toBe('fail');
    machine.dispose();
    return output;
  }

  test('a stack overflow hits the guard page and is reported from the emergency stack', async () => {
    const output = await panicBy((hart, symbol) => {
      hart.x[2] = symbol('__stack_bottom');
    });
    expect(output).toMatch(/panic: store or AMO page fault in the hypervisor.*\(stack overflow\)/);
  });

  test('a null pointer is a fault, since page 0 is not mapped', async () => {
    const output = await panicBy((hart) => {
      hart.x[10] = 0n;
    });
    expect(output).toMatch(/panic: load page fault in the hypervisor, sepc 0x[0-9a-f]+, stval 0x[0-9a-f]{1,3}\b/);
    expect(output).toMatch(/typevisor: {3}at handle_exit\+0x[0-9a-f]+ \(bare\/hypervisor\/[a-z/-]+\.ts:\d+\)/);
  });

  test('code cannot be written', async () => {
    const output = await panicBy((hart, symbol) => {
      hart.x[2] = symbol('handle_exit');
    });
    expect(output).toContain('panic: store or AMO page fault in the hypervisor');
  });

  test('data cannot be executed', async () => {
    const output = await panicBy((hart, symbol) => {
      hart.pc = symbol('harts');
    });
    expect(output).toContain('panic: instruction page fault in the hypervisor');
  });
});
