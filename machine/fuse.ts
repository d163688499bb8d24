/**
 * Cases that the build adds to the interpreter. What an instruction does is written once: in `execute.ts`, or, where it
 * only computes, in a function of its name (`FUNCTION_PATHS`), which gets a case when the core is built. Further
 * cases are made of the text of those:
 *
 * - of compressed encodings, so that the distance to the next slot is a constant in each case. Read from the slot it
 *   would be a chain of loads through all that is executed, which costs a quarter of the speed.
 * - of floating-point instructions that the host's arithmetic can do, if they are ordinary (float/quick-*.ts).
 * - of pairs that compilers emit often, dispatched once for two instructions.
 */

/** The interpreter, whose switch gets a case for each pair. */
export const EXECUTE_PATH = 'machine/core/execute.ts';
/** Says which pairs there are: empty in the sources. */
export const FUSED_OPS_PATH = 'machine/core/fused-ops.ts';

/** First opcode that the build adds; those of instructions (decoder.generated.ts, ops.ts) are below. */
export const FIRST_ADDED = 0x200;

/** Each first instruction, and those that are fused with it when they follow. */
const FOLLOWERS: Readonly<Record<string, string>> = {
  LI: 'LI BEQ_NEAR BNE_NEAR',
  MV: 'MV LI',
  LUI: 'ADDI',
  AUIPC: 'ADDI LD',
  ADDI: 'ADDI ADD SD LD LW SLLI MULW BNE_NEAR BEQ_NEAR BLT_NEAR',
  ADD: 'ADD ADDI LD LW SD BGE_NEAR BNE_NEAR',
  ADDW: 'ADDW ADD BNE_NEAR',
  ADDIW: 'ADDIW ADDI BNE_NEAR',
  SLLI: 'ADD SRLI',
  SRLI: 'ADD',
  SLLIW: 'SRLIW SLLIW',
  SRLIW: 'SLLIW SRLIW OR XOR',
  ANDI: 'BEQ_NEAR BNE_NEAR',
  OR: 'OR XOR',
  XOR: 'XOR AND ADDW',
  SLTU: 'SLTU SUBW',
  MULW: 'ADDW',
  LD: 'LD ADDI SLTU',
  LW: 'ADD ADDI',
  LH: 'LH',
  LBU: 'ADDI',
  SD: 'SD LD ADDI',
  SB: 'ADDI ADDW',
};

/** Those that have a 16-bit encoding, and so a case for either length: the distance to the next slot is then a constant. */
const COMPRESSIBLE = new Set(
  (
    'NOP LI MV LUI ADDI ADDIW ADD SUB AND OR XOR ADDW SUBW ANDI SLLI SRLI SRAI LW LD SW SD FLD FSD ' +
    'J J_NEAR JR JALR BEQ BNE BEQ_NEAR BNE_NEAR'
  ).split(' '),
);

/** The function of an instruction: `FADD_D` is `faddD`. */
const functionName = (name: string): string =>
  name.toLowerCase().replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase());
const instructionName = (name: string): string => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();

const quickCase = (name: string): string => `        case OP_${name}: {
          if (!${functionName(name)}(hart, slot)) {
            const outcome = executeRare(hart, slot, OP_${name}, bias + <u64>(slot >> 2), left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
`;

const computingCase = (name: string): string => `        case OP_${name}:
          ${functionName(name)}(hart, slot);
          slot += length(slot);
          continue;
`;

const COMPUTING_PATHS = ['integer', 'multiply', 'frequent-bits'].map((name) => `machine/core/${name}.ts`);
const QUICK_PATHS = ['double', 'single', 'conversions'].map((name) => `machine/core/float/quick-${name}.ts`);

/** The case that an instruction gets, by where its function is. */
const CASES: ReadonlyMap<string, (name: string) => string> = new Map([
  ...COMPUTING_PATHS.map((path) => [path, computingCase] as const),
  ...QUICK_PATHS.map((path) => [path, quickCase] as const),
]);
/** Where there are functions of instructions that get a case each. */
export const FUNCTION_PATHS = [...CASES.keys()];

const INLINED_PATHS: readonly string[] = [...COMPUTING_PATHS, 'machine/core/loads-stores.ts'];

/** A file as the core is built from it: in the interpreter's loop a call would cost more than most instructions take. */
export function inlined(path: string, text: string): string {
  return INLINED_PATHS.includes(path) ? text.replaceAll(/^export function/gm, '@inline $&') : text;
}

const FUNCTION = /^export function (\w+)\(/gm;

const instructionsOf = (text: string): string[] =>
  [...text.matchAll(FUNCTION)].map(([, name]) => instructionName(name!));

interface Member {
  readonly name: string;
  /** Of the encoding, in bytes. */
  readonly length: 2 | 4;
}

interface Case {
  readonly members: readonly Member[];
  readonly opcode: number;
}

const forms = (name: string): Member[] =>
  COMPRESSIBLE.has(name)
    ? [
        { name, length: 4 },
        { name, length: 2 },
      ]
    : [{ name, length: 4 }];

/** The cases that the build adds: compressed forms, then pairs. */
const added: readonly Case[] = [
  ...[...COMPRESSIBLE].map((name) => [{ name, length: 2 } as const]),
  ...Object.entries(FOLLOWERS).flatMap(([first, seconds]) =>
    seconds.split(' ').flatMap((second) => forms(first).flatMap((a) => forms(second).map((b) => [a, b] as const))),
  ),
].map((members, index) => ({ members, opcode: FIRST_ADDED + index }));

/** A case begins on a line of its own, at the depth of the interpreter's switch, and reaches to the next. */
const CASE = /^ {8}case OP_(\w+):([\s\S]*?)(?=^ {8}(?:case|default)|^\n? {8}\/\/)/gm;
/** How a case ends whose instruction goes on with the next. */
const GO_ON = /\n *continue;\s*\}?\s*$/;

