/** Hardware counters of guests: each counts its guest's own instructions, and exactly those, whatever else the harts do. */
import { expect, test } from 'vitest';
import type { GuestFile } from '../cli/plan.ts';
import { assemble } from '../toolchain/assembler/assemble.ts';
import { writeElf } from '../toolchain/elf.ts';
import { link } from '../toolchain/linker/link.ts';
import { runGuests } from './hypervisor-run.ts';

/** Rounds of the loops, of two instructions each: several turns of a hart. */
const ROUNDS = 1_500_000;
const ILLEGAL_INSTRUCTION = 2n;
const ABC = 'bare/guests/abc.S';

/** Of both programs. */
const MACROS = `
.equ PMU, 0x504d55
.equ ROUNDS, ${ROUNDS}
.equ LCOFI, 1 << 13

# Prints a register, a line each.
.macro show register
    mv a0, \\register
    call print
.endm
.macro pmu function, counter, mask, flags, event
    li a7, PMU
    li a6, \\function
    li a0, \\counter
    li a1, \\mask
    li a2, \\flags
    li a3, \\event
    li a4, 0
    ecall
.endm
.macro loop
    li t0, ROUNDS
1:  addi t0, t0, -1
    bnez t0, 1b
.endm
`;

/** Prints a0 in hexadecimal. */
const PRINT = `
print:
    mv t1, a0
    li t2, 60
1:  srl a0, t1, t2
    andi a0, a0, 15
    addi a0, a0, '0'
    li t0, '9'
    ble a0, t0, 2f
    addi a0, a0, 39
2:  li a7, 1
    ecall
    addi t2, t2, -4
    bgez t2, 1b
    li a0, 10
    li a7, 1
    ecall
    ret

.balign 16
.space 1024
stack:
.balign 4096
page: .space 4096
`;

/** What it prints stands in EXPECTED, in the same order. */
const COUNTING = `
_start:
    la sp, stack
    la t0, vector
    csrw stvec, t0
    li t0, -1
    csrw scounteren, t0

    pmu 1, 0, 0, 0, 0                   # counter_get_info
    show a1
    pmu 2, 0, 7, 2, 2                   # counter_config_matching: clear; instructions
    show a1
    pmu 3, 0, 1, 0, 0                   # counter_start
    csrr s1, hpmcounter3
    loop
    csrr s2, hpmcounter3
    pmu 4, 0, 1, 0, 0                   # counter_stop
    csrr s3, hpmcounter3
    loop
    csrr s4, hpmcounter3
    sub s2, s2, s1
    sub s4, s4, s3
    sub s3, s3, s1
    show s1
    show s2
    show s3
    show s4

    # Past its end, into a snapshot.
    la a0, page
    li a1, 0
    li a2, 0
    li a7, PMU
    li a6, 7                            # snapshot_set_shmem
    ecall
    pmu 3, 0, 1, 1, -10                 # from there
    loop
    pmu 4, 0, 1, 2, 0
    la t0, page
    ld s1, 0(t0)
    ld s2, 8(t0)
    show s1
    show s2

    # In U-mode only: S-mode is left out.
    pmu 2, 1, 1, 0x42, 2
    pmu 3, 1, 1, 0, 0
    loop
    la s11, 2f
    la t0, user
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0
    sret
user:
    csrr s1, hpmcounter4
    loop
    csrr s2, hpmcounter4
    ecall
2:  loop
    csrr s3, hpmcounter4
    show s1
    show s2
    show s3

    # In S-mode only.
    pmu 4, 1, 1, 1, 0
    pmu 2, 1, 1, 0x22, 2
    la s11, 3f
    la t0, 4f
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0
    pmu 3, 1, 1, 0, 0
    sret
4:  loop
    ecall
3:  csrr s3, hpmcounter4
    show s3

    # U-mode reads what scounteren lets it read, whoever answers: a counter that counts, one that does not, instret.
    li t0, 0x10
    csrw scounteren, t0
    la s11, 6f
    la t0, 5f
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0
    sret
5:  csrr t0, hpmcounter4
    csrr t0, hpmcounter3
6:  show s10
    la s11, 8f
    la t0, 7f
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0
    sret
7:  csrr t0, instret
8:  show s10

    # The CSRs are not for writing.
    la s11, 9f
    csrr t0, hpmcounter3
    csrw hpmcounter3, t0
9:  show s10

    csrr s1, instret
    csrr s2, cycle
    loop
    csrr s3, instret
    csrr s4, cycle
    sub s3, s3, s1
    sub s4, s4, s2
    show s3
    show s4

    li a0, 0
    li a1, 0
    li a6, 0
    li a7, 0x53525354
    ecall

.balign 4
vector:
    csrr s10, scause
    mv t0, s11
    jr t0
`;

function guestOf(name: string, source: string): GuestFile {
  const object = assemble(MACROS + source + PRINT, `${name}.S`);
  return { path: `${name}.elf`, bytes: writeElf(link([object], { base: 0x8020_0000n })) };
}

