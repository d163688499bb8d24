/** Hardware counters through the firmware's PMU extension: exact counts, snapshots, and the interrupt of an overflow. */
import { expect, test } from 'vitest';
import { artefact } from '../../cli/artefacts.ts';
import { Machine } from '../../machine/index.ts';
import { assemble } from '../../toolchain/assembler/assemble.ts';
import { writeElf } from '../../toolchain/elf.ts';
import { link } from '../../toolchain/linker/link.ts';

const LCOFIP = 1n << 13n;

const SOURCE = `
.equ PMU, 0x504d55
.macro pmu function
    li a7, PMU
    li a6, \\function
    ecall
    bnez a0, failed
.endm

.globl _start
_start:
    la   s0, page
    mv   a0, s0
    li   a1, 0
    li   a2, 0
    pmu  7                  # snapshots go to the page
    li   a0, 2
    li   a1, 1
    li   a2, 2              # clear the value
    li   a3, 2              # instructions
    li   a4, 0
    pmu  2
    csrr s1, hpmcounter3
    li   a0, 2
    li   a1, 1
    li   a2, 0
    li   a7, PMU
    li   a6, 3
    ecall
    .rept 10
    addi t0, t0, 1
    .endr
    li   a0, 2
    li   a1, 1
    li   a2, 2              # take a snapshot
    li   a7, PMU
    li   a6, 4
    ecall
    ld   s2, 8(s0)
    csrr s3, hpmcounter3

    # Once more, up to an overflow.
    li   a0, 2
    li   a1, 1
    li   a2, 1
    li   a3, -1000
    pmu  3
    csrr s4, sip
1:  addi t1, t1, 1
    csrr t2, sip
    srli t2, t2, 13
    andi t2, t2, 1
    beqz t2, 1b
    csrr s5, hpmcounter3
    csrr s6, scountovf
    li   a0, 2
    li   a1, 1
    li   a2, 2
    pmu  4
    ld   s7, 0(s0)
    # The next start clears OF.
    li   a0, 2
    li   a1, 1
    li   a2, 0
    pmu  3
    csrr s8, scountovf
done:
    wfi
failed:
    wfi
.balign 4096
page: .space 4096
`;

test('counts exactly what S-mode executes, and interrupts when it passes its end', async () => {
  const image = link([assemble(SOURCE, 'pmu.S')], { base: 0x8020_0000n });
  const address = (name: string) => image.symbols.find((each) => each.name === name)!.value;
  const machine = await Machine.create({
    core: await artefact('core.wasm'),
    firmware: await artefact('firmware.elf'),
    kernel: writeElf(image),
  });
  const reason = await machine.run({ until: address('done'), instructions: 2_000_000 });
  expect(reason).toMatchObject({ kind: 'breakpoint', address: address('done') });
  const [s1, s2, s3, s4, s5, s6, s7, s8] = [9, 18, 19, 20, 21, 22, 23, 24].map((n) => machine.hart(0).x[n]!);
  expect(s1).toBe(0n);
  // The ten additions, and what leads to the ecall that stops: five li, one of them two instructions. An ecall does not retire.
  expect(s2).toBe(10n + 6n);
  expect(s3).toBe(s2);
  expect(s4! & LCOFIP).toBe(0n);
  expect(s5).toBeLessThan(10n);
  expect([s6, s7, s8]).toEqual([1n << 3n, 1n << 0n, 0n]);
});
