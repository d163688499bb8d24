/** The hardware's vocabulary for `bare/`, as AssemblyScript: constants are plain `const X: u64`, since its enums are 32-bit. */
import { type Alias, aliases } from './aliases.ts';
import { exceptions, interrupts } from './causes.ts';
import { type CompressedInstruction, compressedFields, compressedInstructions, immediateRuns } from './compressed.ts';
import { csrs } from './csrs.ts';
import { encode } from './encode.ts';
import { type Instruction, instructions, type Operand } from './instructions.ts';
import { floatConstants, floatRegisters, integerRegisters, roundingModes } from './registers.ts';
import { sbiErrors, sbiExtensions, sbiTables } from './sbi.ts';
import * as virtio from './virtio.ts';

const header = (what: string): string =>
  `// Generated from isa/ by \`npm run generate\`; not to be edited.\n// ${what}\n\n`;

/** CSRs that bare-metal code does not use: counters, events, and PMP entries past the first four. */
const isArrayMember = (name: string): boolean => /^(m?hpmcounter|mhpmevent|pmpaddr|pmpcfg)\d+$/.test(name);
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Access functions (each one instruction) and bit masks of the CSRs. */
export function bareCsrs(): string {
  let text = header(
    'Access to control and status registers: each function is one instruction. r: read, w: write, s: set bits, c: clear bits; rw, rs, rc return the old value.',
  );
  for (const { name, address, title, fields } of csrs) {
    if (isArrayMember(name) && !/^pmp(addr[0-3]|cfg0)$/.test(name)) continue;
    text += `/** ${title}. */\nexport declare function csrr_${name}(): u64;\n`;
    if (address >> 10 !== 3) {
      for (const operation of ['w', 's', 'c'])
        text += `export declare function csr${operation}_${name}(value: u64): void;\n`;
      for (const operation of ['rw', 'rs', 'rc'])
        text += `export declare function csr${operation}_${name}(value: u64): u64;\n`;
    }
    for (const { name: field, high, low } of fields) {
      const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
      text += `export const ${name.toUpperCase()}_${field}: u64 = ${hex(mask)};\n`;
      if (high !== low) text += `export const ${name.toUpperCase()}_${field}_SHIFT: u64 = ${low};\n`;
    }
    text += '\n';
  }
  return `${text.trimEnd()}\n`;
}

/** Values of scause and mcause, the interrupt bit included, and the titles for reports. */
export function bareCauses(): string {
  let text = header('Values of scause and mcause: exception codes, and interrupts with bit 63 set.');
  for (const { name, code, title } of exceptions) text += `/** ${title} */\nexport const ${name}: u64 = ${code};\n`;
  text += '\n';
  for (const { name, code, title } of interrupts) {
    text += `/** ${title} */\nexport const ${name}_INTERRUPT: u64 = ${hex((1n << 63n) | BigInt(code))};\n`;
  }
  text +=
    '\n/** What a cause means, for reports; undefined codes are "reserved". */\nexport function causeTitle(cause: u64): string {\n';
  text += '  if (cause >> 63) {\n    switch (<u32>cause) {\n';
  for (const { code, title } of interrupts) text += `      case ${code}:\n        return '${title}';\n`;
  text += `    }\n    return 'reserved interrupt';\n  }\n  switch (<u32>cause) {\n`;
  for (const { code, title } of exceptions) text += `    case ${code}:\n      return '${title}';\n`;
  text += `  }\n  return 'reserved exception';\n}\n`;
  return text;
}

/** Extension and function numbers and error codes of the SBI. */
export function bareSbi(): string {
  let text = header('Numbers of the RISC-V Supervisor Binary Interface 3.0.');
  for (const [name, value] of Object.entries(sbiErrors)) text += `export const SBI_${name}: i64 = ${value};\n`;
  for (const { name, id, functions } of sbiExtensions) {
    text += `\nexport const SBI_${name}: u64 = 0x${id.toString(16)};\n`;
    functions.forEach((fn, number) => {
      text += `export const SBI_${name}_${fn}: u64 = ${number};\n`;
    });
  }
  for (const { title, values } of sbiTables) {
    text += `\n/** ${title}. */\n`;
    for (const [name, value] of Object.entries(values))
      text += `export const SBI_${name}: u64 = 0x${value.toString(16)};\n`;
  }
  return text;
}

const named = (names: Readonly<Record<string, number>>, prefix: string, type: string): string =>
  Object.entries(names)
    .map(([name, value]) => `export const ${prefix}${name}: ${type} = ${value < 10 ? value : hex(BigInt(value))};\n`)
    .join('');

/** Feature bits, which the table numbers, as masks. */
const masks = (bits: Readonly<Record<string, number>>, prefix: string): string =>
  Object.entries(bits)
    .map(([name, bit]) => `export const ${prefix}${name}: u64 = ${hex(1n << BigInt(bit))};\n`)
    .join('');

