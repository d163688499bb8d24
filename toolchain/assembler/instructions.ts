import {
  type CompressedInstruction,
  compress,
  compressAs,
  compressedInstructions,
  compressedOperands,
} from '../../isa/compressed.ts';
import { encode, type Fields } from '../../isa/encode.ts';
import { type Instruction, instructionByName } from '../../isa/instructions.ts';
import { type PseudoInstruction, pseudoInstructions } from '../../isa/pseudo-instructions.ts';
import type { RelocationType } from '../object.ts';
import type { Context } from './context.ts';
import { emitWord } from './emit.ts';
import type { Expression } from './expressions.ts';
import type { Fixup } from './fragments.ts';
import type { Tokens } from './lexer.ts';
import { type LateImmediate, type ParsedOperands, parseOperands } from './operands.ts';
import { bySequence, sequences } from './pseudo-instructions.ts';
import { StatementError } from './source-error.ts';

/** One way to read a mnemonic's operands. Reads them all, and returns what puts the code into the section. */
type Form = (tokens: Tokens, context: Context) => () => void;

const pseudoByName = new Map<string, PseudoInstruction[]>();
for (const pseudo of pseudoInstructions) {
  pseudoByName.set(pseudo.name, [...(pseudoByName.get(pseudo.name) ?? []), pseudo]);
}

const compressedByName = new Map(compressedInstructions.map((entry) => [entry.name, entry]));

const relocationTypes: Readonly<Record<string, RelocationType>> = {
  'hi upper': 'R_RISCV_HI20',
  'pcrel_hi upper': 'R_RISCV_PCREL_HI20',
  'lo imm': 'R_RISCV_LO12_I',
  'lo imm(rs1)': 'R_RISCV_LO12_I',
  'lo store(rs1)': 'R_RISCV_LO12_S',
  'pcrel_lo imm': 'R_RISCV_PCREL_LO12_I',
  'pcrel_lo imm(rs1)': 'R_RISCV_PCREL_LO12_I',
  'pcrel_lo store(rs1)': 'R_RISCV_PCREL_LO12_S',
};

function fixupType({ modifier, operand, at }: LateImmediate): Fixup['type'] {
  if (modifier) {
    const type = relocationTypes[`${modifier} ${operand}`];
    if (type) return type;
    const use = modifier.endsWith('hi') ? 'lui or auipc' : 'an instruction with a 12-bit immediate, such as addi or lw';
    throw new StatementError(`%${modifier} belongs into ${use}`, at);
  }
  if (operand === 'imm' || operand === 'imm(rs1)') return 'imm';
  if (operand === 'store(rs1)') return 'store';
  const what = operand === 'upper' ? ', or %hi() of an address' : '';
  throw new StatementError(`a number that is known here is needed${what}`, at);
}

/** Puts a branch or jump to `target` into the section; its form is chosen once distances are known. */
export function emitBranch(context: Context, word: number, target: Expression): void {
  const conditional = (word & 0x7f) === 0x63;
  const compressible = context.options.compress && compress(word) !== 0;
  if (!conditional && !compressible) {
    context.current.fix('R_RISCV_JAL', target, context.location);
    context.current.appendValue(BigInt(word), 4);
    return;
  }
  const { location } = context;
  context.current.add({ kind: 'branch', address: 0, size: 0, word, conditional, compressible, target, location });
}

function emitParsed(context: Context, name: string, { fields, late }: ParsedOperands): () => void {
  const word = encode(name, fields);
  if (!late) return () => emitWord(context, word);
  if (late.operand === 'branch' || late.operand === 'jump') {
    if (late.modifier) throw new StatementError(`a ${late.operand} takes a label without %${late.modifier}`, late.at);
    return () => emitBranch(context, word, late.expression);
  }
  const type = fixupType(late);
  return () => {
    context.current.fix(type, late.expression, context.place(late.at));
    context.current.appendValue(BigInt(word), 4);
  };
}

/** Conversions that never round: GNU as gives them the mode 0 (rne) instead of `dyn`. */
const EXACT = new Set(['fcvt.d.w', 'fcvt.d.wu', 'fcvt.d.s', 'fcvt.s.h', 'fcvt.d.h']);

