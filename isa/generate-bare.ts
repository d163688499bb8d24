/** The hardware's vocabulary for `bare/`, as AssemblyScript: constants are plain `const X: u64`, since its enums are 32-bit. */
import { exceptions, interrupts } from './causes.ts';
import { csrs } from './csrs.ts';
import { sbiErrors, sbiExtensions } from './sbi.ts';

const header = (what: string): string =>
  `// Generated from isa/ by \`npm run generate\`; not to be edited.\n// ${what}\n\n`;

/** CSRs that bare-metal code reads by a loop or not at all: counters, events, PMP entries past the first, triggers. */
const isArrayMember = (name: string): boolean => /^(m?hpmcounter|mhpmevent|pmpaddr|pmpcfg)\d+$/.test(name);
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Access functions (each one instruction) and bit masks of the CSRs. */
export function bareCsrs(): string {
  let text = header(
    'Access to control and status registers: each function is one instruction. r: read, w: write, s: set bits, c: clear bits; rw, rs, rc return the old value.',
  );
  for (const { name, address, title, fields } of csrs) {
    if (isArrayMember(name) && !/^pmp(addr|cfg)0$/.test(name)) continue;
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
  return text;
}
