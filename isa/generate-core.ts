/** What `machine/core` takes from the tables, as AssemblyScript: CSR numbers and bits, trap causes, and the decoder. */
import { exceptions, interrupts } from './causes.ts';
import { type CompressedInstruction, compressedInstructions, immediateRuns, immediateWidth } from './compressed.ts';
import { csrs } from './csrs.ts';
import { encoder, type Fields } from './encode.ts';
import { type Extension, type Instruction, instructionByName, instructions } from './instructions.ts';

const header = (what: string): string =>
  `// Generated from isa/ by \`npm run generate\`; not to be edited.\n// ${what}\n\n`;
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

export function coreCsrs(): string {
  let text = header('Numbers and bits of control and status registers.');
  for (const { name, address, fields } of csrs) {
    text += `export const CSR_${name.toUpperCase()}: u32 = ${hex(address)};\n`;
    for (const { name: field, high, low } of fields) {
      const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
      text += `export const ${name.toUpperCase()}_${field}: u64 = ${hex(mask)};\n`;
      if (high !== low) text += `export const ${name.toUpperCase()}_${field}_SHIFT: u64 = ${low};\n`;
    }
  }
  return text;
}

export function coreCauses(): string {
  let text = header('Exception codes, and the positions of interrupts in mip.');
  for (const { name, code, title } of exceptions) text += `/** ${title} */\nexport const ${name}: u64 = ${code};\n`;
  text += '\n';
  for (const { name, code, title } of interrupts)
    text += `/** ${title} */\nexport const ${name}_INTERRUPT: u32 = ${code};\n`;
  return text;
}

// ---- The decoder

/** Without hints, which are what they are encoded as. */
const HINTS: readonly Extension[] = ['Zicbop'];
const decoded = instructions.filter(({ extension }) => !HINTS.includes(extension));
const opName = (name: string): string => `OP_${name.toUpperCase().replaceAll('.', '_')}`;

/** Which function of machine/core/slot.ts fills a slot from the fields of an instruction with these operands. */
function format({ operands }: Instruction): string {
  const has = (operand: Instruction['operands'][number]): boolean => operands.includes(operand);
  if (has('upper')) return 'fillUpper';
  if (has('jump')) return 'fillJump';
  if (has('branch')) return 'fillBranch';
  if (has('store(rs1)')) return 'fillStore';
  if (has('shamt5') || has('shamt6')) return 'fillShift';
  if (has('csr')) return 'fillCsr';
  if (has('imm') || has('imm(rs1)')) return 'fillImmediate';
  if (has('rm')) return 'fillFloatRounded';
  if (has('fd')) return 'fillFloatWrite';
  if (has('fs1')) return 'fillFloatRead';
  return 'fillRegisters';
}

const FUNCT3 = 0x7000;

/** Tests of one opcode's instructions, in the table's order. */
function chain(group: readonly Instruction[], indent: string): string {
  let text = '';
  for (const instruction of group) {
    const fill = `return ${format(instruction)}(slot, ${opName(instruction.name)}, word);\n`;
    const known = 0x7f | (group.every(({ mask }) => (mask & FUNCT3) === FUNCT3) ? FUNCT3 : 0);
    if ((instruction.mask & ~known) === 0) return `${text}${indent}${fill}`;
    text += `${indent}if ((word & ${hex(instruction.mask)}) == ${hex(instruction.match)}) ${fill}`;
  }
  return `${text}${indent}break;\n`;
}

function groupBy<T>(list: readonly T[], key: (item: T) => number): [number, T[]][] {
  const groups = new Map<number, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups].sort(([a], [b]) => a - b);
}

function decodeFunction(): string {
  let text =
    '/** Fills the slot for a 32-bit instruction; a reserved encoding becomes OP_ILLEGAL, and the result is false. */\n';
  text += 'export function decodeWord(slot: usize, word: u32): bool {\n  switch (word & 0x7f) {\n';
  for (const [opcode, group] of groupBy(decoded, ({ match }) => match & 0x7f)) {
    text += `    case ${hex(opcode)}:\n`;
    if (group.some(({ mask }) => (mask & FUNCT3) !== FUNCT3)) {
      text += chain(group, '      ');
      continue;
    }
    text += '      switch ((word >> 12) & 7) {\n';
    for (const [funct3, cases] of groupBy(group, ({ match }) => (match >> 12) & 7)) {
      text += `        case ${funct3}:\n${chain(cases, '          ')}`;
    }
    text += '      }\n      break;\n';
  }
  return `${text}  }\n  return !fillRegisters(slot, OP_ILLEGAL, word);\n}\n`;
}

/** A bit of the 32-bit word, and the bit of the halfword that it is a copy of. */
interface Copy {
  readonly to: number;
  readonly from: number;
}

const bitsOf = (value: number): number[] =>
  Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (value >>> bit) & 1);

/** Where bit `bit` of a field stands in the word, found by encoding it alone; none if the field has no such bit. */
function placesOf(base: Instruction, field: keyof Fields, bit: number): number[] {
  return bitsOf((encoder(base)({ [field]: 1 << bit }) ^ base.match) >>> 0);
}

