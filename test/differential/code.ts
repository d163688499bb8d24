/** Random instructions for a block, from the table: each kind as often as it is worth. */
import { compressedInstructions, expand } from '../../isa/compressed.ts';
import { csrByName } from '../../isa/csrs.ts';
import { decodeFields, encode, type Fields, operandRange } from '../../isa/encode.ts';
import { type Extension, type Instruction, instructionByName, instructions } from '../../isa/instructions.ts';
import { loadImmediate } from '../../toolchain/assembler/load-immediate.ts';
import type { Random } from './random.ts';
import { type CsrUse, MODES_WRITTEN, READ, STATUS_WRITTEN, VOLATILE, WRITTEN } from './state.ts';

export const SP = 2;
/** Point at data, directly and through pages that are mapped at random. */
export const POINTER = 8;
export const WINDOW_POINTER = 9;
const POINTERS: readonly number[] = [SP, POINTER, WINDOW_POINTER];
/** For addresses and CSR values that are made for the next instruction. */
const PREPARED = 15;

/** The sort of block, which says what it is made of. */
export type Profile = 'integer' | 'float' | 'privileged';

/** What a part of a block is made of: 16- or 32-bit parcels in order. */
type Part = readonly number[];

/** What both sides always have. */
export const COMMON_EXTENSIONS: readonly string[] = 'I M A F D Zicsr Zifencei Zihintpause S H'.split(' ');

const INTEGER: readonly Extension[] = ['I', 'M', 'Zba', 'Zbb', 'Zbc', 'Zbkb', 'Zbkx', 'Zbs', 'Zicond'];
const SYSTEM = /^(ecall|ebreak|fence|fence\.tso|fence\.i|jal|jalr|b..u?)$/;
const isMemory = ({ operands }: Instruction): boolean =>
  operands.some((operand) => ['imm(rs1)', 'store(rs1)', '(rs1)'].includes(operand));

/** Sizes of the accesses of A and Zacas, and of others that want alignment. */
const alignmentOf = (name: string): number =>
  name.startsWith('cbo.') ? 64 : ({ w: 4, d: 8, q: 16 }[name.split('.').at(-1)!] ?? 1);

export class CodeGenerator {
  readonly #random: Random;
  readonly #computations: readonly Instruction[];
  readonly #accesses: readonly Instruction[];
  readonly #atomics: readonly Instruction[];
  readonly #floats: readonly Instruction[];
  readonly #floatAccesses: readonly Instruction[];
  readonly #guestAccesses: readonly Instruction[];
  readonly #fences: readonly Instruction[];
  readonly #blocks: readonly Instruction[];
  readonly #withReturns: boolean;
  readonly #mayWait: boolean;

  /** `available` are the extensions to take instructions from; `mayWait` says that wfi traps in this block. */
  constructor(random: Random, available: ReadonlySet<string>, { withReturns = false, mayWait = false } = {}) {
    this.#random = random;
    this.#withReturns = withReturns;
    this.#mayWait = mayWait;
    const all = instructions.filter(({ extension }) => available.has(extension));
    const of = (...extensions: Extension[]): Instruction[] => all.filter((each) => extensions.includes(each.extension));
    // Not ctzw, which QEMU 7 has wrong.
    const integer = of(...INTEGER).filter(({ name }) => !SYSTEM.test(name) && name !== 'ctzw');
    this.#computations = integer.filter((each) => !isMemory(each));
    this.#accesses = integer.filter(isMemory);
    this.#atomics = of('A', 'Zacas').filter(({ name }) => !/^(lr|sc)\./.test(name));
    const halves = available.has('Zfh');
    const floats = of('F', 'D', 'Zfh', 'Zfa').filter(({ name }) => halves || !name.endsWith('.h'));
    this.#floats = floats.filter((each) => !isMemory(each));
    this.#floatAccesses = floats.filter(isMemory);
    // Not HLVX: where it faults QEMU takes it for a fetch.
    this.#guestAccesses = of('H').filter(({ name }) => /^h[ls]v\./.test(name));
    // Not sfence.w.inval and sfence.inval.ir, which QEMU lets U-mode execute.
    this.#fences = all.filter(({ name }) => /^([sh]fence\..*vma|.inval\.)/.test(name));
    this.#blocks = of('Zicbom', 'Zicboz', 'Zicbop');
  }

