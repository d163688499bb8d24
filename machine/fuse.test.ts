import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXECUTE_PATH, FIRST_ADDED, FUNCTION_PATHS, fuseCases, fusedOps, inlined } from './fuse.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const source = read(EXECUTE_PATH);
const functions = new Map(FUNCTION_PATHS.map((path) => [path, read(path)]));
const fused = fuseCases(source, functions);

/** Text of the case with this opcode. */
const caseOf = (opcode: number): string => {
  const from = fused.indexOf(`case ${opcode}: {`);
  return fused.slice(from, fused.indexOf('\ncase ', from + 1));
};

test('the distance to the next slot is a constant in every case of an instruction', () => {
  const cases = fused.slice(fused.indexOf('case OP_NOP:'), fused.lastIndexOf('        default: {'));
  expect(cases).not.toContain('length(slot)');
  expect(cases.match(/slot \+= 8;/g)!.length).toBeGreaterThan(20);
});

test('a pair is both bodies, with the count of instructions between', () => {
  const ops = fusedOps();
  const [, second] = /pairOp[\s\S]*?case OP_LI \| COMPRESSED:\n[\s\S]*?case OP_LI:\s*return (\d+);/.exec(ops)!;
  const text = caseOf(Number(second)).replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    '{ li(hart, slot); slot += 8; } if (!left) continue; left--; { li(hart, slot); slot += 16; continue; } break;',
  );
});

test('an instruction that computes has the case of its function', () => {
  expect(fused.replaceAll(/\s+/g, ' ')).toContain('case OP_ADD_UW: addUw(hart, slot); slot += 16; continue;');
  expect(fused).toMatch(/import \{[^}]* addUw,[^}]*\} from '.\/frequent-bits.ts';/);
});

test('functions of instructions are inlined; what helps them, and what is elsewhere, is as it was', () => {
  const text = 'function helper(): void {}\n\nexport function add(hart: usize, slot: usize): void {}\n';
  expect(inlined('machine/core/integer.ts', text)).toBe(text.replace('export', '@inline export'));
  expect(inlined('machine/core/rare.ts', text)).toBe(text);
});

test('every opcode that fused-ops.ts gives has its case', () => {
  for (const [, opcode] of fusedOps().matchAll(/return (\d+);/g)) {
    if (Number(opcode) > 0) expect(caseOf(Number(opcode)), opcode).toContain('slot');
  }
});

test('says which case is missing or cannot be first of a pair', () => {
  expect(() => fuseCases(source.replace('case OP_NOP:', 'case OP_NOPE:'), functions)).toThrow(/has no case OP_NOP/);
  expect(() =>
    fuseCases(
      source.replace(/(case OP_LD:[\s\S]*?)continue;/, (_, text: string) => `${text}break;`),
      functions,
    ),
  ).toThrow('the case of LD does not end by continue');
});

test('the opcodes that the build adds are above all others', () => {
  const first = Number(/OP_FIRST_OWN: u32 = (\d+)/.exec(read('machine/core/decoder.generated.ts'))![1]);
  const own = [...read('machine/core/ops.ts').matchAll(/OP_FIRST_OWN \+ (\d+)/g)].map(
    ([, index]) => first + Number(index),
  );
  expect(own.length).toBeGreaterThan(10);
  expect(Math.max(...own)).toBeLessThan(FIRST_ADDED);
});