/** The word's fixed bits and the copied ones. */
function expansion(entry: CompressedInstruction, base: Instruction): { fixed: number; copies: Copy[] } {
  let fixed = base.match;
  const copies: Copy[] = [];
  const copy = (field: keyof Fields, bit: number, from: number): void => {
    for (const to of placesOf(base, field, bit)) copies.push({ to, from });
  };
  for (const field of ['rd', 'rs1', 'rs2'] as const) {
    const place = entry[field];
    if (place === undefined) continue;
    if (typeof place === 'number') {
      fixed |= encoder(base)({ [field]: place });
      continue;
    }
    const low = Number(place[1]);
    for (let bit = 0; bit < (place[0] === 'x' ? 5 : 3); bit++) copy(field, bit, low + bit);
    if (place[0] === 'c') fixed |= encoder(base)({ [field]: 8 });
  }
  if (typeof entry.imm === 'string') {
    const runs = immediateRuns(entry.imm);
    for (const { from, to, length } of runs) for (let i = 0; i < length; i++) copy('imm', to + i, from + i);
    const width = immediateWidth(entry.imm);
    const top = runs.find(({ to, length }) => to + length === width);
    if (entry.signed && top) for (let bit = width; bit < 21; bit++) copy('imm', bit, top.from + top.length - 1);
  }
  return { fixed: fixed >>> 0, copies };
}

/** An expression of `half` for the copied bits, neighbours that move by the same distance in one term. */
function gatherExpression(copies: readonly Copy[]): string[] {
  const terms: string[] = [];
  const rest = [...copies].sort((a, b) => a.to - b.to);
  const signs = groupBy(rest, ({ from }) => from).filter(([, group]) => group.length > 2);
  for (const [from, group] of signs) {
    const mask = group.reduce((all, { to }) => all | (1 << to), 0) >>> 0;
    terms.push(`(0 - ((half >> ${from}) & 1)) & ${hex(mask)}`);
  }
  const single = rest.filter(({ from }) => !signs.some(([sign]) => sign === from));
  for (let start = 0; start < single.length; ) {
    let end = start + 1;
    while (end < single.length && isNeighbour(single[end - 1]!, single[end]!)) end++;
    const { from, to } = single[start]!;
    const field = `(half >> ${from}) & ${hex(2 ** (end - start) - 1)}`;
    terms.push(`(${field}) << ${to}`);
    start = end;
  }
  return terms;
}

const isNeighbour = (a: Copy, b: Copy): boolean => b.to === a.to + 1 && b.from === a.from + 1;

/** The bits of the halfword that must not all be zero. */
function reservedMask({ reserved, imm }: CompressedInstruction): number {
  if (reserved === undefined) return 0;
  if (reserved !== 'imm' || typeof imm !== 'string') return 0xf80;
  return immediateRuns(imm).reduce((mask, { from, length }) => mask | ((2 ** length - 1) << from), 0);
}

function copying(fixed: number, copies: readonly Copy[]): string {
  let text = `        let word: u32 = ${hex(fixed)};\n`;
  for (const term of gatherExpression(copies)) text += `        word |= ${term};\n`;
  return `${text}        return word;\n`;
}

function expandFunction(): string {
  let text =
    '/** The 32-bit instruction that a compressed one stands for; 0, which is no instruction, if it is reserved. */\n';
  text += 'export function expand(half: u32): u32 {\n  switch (((half & 3) << 3) | (half >> 13)) {\n';
  for (const [selector, group] of groupBy(compressedInstructions, ({ match }) => ((match & 3) << 3) | (match >> 13))) {
    text += `    case ${selector}:\n`;
    for (const entry of group) {
      const base = instructionByName.get(entry.base) as Instruction;
      const { fixed, copies } = expansion(entry, base);
      const reserved = reservedMask(entry);
      if (reserved) text += `      if ((half & ${hex(entry.mask | reserved)}) == ${hex(entry.match)}) return 0;\n`;
      text += `      if ((half & ${hex(entry.mask)}) == ${hex(entry.match)}) {\n        // ${entry.name}\n`;
      text += copies.length === 0 ? `        return ${hex(fixed)};\n` : copying(fixed, copies);
      text += '      }\n';
    }
    text += '      break;\n';
  }
  return `${text}  }\n  return 0;\n}\n`;
}

export function coreDecoder(): string {
  let text = header('Dense numbers of the instructions, and the decoder of 32-bit and compressed encodings.');
  const fills = [...new Set(['fillRegisters', ...decoded.map(format)])].sort();
  text += `import {\n${fills.map((name) => `  ${name},\n`).join('')}} from './slot.ts';\n\n`;
  text +=
    '/** Not decoded yet: a slot of zeros. */\nexport const OP_NONE: u32 = 0;\nexport const OP_ILLEGAL: u32 = 1;\n';
  decoded.forEach(({ name }, index) => {
    text += `export const ${opName(name)}: u32 = ${index + 2};\n`;
  });
  text += `/** The first number that is free for forms that only the core has (ops.ts). */\nexport const OP_FIRST_OWN: u32 = ${decoded.length + 2};\n\n`;
  return `${text}${decodeFunction()}\n${expandFunction()}`;
}