/** Registers, flags and numbers of virtio. */
export function bareVirtio(): string {
  const parts = [
    '// Offsets of the registers of virtio-mmio: 4.2.2, table 4.1; the last three are of version 1 (4.2.4).\n' +
      named(virtio.virtioRegisters, 'VIRTIO_MMIO_', 'u32') +
      named(virtio.virtioLegacyRegisters, 'VIRTIO_MMIO_', 'u32'),
    `// What MagicValue and Version read: 4.2.2.\n${named(virtio.virtioIdentity, 'VIRTIO_', 'u32')}`,
    `// Device status: 2.1.\n${named(virtio.virtioStatus, 'VIRTIO_STATUS_', 'u32')}`,
    `// Interrupt status: 4.2.2.\n${named(virtio.virtioInterrupts, 'VIRTIO_INTERRUPT_', 'u32')}`,
    `// Device types: 5.\n${named(virtio.virtioTypes, 'VIRTIO_ID_', 'u32')}`,
    `// Features of all types: 6.\n${masks(virtio.virtioFeatures, 'VIRTIO_F_')}`,
    '// Flags of descriptors and of the available ring: 2.7.5, 2.8.13, 2.7.6.\n' +
      named(virtio.virtqDescriptorFlags, 'VIRTQ_DESC_F_', 'u16') +
      named(virtio.virtqAvailableFlags, 'VIRTQ_AVAIL_F_', 'u16'),
    `// Features of a network device: 5.1.3.\n${masks(virtio.netFeatures, 'VIRTIO_NET_F_')}`,
    '// Features of a block device, types of requests, and how they end: 5.2.3, 5.2.6.\n' +
      masks(virtio.blkFeatures, 'VIRTIO_BLK_F_') +
      named(virtio.blkRequests, 'VIRTIO_BLK_T_', 'u32') +
      named(virtio.blkResults, 'VIRTIO_BLK_S_', 'u32'),
  ];
  return header('Numbers of Virtio 1.2, with its sections.') + parts.join('\n');
}

// ---- Instructions

const operandNames: Readonly<Record<Operand, string>> = {
  rd: 'RD',
  rs1: 'RS1',
  rs2: 'RS2',
  fd: 'FD',
  fs1: 'FS1',
  fs2: 'FS2',
  fs3: 'FS3',
  imm: 'IMM',
  'imm(rs1)': 'IMM_BASE',
  'store(rs1)': 'STORE_BASE',
  'prefetch(rs1)': 'PREFETCH_BASE',
  '(rs1)': 'BASE',
  branch: 'BRANCH',
  jump: 'JUMP',
  upper: 'UPPER',
  shamt5: 'SHAMT5',
  shamt6: 'SHAMT6',
  csr: 'CSR',
  zimm: 'ZIMM',
  pred: 'PRED',
  succ: 'SUCC',
  rm: 'RM',
  rtz: 'RTZ',
  constant: 'CONSTANT',
};
const operandCodes = new Map((Object.keys(operandNames) as Operand[]).map((operand, index) => [operand, index + 1]));
const OPERAND_BITS = 5;
const ORDERED = 2 ** 31;
const REPEATED = 2 ** 30;

/** The free bits of every compressed instruction lie from here up; those around them are its quadrant and funct3. */
const FIRST_FREE_BIT = 2;
const FREE_BITS = 11;

const LINE_WIDTH = 120;

/** Items in lines as the formatter fills them. */
function fill(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const item of items) {
    if (line !== indent && line.length + item.length + (line.endsWith(' ') ? 0 : 1) > LINE_WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? item : ` ${item}`;
  }
  return [...lines, line].join('\n');
}

function numbers(name: string, type: 'u8' | 'u16' | 'u32', values: readonly number[]): string {
  const literals = values.map((value) => (value < 10 ? `${value}` : `0x${value.toString(16)}`));
  const start = `export const ${name}: StaticArray<${type}> = [`;
  const line = `${start}${literals.join(', ')}];`;
  if (line.length <= LINE_WIDTH) return `${line}\n`;
  const items = literals.map((literal) => `${literal},`);
  return `${start}\n${fill(items, '  ')}\n];\n`;
}

/** Words with white space between them, since an array of strings would take an object of 20 bytes for each. */
function words(name: string, list: readonly string[]): string {
  return `export const ${name}: string = \`\n${fill(list, '')}\n\`;\n`;
}

function packOperands({ operands, ordered, repeated }: Instruction & Partial<Alias>): number {
  const codes = operands.map((operand, index) => operandCodes.get(operand)! * 2 ** (OPERAND_BITS * index));
  return codes.reduce((sum, code) => sum + code, (ordered ? ORDERED : 0) + (repeated ? REPEATED : 0));
}