/** Numbers that the guest of this name has printed. */
function numbersOf(output: string, name: string): bigint[] {
  const lines = output.matchAll(new RegExp(`^\\[${name}\\] ([0-9a-f]{16})\\r?$`, 'gm'));
  return [...lines].map(([, digits]) => BigInt(`0x${digits}`));
}

const nameOf = (number: number) => (number === 1 ? 'counters' : `counters-${number}`);

/** `li` of ROUNDS is two instructions, and so is that of PMU; an ecall does not retire. */
const LOOP = 2n * BigInt(ROUNDS) + 2n;
const PMU_CALL = 8n;
/** A CSR instruction that reads a counter has not been counted yet. */
const READ = 1n;

const EXPECTED = [
  // hpmcounter3, 64 bits.
  0xc03n | (63n << 12n),
  0n,
  // What it has at its start, behind the loop, when it is stopped, and how much more later.
  0n,
  READ + LOOP,
  READ + LOOP + READ + PMU_CALL,
  0n,
  // The bitmap of overflows, and the value.
  1n,
  LOOP + PMU_CALL - 10n,
  // U-mode alone.
  0n,
  READ + LOOP,
  READ + LOOP + READ,
  // S-mode alone: sret, and what vector does.
  1n + 3n,
  ILLEGAL_INSTRUCTION,
  ILLEGAL_INSTRUCTION,
  ILLEGAL_INSTRUCTION,
];
/** instret and cycle have the hypervisor's work for the guest too, and that of nobody else. */
const MOST_OVERHEAD = 100_000n;

test.each([
  { guests: 1, harts: 1 },
  { guests: 2, harts: 1 },
  { guests: 3, harts: 2 },
])('counts are exact in $guests guest(s) on $harts hart(s)', async ({ guests, harts }) => {
  const counters = guestOf('counters', COUNTING);
  // Never alone, so that lines have names.
  const { output, stop } = await runGuests([...Array.from({ length: guests }, () => counters), ABC], { harts });
  expect(stop.kind).toBe('pass');
  for (let number = 1; number <= guests; number++) {
    const numbers = numbersOf(output, nameOf(number));
    expect(numbers.slice(0, EXPECTED.length)).toEqual(EXPECTED);
    const fixed = numbers.slice(EXPECTED.length);
    expect(fixed).toHaveLength(2);
    for (const count of fixed) {
      expect(count).toBeGreaterThan(LOOP);
      expect(count).toBeLessThan(LOOP + MOST_OVERHEAD);
    }
  }
  // Turns have ended in the middle of it.
  if (guests > harts) expect(output).toMatch(/exits: .* supervisor timer interrupt/);
});

/** Instructions from one sample to the next: no turn ends as often. */
const PERIOD = 300_007;

/** Interrupts each PERIOD instructions, with the handler's left out as far as the counter is stopped; at last one is masked for a while. */
const SAMPLING = `
.equ PERIOD, ${PERIOD}

_start:
    la sp, stack
    la t0, vector
    csrw stvec, t0
    la a0, page
    li a1, 0
    li a2, 0
    li a7, PMU
    li a6, 7                            # snapshot_set_shmem
    ecall
    li s0, 0                            # samples
    li s1, 0                            # snapshots that did not tell of them
    li t0, LCOFI
    csrw sie, t0
    csrsi sstatus, 2
    pmu 2, 0, 1, 2, 2
    pmu 3, 0, 1, 1, -PERIOD
    loop
    csrci sstatus, 2
    show s0
    show s1
    # Masked it stays pending, whoever has the hart meanwhile.
    li s0, 0
    loop
    csrr s2, sip
    show s2
    show s0
    csrsi sstatus, 2
    nop
    csrci sstatus, 2
    show s0
    csrr s2, sip
    show s2
    pmu 4, 0, 1, 1, 0
    li a0, 0
    li a1, 0
    li a6, 0
    li a7, 0x53525354
    ecall

.balign 4
vector:
    mv s9, t0                           # the loop's
    pmu 4, 0, 1, 2, 0
    la t0, page
    ld t1, 0(t0)
    addi t1, t1, -1
    snez t1, t1
    add s1, s1, t1
    addi s0, s0, 1
    li t0, LCOFI
    csrc sip, t0
    pmu 3, 0, 1, 1, -PERIOD
    mv t0, s9
    sret
`;

test.each([1, 2])('a counter interrupts its guest alone, with %i guest(s) on a hart', async (guests) => {
  const sampling = guestOf('counters', SAMPLING);
  const { output, stop } = await runGuests([...Array.from({ length: guests }, () => sampling), ABC], {});
  expect(stop.kind).toBe('pass');
  const LCOFI = 1n << 13n;
  for (let number = 1; number <= guests; number++) {
    // What the handler executes is less than an instruction in a thousand.
    const samples = BigInt(Math.floor((2 * ROUNDS) / PERIOD));
    expect(numbersOf(output, nameOf(number))).toEqual([samples, 0n, LCOFI, 0n, 1n, 0n]);
  }
});
