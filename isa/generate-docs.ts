/** docs/instructions.md: the table for readers. */
import { compressedInstructions } from './compressed.ts';
import { csrs } from './csrs.ts';
import { instructions } from './instructions.ts';

const hex = (value: number, digits: number): string => `\`0x${value.toString(16).padStart(digits, '0')}\``;

export function instructionReference(): string {
  let text = `# Instructions and CSRs\n\nGenerated from \`isa/\` by \`npm run generate\`; not to be edited.\n\n`;
  text += 'A 32-bit word is an instruction when `word & mask` is its match; the first row wins.\n\n';
  text += '| instruction | operands | extension | match | mask |\n| --- | --- | --- | --- | --- |\n';
  for (const { name, operands, extension, match, mask, ordered } of instructions) {
    text += `| \`${name}\`${ordered ? ' (.aq .rl)' : ''} | ${operands.join(', ')} | ${extension} | ${hex(match, 8)} | ${hex(mask, 8)} |\n`;
  }
  text +=
    '\n## Compressed\n\n| instruction | stands for | immediate | match | mask |\n| --- | --- | --- | --- | --- |\n';
  for (const { name, base, imm, match, mask } of compressedInstructions) {
    const notation = typeof imm === 'string' ? `\`${imm.replaceAll('|', '\\|')}\`` : '';
    text += `| \`${name}\` | \`${base}\` | ${notation} | ${hex(match, 4)} | ${hex(mask, 4)} |\n`;
  }
  text += '\n## CSRs\n\n| CSR | address | extension | title | fields |\n| --- | --- | --- | --- | --- |\n';
  for (const { name, address, extension, title, fields } of csrs) {
    const layout = fields.map((f) => (f.high === f.low ? `${f.name} ${f.low}` : `${f.name} ${f.high}:${f.low}`));
    text += `| \`${name}\` | ${hex(address, 3)} | ${extension} | ${title} | ${layout.join(', ')} |\n`;
  }
  return text;
}