  /** About `length` instructions, and the `ecall` that ends them. */
  block(profile: Profile, length: number): Uint8Array {
    const parts: Part[] = [];
    while (parts.length < length) parts.push(...this.#parts(profile));
    return Uint8Array.from([...layOut(parts, this.#random), ...bytesOf(encode('ecall'))]);
  }

  #parts(profile: Profile): Part[] {
    const weight = this.#random.below(100);
    if (profile === 'float' && weight < 60)
      return weight < 50 ? [this.#any(this.#floats)] : this.#access(this.#floatAccesses);
    if (profile === 'privileged' && weight < 50) return this.#privileged(weight);
    if (weight < 65) return [this.#any(this.#computations)];
    if (weight < 73) return [this.#compressed()];
    if (weight < 86) return this.#access(this.#accesses);
    // Not in the window: on a hart that is alone QEMU's atomic instructions load and then store, and fault as that.
    if (weight < 91) return this.#aligned(this.#atomics, false);
    if (weight < 93) return this.#reserved();
    if (weight < 95) return this.#aligned(this.#blocks);
    return [[BRANCH]];
  }

  #privileged(weight: number): Part[] {
    if (weight < 22) return this.#csr();
    if (weight < 32) return this.#access(this.#accesses, true);
    if (weight < 41) return this.#aligned(this.#guestAccesses, true);
    if (weight < 44) return [this.#any(this.#fences)];
    if (weight < 46) return [this.#any(this.#floats)];
    const single = ['ecall', 'ebreak', 'wrs.nto', 'wrs.sto', 'pause', ...(this.#mayWait ? ['wfi'] : [])];
    if (this.#withReturns) single.push('sret', 'mret', 'sret', 'mret');
    if (weight < 49) return [[encode(this.#random.pick(single))]];
    return [[(this.#random.word() & 0xffff_ff80) | 0x5b]];
  }

  #register(): number {
    return this.#random.below(32);
  }

  /** One that may be written. */
  #destination(): number {
    const register = this.#register();
    return POINTERS.includes(register) ? 16 + register : register;
  }

  #any(list: readonly Instruction[]): Part {
    const instruction = this.#random.pick(list);
    return [this.#encode(instruction, {})];
  }

  #encode(instruction: Instruction, fixed: Fields): number {
    const random = this.#random;
    const range = instruction.operands.map(operandRange).find((each) => each !== undefined);
    const steps = range ? Math.floor((range.max - range.min) / range.step) + 1 : 1;
    const imm = range ? range.min + random.below(steps) * range.step : 0;
    // Reserved rounding modes too, now and then.
    const rm = random.chance(16) ? random.below(8) : random.pick([0, 1, 2, 3, 4, 7]);
    const fd = instruction.operands.includes('fd');
    const own = {
      ...{ rd: fd ? this.#register() : this.#destination(), rs1: this.#register(), rs2: this.#register() },
      ...{ rs3: this.#register(), imm, rm, pred: random.below(16), succ: random.below(16) },
      ...{ aq: random.chance(2), rl: random.chance(2) },
    };
    return encode(instruction.name, { ...own, ...fixed });
  }

  #compressed(): Part {
    for (;;) {
      const { match, mask, extension } = this.#random.pick(compressedInstructions);
      const half = (match | (this.#random.word() & ~mask & 0xffff)) & 0xffff;
      const word = extension === 'C' ? expand(half) : 0;
      const base = word === 0 ? undefined : instructions.find((each) => (word & each.mask) >>> 0 === each.match);
      if (!base || SYSTEM.test(base.name)) continue;
      const { rd, rs1 } = decodeFields(base, word);
      if (base.operands.includes('rd') && POINTERS.includes(rd)) continue;
      if (isMemory(base) && !POINTERS.includes(rs1)) continue;
      return [half];
    }
  }

  /** A load or store by a pointer; through the window, at any of its pages. */
  #access(list: readonly Instruction[], window = this.#random.chance(3)): Part[] {
    const instruction = this.#random.pick(list);
    const rs1 = window ? PREPARED : this.#random.pick([SP, POINTER]);
    return [[...(window ? this.#windowAddress() : []), this.#encode(instruction, { rs1 })]];
  }

  /** One whose address has no offset; rarely misaligned. */
  #aligned(list: readonly Instruction[], window = this.#random.chance(3)): Part[] {
    if (list.length === 0) return [];
    const instruction = this.#random.pick(list);
    // Of a cache block QEMU reports the start where it faults, so those are always aligned.
    const misaligned = this.#random.chance(16) && !instruction.name.startsWith('cbo.');
    const alignment = misaligned ? 1 : alignmentOf(instruction.name);
    const prepare = window ? this.#windowAddress(alignment) : this.#dataAddress(alignment);
    // With x0 as amocas's destination QEMU changes what x0 is.
    const rd = instruction.name.startsWith('amocas') ? { rd: 16 + this.#random.below(8) * 2 } : {};
    return [[...prepare, this.#encode(instruction, { rs1: PREPARED, ...rd })]];
  }

  /** lr and then sc at the same place, or twice. Never sc alone: what an earlier lr has reserved is larger here than in QEMU. */
  #reserved(): Part[] {
    const width = this.#random.pick(['w', 'd']);
    const rd = 5 + this.#random.below(2);
    const encodeAt = (name: string): number => this.#encode(instructionByName.get(name)!, { rd, rs1: PREPARED });
    const lr = encode(`lr.${width}`, { rd, rs1: PREPARED });
    const sc = encodeAt(`sc.${width}`);
    return [[...this.#dataAddress(8), lr, sc, ...(this.#random.chance(4) ? [encodeAt(`sc.${width}`)] : [])]];
  }

  #dataAddress(alignment: number): Part {
    const imm = (this.#random.below(4096) - 2048) & -alignment;
    return [encode('addi', { rd: PREPARED, rs1: POINTER, imm: Math.max(imm, -2048) })];
  }

  #windowAddress(alignment = 1): Part {
    const page = this.#random.below(32);
    const imm = (this.#random.below(2048) - 1024) & -alignment;
    return [
      encode('lui', { rd: PREPARED, imm: page }),
      encode('add', { rd: PREPARED, rs1: PREPARED, rs2: WINDOW_POINTER }),
      encode('addi', { rd: PREPARED, rs1: PREPARED, imm: alignment === 1 && this.#random.chance(12) ? 2047 : imm }),
    ];
  }

  #csr(): Part[] {
    const random = this.#random;
    const modes = this.#withReturns ? STATUS_WRITTEN : MODES_WRITTEN;
    if (random.chance(3)) {
      const name = random.pick([...READ, ...WRITTEN.map((each) => each.name), ...modes.map((each) => each.name)]);
      return [[encode('csrrs', { rd: this.#csrDestination(name), csr: csrByName.get(name)!.address })]];
    }
    const { name, mask }: CsrUse = random.pick(random.chance(4) ? modes : WRITTEN);
    const csr = csrByName.get(name)!.address;
    const rd = this.#csrDestination(name);
    const imm = random.below(32) & Number(mask & 31n);
    const operations = name === 'mip' ? ['csrrs', 'csrrc'] : ['csrrw', 'csrrs', 'csrrc'];
    if (random.chance(4)) return [[encode(`${random.pick(operations)}i`, { rd, csr, imm })]];
    const value = loadImmediate(PREPARED, random.value() & mask).map(({ name: each, fields }) => encode(each, fields));
    return [[...value, encode(random.pick(operations), { rd, csr, rs1: PREPARED })]];
  }

  #csrDestination(name: string): number {
    return VOLATILE.has(name) ? 0 : this.#destination();
  }
}

/** In place of an encoding: a branch or jump over some of the parts that follow. */
const BRANCH = -1;

const lengthOf = (part: Part): number =>
  part.reduce((sum, parcel) => sum + (parcel === BRANCH || (parcel & 3) === 3 ? 4 : 2), 0);

const bytesOf = (parcel: number): number[] =>
  (parcel & 3) === 3 ? [0, 8, 16, 24].map((shift) => (parcel >>> shift) & 255) : [parcel & 255, (parcel >>> 8) & 255];

function layOut(parts: readonly Part[], random: Random): number[] {
  return parts.flatMap((part, index) =>
    part.flatMap((parcel) => {
      if (parcel !== BRANCH) return bytesOf(parcel);
      const skipped = parts.slice(index + 1, index + 1 + random.below(4));
      const imm = 4 + skipped.reduce((sum, each) => sum + lengthOf(each), 0);
      const fields = { rs1: random.below(32), rs2: random.below(32), rd: random.pick([0, 1, 5]), imm };
      return bytesOf(encode(random.pick(['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu', 'jal']), fields));
    }),
  );
}
