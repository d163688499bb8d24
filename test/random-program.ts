/** Hostile code by the table of instructions: raw binaries that run wherever they are loaded. */

import { csrs } from '../isa/csrs.ts';
import { encode, type Fields } from '../isa/encode.ts';
import { instructions } from '../isa/instructions.ts';
import { randomNumbers } from './random.ts';

const T0 = 5;
const A7 = 17;
const LEGACY_SHUTDOWN = 8;
const VECTOR = 64;

/** What would end the walk through the program: jumps to random places, a wait for nothing, and what the trap vector needs. */
const kept = instructions.filter(({ name }) => !['jalr', 'sret', 'wfi'].includes(name));
const keptCsrs = csrs.filter(({ name }) => !['stvec', 'sscratch', 'sepc', 'satp'].includes(name));

/**
 * A program of `count` random instructions behind a trap vector that goes on at the next word, and its shutdown at the end. All
 * registers start with values that could be addresses of memory, devices or the hypervisor.
 */
export function randomProgram(seed: number, count: number): Uint8Array {
  const next = randomNumbers(seed);
  const pick = <T>(list: readonly T[]): T => list[next() % list.length]!;
  const words: number[] = [
    // stvec = pc + VECTOR, then over the vector.
    encode('auipc', { rd: T0, imm: 0 }),
    encode('addi', { rd: T0, rs1: T0, imm: VECTOR }),
    encode('csrrw', { rd: 0, rs1: T0, csr: 0x105 }),
    encode('jal', { rd: 0, imm: 128 - 12 }),
  ];
  const pad = (bytes: number): void => {
    while (words.length < bytes / 4) words.push(encode('addi'));
  };
  pad(VECTOR);
  // sepc = (sepc + 4) & ~3, through sscratch for t0.
  words.push(
    encode('csrrw', { rd: T0, rs1: T0, csr: 0x140 }),
    encode('csrrs', { rd: T0, rs1: 0, csr: 0x141 }),
    encode('addi', { rd: T0, rs1: T0, imm: 4 }),
    encode('andi', { rd: T0, rs1: T0, imm: -4 }),
    encode('csrrw', { rd: 0, rs1: T0, csr: 0x141 }),
    encode('csrrw', { rd: T0, rs1: T0, csr: 0x140 }),
    encode('sret'),
  );
  pad(128);
  for (let register = 1; register < 32; register++) {
    words.push(
      encode('lui', {
        rd: register,
        imm: pick([0x80000, 0x80200, 0x88000, 0x10000, 0x02000, 0x0c000, 0x00100, next() & 0xfffff]),
      }),
    );
    words.push(encode('slli', { rd: register, rs1: register, imm: pick([0, 0, 8, 32]) }));
    words.push(encode('srli', { rd: register, rs1: register, imm: pick([0, 32, 32, 8]) }));
  }
  for (let index = 0; index < count; index++) {
    const instruction = pick(kept);
    const fields: Fields = {
      rd: next() & 31,
      rs1: next() & 31,
      rs2: next() & 31,
      rs3: next() & 31,
      // Branches and jumps go a few words ahead, so that the program comes to its end.
      imm: instruction.operands.includes('branch') || instruction.operands.includes('jump') ? 8 : next() & 0x7ff,
      csr: pick(keptCsrs).address,
      rm: next() & 7,
    };
    words.push(encode(instruction.name, fields));
  }
  words.push(encode('addi', { rd: A7, rs1: 0, imm: LEGACY_SHUTDOWN }), encode('ecall'));
  return new Uint8Array(Uint32Array.from(words).buffer);
}
