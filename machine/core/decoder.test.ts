import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { expand, findCompressed } from '../../isa/compressed.ts';
import { decodeFields } from '../../isa/encode.ts';
import { type Instruction, instructions } from '../../isa/instructions.ts';
import { compileAssemblyScript } from '../../toolchain/assemblyscript.ts';
import { SLOT_IMMEDIATE, SLOT_RD, SLOT_READY, SLOT_RS1, SLOT_RS2, SLOT_RS3, SLOT_SOURCE } from './layout.ts';

interface Decoder {
  memory: WebAssembly.Memory;
  decodeWord(slot: number, word: number): number;
  expand(half: number): number;
  [opcode: `OP_${string}`]: WebAssembly.Global;
}

const SLOT = 4096;
let decoder: Decoder;
let view: DataView;

beforeAll(async () => {
  const { wasm } = await compileAssemblyScript({
    entry: 'machine/core/decoder.generated.ts',
    readFile: (path) => {
      const file = new URL(`../../${path}`, import.meta.url);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
    target: 'wasm32',
    optimize: 'O1',
    flags: ['--initialMemory', '1'],
  });
  const { instance } = await WebAssembly.instantiate(wasm as Uint8Array<ArrayBuffer>);
  decoder = instance.exports as unknown as Decoder;
  view = new DataView(decoder.memory.buffer);
});

/** Hints are what they are encoded as. */
const decodable = instructions.filter(({ extension }) => extension !== 'Zicbop');

function opcode(instruction: Instruction | undefined): number {
  const name = instruction?.name ?? 'illegal';
  return decoder[`OP_${name.toUpperCase().replaceAll('.', '_')}`]!.value as number;
}

/** Random words, reproducible. */
function* words(count: number): Generator<number> {
  let state = 0x2545f491;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

function expectDecoded(word: number): void {
  decoder.decodeWord(SLOT, word);
  const instruction = decodable.find(({ match, mask }) => (word & mask) >>> 0 === match);
  expect(view.getUint16(SLOT, true), word.toString(16)).toBe(opcode(instruction));
  if (!instruction) return;
  const { rd, rs1, rs2, rs3, rm, imm, csr } = decodeFields(instruction, word);
  const has = (operand: Instruction['operands'][number]): boolean => instruction.operands.includes(operand);
  if (has('rd') || has('fd')) expect(view.getUint8(SLOT + SLOT_RD)).toBe(rd * 8);
  if (has('rs1') || has('fs1') || has('imm(rs1)') || has('store(rs1)') || has('(rs1)')) {
    expect(view.getUint8(SLOT + SLOT_RS1)).toBe(rs1 * 8);
  }
  const hasImmediate = has('branch') || has('store(rs1)');
  if (has('rs2') || has('fs2')) expect(view.getUint8(SLOT + (hasImmediate ? SLOT_SOURCE : SLOT_RS2))).toBe(rs2 * 8);
  if (has('zimm')) expect(view.getUint8(SLOT + SLOT_RS1)).toBe(imm * 8);
  if (has('fs3')) expect(view.getUint8(SLOT + SLOT_RS3) & 0xf8).toBe(rs3 * 8);
  if (has('rm')) expect(view.getUint8(SLOT + SLOT_READY)).toBe(rm === 5 || rm === 6 ? 0 : 1 << rm);
  const immediate = view.getInt32(SLOT + SLOT_IMMEDIATE, true) >> 8;
  if (has('csr')) expect(immediate).toBe(csr);
  else if (has('upper')) expect(immediate & 0xfffff).toBe(imm);
  else if (instruction.operands.some((operand) => /imm|store|branch|jump|shamt/.test(operand))) {
    expect(immediate, word.toString(16)).toBe(imm);
  }
}

test('each instruction of the table decodes to its own opcode, with random operands', () => {
  const random = words(instructions.length * 16);
  for (const { match, mask } of instructions) {
    for (let i = 0; i < 16; i++) expectDecoded((match | (random.next().value! & ~mask)) >>> 0);
  }
});

test('random words decode as the table says, reserved ones to OP_ILLEGAL', () => {
  for (const word of words(20_000)) expectDecoded((word | 3) >>> 0);
});

test('every halfword expands as the table says', () => {
  const different: string[] = [];
  for (let half = 0; half < 0x10000; half++) {
    if ((half & 3) === 3) continue;
    const found = findCompressed(half);
    const expected = found ? expand(half) : 0;
    if (decoder.expand(half) >>> 0 !== expected) different.push(`${found?.name} ${half.toString(16)}`);
  }
  expect(different).toEqual([]);
});