function instructionForm({ name, operands, ordered }: Instruction, suffix: string): Form {
  const order = { aq: suffix.includes('aq'), rl: suffix.includes('rl') };
  return (tokens, context) => {
    const parsed = parseOperands(operands, tokens, context);
    const fields = { ...(EXACT.has(name) && { rm: 0 }), ...parsed.fields, ...(ordered && order) };
    return emitParsed(context, name, { ...parsed, fields });
  };
}

function pseudoForm({ operands, base, fixed, repeated }: PseudoInstruction): Form {
  return (tokens, context) => {
    const { fields, late } = parseOperands(operands, tokens, context);
    const all: Fields = { ...fields, ...fixed };
    return emitParsed(context, base, { fields: repeated ? { ...all, rs2: all.rs1 ?? 0 } : all, late });
  };
}

function compressedForm(entry: CompressedInstruction): Form {
  const operands = compressedOperands(entry);
  return (tokens, context) => {
    const { fields, late } = parseOperands(operands, tokens, context);
    const registers = {
      ...(typeof entry.rd === 'number' && { rd: entry.rd }),
      ...(typeof entry.rs1 === 'number' && { rs1: entry.rs1 }),
      ...(entry.rs1 !== undefined && entry.rs1 === entry.rd && { rs1: fields.rd ?? (entry.rd as number) }),
    };
    const word = encode(entry.base, { ...registers, ...fields, ...(entry.rs1 === entry.rd && registers) });
    if (late && (late.operand === 'branch' || late.operand === 'jump')) {
      const type = late.operand === 'branch' ? 'R_RISCV_RVC_BRANCH' : 'R_RISCV_RVC_JUMP';
      const half = compressAs(entry, word);
      if (half === 0) throw new StatementError(`${entry.name} takes registers s0, s1 and a0 to a5 only`);
      return () => {
        context.current.fix(type, late.expression, context.location);
        context.current.appendValue(BigInt(half), 2);
      };
    }
    const half = late ? 0 : compressAs(entry, word);
    if (half === 0)
      throw new StatementError(`these operands do not fit ${entry.name}; leave out the 'c.' for the long form`);
    return () => context.current.appendValue(BigInt(half), 2);
  };
}

function formsOf(mnemonic: string): Form[] {
  const ordering = /^(.*?)\.(aqrl|aq|rl)$/.exec(mnemonic);
  const instruction = instructionByName.get(mnemonic);
  if (!instruction && ordering) {
    const ordered = instructionByName.get(ordering[1] as string);
    return ordered?.ordered ? [instructionForm(ordered, ordering[2] as string)] : [];
  }
  const compressed = compressedByName.get(mnemonic);
  return [
    ...(instruction && !bySequence.has(mnemonic) ? [instructionForm(instruction, '')] : []),
    ...(sequences.get(mnemonic) ?? []),
    ...(pseudoByName.get(mnemonic) ?? []).map(pseudoForm),
    ...(compressed ? [compressedForm(compressed)] : []),
  ];
}

/** Of several errors the one of the form that was understood furthest. */
function furthest(errors: readonly StatementError[], tokens: Tokens): StatementError {
  const reach = (error: StatementError): number => error.at ?? tokens.text.length;
  return errors.reduce((best, error) => {
    if (reach(error) !== reach(best)) return reach(error) > reach(best) ? error : best;
    // At the same place: a form that took the kind of operand and refused its value knows more.
    return best.message.startsWith('expected') && !error.message.startsWith('expected') ? error : best;
  });
}

/** Assembles one instruction or pseudo-instruction whose operands come next. */
export function assembleInstruction(mnemonic: string, at: number, tokens: Tokens, context: Context): void {
  const name = mnemonic.toLowerCase();
  const forms = formsOf(name);
  if (forms.length === 0) throw new StatementError(`no instruction or directive is called '${mnemonic}'`, at);
  context.requireContents('an instruction');
  const start = tokens.position;
  const errors: StatementError[] = [];
  for (const form of forms) {
    tokens.position = start;
    try {
      const emit = form(tokens, context);
      context.current.lines.push({ ...context.current.here(), location: context.location });
      emit();
      return;
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      errors.push(error);
    }
  }
  throw furthest(errors, tokens);
}