function bodies(source: string): Map<string, string> {
  return new Map([...source.matchAll(CASE)].map(([, name, body]) => [name!, body!.trim()]));
}

const slotsOf = (length: 2 | 4): string => `${length * 4}`;
const block = (body: string): string => (body.startsWith('{') ? body : `{\n${body}\n}`);

/** The body without its last `continue`, so that it falls through to what follows. */
function fallingThrough(name: string, body: string): string {
  if (!GO_ON.test(`\n${body}`)) throw new Error(`${EXECUTE_PATH}: the case of ${name} does not end by continue`);
  const at = body.lastIndexOf('continue;');
  return body.slice(0, at) + body.slice(at + 'continue;'.length);
}

/**
 * `execute.ts` with the added cases before its default. A grant that ends between the two of a pair ends there.
 * @param functions the texts of `FUNCTION_PATHS`, by these
 */
export function fuseCases(text: string, functions: ReadonlyMap<string, string>): string {
  const source = withCases(text, functions);
  const found = bodies(source);
  const bodyOf = ({ name, length }: Member): string => {
    const body = found.get(name);
    if (body === undefined) throw new Error(`${EXECUTE_PATH} has no case OP_${name}, which is to be fused`);
    return body.replaceAll('length(slot)', slotsOf(length));
  };
  const cases = added.map(({ members: [first, second], opcode }) => {
    const head = second ? `${block(fallingThrough(first!.name, bodyOf(first!)))}\nif (!left) continue;\nleft--;\n` : '';
    return `case ${opcode}: {\n${head}${block(bodyOf(second ?? first!))}\nbreak;\n}\n`;
  });
  const plain = source.replace(CASE, (text, name: string) =>
    NOT_INSTRUCTIONS.has(name) ? text : text.replaceAll('length(slot)', slotsOf(4)),
  );
  return beforeDefault(plain, cases.join(''));
}

function beforeDefault(source: string, cases: string): string {
  const place = source.lastIndexOf('        default: {');
  return source.slice(0, place) + cases + source.slice(place);
}

function withCases(text: string, functions: ReadonlyMap<string, string>): string {
  let source = text;
  for (const [path, caseOf] of CASES) {
    const names = instructionsOf(functions.get(path)!);
    source = importsOf(names, path) + beforeDefault(source, names.map(caseOf).join(''));
  }
  return source;
}

/** Of the functions and the opcodes. */
function importsOf(names: readonly string[], path: string): string {
  const functions = `import { ${names.map(functionName).join(', ')} } from '${path.replace(/^machine\/core/, '.')}';\n`;
  return functions + importOps(names);
}

/** Cases for slots that stand for no instruction of a length. */
const NOT_INSTRUCTIONS = new Set(['NONE', 'PAGE_END', 'CROSSING', 'BREAKPOINT']);

/** Of opcodes, from where they are. */
function importOps(names: readonly string[]): string {
  const from = (file: string, some: readonly string[]): string =>
    some.length > 0 ? `import { ${some.map((name) => `OP_${name}`).join(', ')} } from './${file}';\n` : '';
  return (
    from(
      'decoder.generated.ts',
      names.filter((name) => !isOwn(name)),
    ) + from('ops.ts', names.filter(isOwn))
  );
}

const isOwn = (name: string): boolean => /_NEAR$|^(NOP|LI|MV|J|JR)$/.test(name);

/** Nested switches: of the key of each case's member at `depth`. */
function lookUp(cases: readonly Case[], depth: number): string {
  const variable = depth === 0 ? 'first' : 'second';
  const groups = new Map<string, Case[]>();
  for (const each of cases) {
    const { name, length } = each.members[depth]!;
    const key = length === 2 ? `OP_${name} | COMPRESSED` : `OP_${name}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const inner = [...groups].map(([key, group]) => {
    const last = group[0]!.members.length === depth + 1;
    return `case ${key}:\n${last ? `return ${group[0]!.opcode};` : `${lookUp(group, depth + 1)}break;`}\n`;
  });
  return `switch (${variable}) {\n${inner.join('')}}\n`;
}

/** `fused-ops.ts` with the added cases. */
export function fusedOps(): string {
  const names = [...new Set(added.flatMap(({ members }) => members.map(({ name }) => name)))];
  const singles = added.filter(({ members }) => members.length === 1);
  const pairs = added.filter(({ members }) => members.length === 2);
  return (
    importOps(names) +
    'export const COMPRESSED: u32 = 0x8000;\n' +
    `export function singleOp(first: u32): u32 {\n${lookUp(singles, 0)}return first & ~COMPRESSED;\n}\n` +
    `export function pairOp(first: u32, second: u32): u32 {\n${lookUp(pairs, 0)}return 0;\n}\n`
  );
}
