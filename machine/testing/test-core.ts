/** For tests: a core without a board, whose harts are set up and looked at from outside. */

import { csrByName } from '../../isa/csrs.ts';
import { encode, type Fields } from '../../isa/encode.ts';
import * as layout from '../core/layout.ts';
import { Core, type CoreHost } from '../core-instance.ts';
import { testCore } from './test-machine.ts';

export const RAM_BASE = 0x8000_0000n;
const NO_DEVICES: CoreHost = {
  mmioRead: () => 0,
  mmioWrite: () => {},
  updateTime: () => {},
  tohostWritten: () => {},
};

export const U = { privilege: 0, virtual: 0 };
export const S = { privilege: 1, virtual: 0 };
export const M = { privilege: 3, virtual: 0 };
export const VU = { privilege: 0, virtual: 1 };
export const VS = { privilege: 1, virtual: 1 };
export type Mode = typeof U;

/** An instruction, as `isa/encode.ts` takes it, or its bits. */
export type Code = number | readonly [name: string, fields?: Fields];

const wordOf = (code: Code): number => (typeof code === 'number' ? code : encode(code[0], code[1]));

export class TestHart {
  readonly core: Core;
  readonly number: number;

  constructor(core: Core, number = 0) {
    this.core = core;
    this.number = number;
    core.exports.resetHart(number);
    // PMP denies everything to S and U at reset: entry 0 opens all of memory (NAPOT).
    this.write('pmpaddr0', 0x3f_ffff_ffff_ffffn);
    this.write('pmpcfg0', 0x1fn);
    // And the walk sets A and D, which tests of their faults do not want.
    this.write('menvcfg', 0n);
    this.write('mtvec', RAM_BASE + 0xf000n);
    this.pc = RAM_BASE;
  }

  #field(offset: number): number {
    return this.core.hart(this.number, offset);
  }

  get pc(): bigint {
    return this.core.u64(this.#field(layout.HART_PC));
  }

  set pc(value: bigint) {
    this.core.setU64(this.#field(layout.HART_PC), value);
  }

  get mode(): Mode {
    const u32 = (offset: number) => this.core.u32(this.#field(offset));
    return { privilege: u32(layout.HART_PRIVILEGE), virtual: u32(layout.HART_VIRTUAL) };
  }

  set mode({ privilege, virtual }: Mode) {
    this.core.setU32(this.#field(layout.HART_PRIVILEGE), privilege);
    this.core.setU32(this.#field(layout.HART_VIRTUAL), virtual);
  }

  x(register: number): bigint {
    return this.core.u64(this.#field(layout.HART_X) + register * 8);
  }

  setX(register: number, value: bigint): void {
    this.core.setU64(this.#field(layout.HART_X) + register * 8, BigInt.asUintN(64, value));
  }

  f(register: number): bigint {
    return this.core.u64(this.#field(layout.HART_F) + register * 8);
  }

  setF(register: number, value: bigint): void {
    this.core.setU64(this.#field(layout.HART_F) + register * 8, value);
  }

  read(csr: string): bigint {
    if (!this.core.exports.readCsr(this.number, csrByName.get(csr)!.address)) throw new Error(`no CSR ${csr}`);
    return this.core.scratch;
  }

  write(csr: string, value: bigint): void {
    this.core.scratch = BigInt.asUintN(64, value);
    if (!this.core.exports.writeCsr(this.number, csrByName.get(csr)!.address)) throw new Error(`no CSR ${csr}`);
  }

  /** Puts code at a physical address in RAM. */
  place(address: bigint, ...code: Code[]): void {
    code.forEach((each, index) => {
      this.core.setU32(ram(address) + index * 4, wordOf(each));
    });
    this.core.exports.invalidateCode(Number(address >> 12n), 1);
  }

  run(instructions: number): number {
    return this.core.exports.runHart(this.number, instructions);
  }

  /** Executes one instruction, placed at pc (which is a physical address); its cause if it trapped to M-mode, else undefined. */
  execute(code: Code): bigint | undefined {
    this.place(this.pc, code);
    return this.step();
  }

  /** Executes the instruction at pc; its cause if it trapped to M-mode, else undefined. */
  step(): bigint | undefined {
    this.write('mcause', NO_CAUSE);
    this.run(1);
    const cause = this.read('mcause');
    return cause === NO_CAUSE ? undefined : cause;
  }
}

const NO_CAUSE = 0x3fn;

/** Linear address of a physical one in RAM. */
export function ram(address: bigint): number {
  return Number(address - RAM_BASE) + layout.RAM;
}

const MEMORY = 16 * 2 ** 20;

/** `memory` is RAM in bytes. */
export async function testHarts(harts: number, host: Partial<CoreHost> = {}, memory = MEMORY): Promise<TestHart[]> {
  const size = Math.ceil(memory / 2 ** 16) * 2 ** 16;
  const core = await Core.create(await testCore(), { harts, memory: size, host: { ...NO_DEVICES, ...host } });
  core.setU32(layout.MACHINE_INSTRUCTIONS_PER_TICK, 10);
  return Array.from({ length: harts }, (_, number) => new TestHart(core, number));
}

export async function testHart(host: Partial<CoreHost> = {}, memory = MEMORY): Promise<TestHart> {
  return (await testHarts(1, host, memory))[0]!;
}