const expandAs = (entry: CompressedInstruction, half: number): number =>
  encode(entry.base, entry.base === 'ebreak' ? {} : compressedFields(entry, half));

/** The bits of the word that a halfword's bit stands for: no bit of the word depends on two, so they can be put together by OR. */
function wordBits(entry: CompressedInstruction, bit: number): number {
  if (entry.mask & (1 << bit)) return 0;
  return (expandAs(entry, entry.match | (1 << bit)) ^ expandAs(entry, entry.match)) >>> 0;
}

/** The bits of the halfword that must not all be zero; 0 where they may. */
function reservedBits({ reserved, imm }: CompressedInstruction): number {
  if (reserved === undefined) return 0;
  if (reserved !== 'imm' || typeof imm !== 'string') return 0xf80;
  return immediateRuns(imm).reduce((mask, { from, length }) => mask | ((2 ** length - 1) << from), 0);
}

/** The tables of instructions, of compressed ones and of names, for bare/lib/disassemble.ts and bare/lib/compressed.ts. */
export function bareInstructions(): string {
  let text = header('The tables of instructions, and the names that assembly gives to registers and CSRs.');
  text += '// Kinds of operands; what they mean stands in isa/instructions.ts.\n';
  for (const [operand, code] of operandCodes) text += `export const OPERAND_${operandNames[operand]}: u32 = ${code};\n`;
  text += `export const OPERAND_BITS: u32 = ${OPERAND_BITS};\n`;
  text += '/** In INSTRUCTION_OPERANDS: takes the suffixes `.aq` and `.rl`. */\n';
  text += `export const INSTRUCTION_ORDERED: u32 = 0x${ORDERED.toString(16)};\n`;
  text += '/** In INSTRUCTION_OPERANDS: fits only a word whose rs2 field is its rs1 field. */\n';
  text += `export const INSTRUCTION_REPEATED: u32 = 0x${REPEATED.toString(16)};\n\n`;

  const all = [...aliases, ...instructions];
  text +=
    '// A word is instruction n when `(word & mask[n]) == match[n]`; the first one counts. Aliases stand first.\n';
  text += words(
    'INSTRUCTION_NAMES',
    all.map(({ name }) => name),
  );
  text += numbers(
    'INSTRUCTION_MATCHES',
    'u32',
    all.map(({ match }) => match),
  );
  text += numbers(
    'INSTRUCTION_MASKS',
    'u32',
    all.map(({ mask }) => mask),
  );
  text +=
    '/** Kinds of operands in the order of assembly, OPERAND_BITS each from bit 0 up; 0 ends them; above them the flags. */\n';
  text += numbers('INSTRUCTION_OPERANDS', 'u32', all.map(packOperands));

  text += '\n// A halfword is compressed instruction n when `(half & mask[n]) == match[n]`; the first one counts.\n';
  text += numbers(
    'COMPRESSED_MATCHES',
    'u16',
    compressedInstructions.map(({ match }) => match),
  );
  text += numbers(
    'COMPRESSED_MASKS',
    'u16',
    compressedInstructions.map(({ mask }) => mask),
  );
  text += '/** Bits that make the encoding a reserved one when all of them are 0; 0 where there is no such rule. */\n';
  text += numbers('COMPRESSED_RESERVED', 'u16', compressedInstructions.map(reservedBits));
  text += '/** The 32-bit instruction that the match alone stands for. */\n';
  text += numbers(
    'COMPRESSED_WORDS',
    'u32',
    compressedInstructions.map((entry) => expandAs(entry, entry.match)),
  );
  text += `export const COMPRESSED_FIRST_FREE_BIT: u32 = ${FIRST_FREE_BIT};\n`;
  text += `export const COMPRESSED_FREE_BITS: u32 = ${FREE_BITS};\n`;
  text += '/** For each instruction and each free bit: the bits of the 32-bit instruction that it stands for. */\n';
  const free = Array.from({ length: FREE_BITS }, (_, index) => index + FIRST_FREE_BIT);
  const bits = compressedInstructions.flatMap((entry) => free.map((bit) => wordBits(entry, bit)));
  text += numbers('COMPRESSED_BITS', 'u32', bits);

  text +=
    '\n// Names of registers by number, of CSRs in the order of their addresses, of rounding modes and of the constants of fli by value.\n';
  text += words('INTEGER_REGISTERS', integerRegisters);
  text += words('FLOAT_REGISTERS', floatRegisters);
  text += words(
    'ROUNDING_MODES',
    roundingModes.map((mode) => mode ?? 'unknown'),
  );
  text += words('FLOAT_CONSTANTS', floatConstants);
  text += words(
    'CSR_NAMES',
    csrs.map(({ name }) => name),
  );
  return (
    text +
    numbers(
      'CSR_ADDRESSES',
      'u16',
      csrs.map(({ address }) => address),
    )
  );
}
