import { encode, type Fields } from '../../isa/encode.ts';
import { instructions } from '../../isa/instructions.ts';
import type { RelocationType } from '../object.ts';
import type { Context } from './context.ts';
import { emitInstruction, emitWord } from './emit.ts';
import type { Expression } from './expressions.ts';
import type { Tokens } from './lexer.ts';
import { loadImmediate } from './load-immediate.ts';
import { parseFloatRegister, parseOperands, parseRegister } from './operands.ts';
import { StatementError } from './source-error.ts';

type Sequence = (tokens: Tokens, context: Context) => () => void;

const X0 = 0;
const RA = 1;
const T1 = 6;

function add(name: string, ...forms: Sequence[]): void {
  table.set(name, [...(table.get(name) ?? []), ...forms]);
}

const table = new Map<string, Sequence[]>();

/** Pseudo-instructions that are several instructions, or one that depends on the operand's value. */
export const sequences: ReadonlyMap<string, readonly Sequence[]> = table;

/** An instruction that a relocation completes; such ones are not compressed. */
function emitRelocated(context: Context, name: string, fields: Fields, type: RelocationType, target: Expression): void {
  context.current.fix(type, target, context.location);
  context.current.appendValue(BigInt(encode(name, fields)), 4);
}

/** `auipc` with the upper part of the distance to `target`; returns the label for the lower part's relocation. */
function emitUpper(context: Context, rd: number, target: Expression): Expression {
  const symbol = context.symbols.temporary('.pcrel');
  symbol.place = { section: context.current, ...context.current.here() };
  emitRelocated(context, 'auipc', { rd }, 'R_RISCV_PCREL_HI20', target);
  return { kind: 'symbol', symbol, at: 0 };
}

function emitConstant(context: Context, rd: number, value: bigint): void {
  for (const { name, fields } of loadImmediate(rd, value)) emitInstruction(context, name, fields);
}

add('li', (tokens, context) => {
  const rd = parseRegister(tokens);
  tokens.expect(',');
  const place = context.place(tokens.peek().at);
  const expression = context.expression(tokens);
  tokens.expectEnd();
  const constant = context.numberNow(expression);
  return () => {
    if (constant !== undefined) {
      emitConstant(context, rd, constant);
      return;
    }
    // A number that only later lines tell, such as the length of a string below; it may have 12 bits.
    context.current.fix('li', expression, place);
    context.current.appendValue(BigInt(encode('addi', { rd })), 4);
  };
});

const loadAddress: Sequence = (tokens, context) => {
  const rd = parseRegister(tokens);
  tokens.expect(',');
  const target = context.expression(tokens);
  tokens.expectEnd();
  const constant = context.numberNow(target);
  return () => {
    if (constant !== undefined) {
      emitConstant(context, rd, constant);
      return;
    }
    const label = emitUpper(context, rd, target);
    emitRelocated(context, 'addi', { rd, rs1: rd }, 'R_RISCV_PCREL_LO12_I', label);
  };
};
add('la', loadAddress);
add('lla', loadAddress);

// ---- Calls: any distance up to 2 GiB

function emitCall(context: Context, link: number, through: number, target: Expression): void {
  context.current.fix('R_RISCV_CALL_PLT', target, context.location);
  context.current.appendValue(BigInt(encode('auipc', { rd: through })), 4);
  context.current.appendValue(BigInt(encode('jalr', { rd: link, rs1: through })), 4);
}

/** A call to a symbol, `@plt` behind it or not. */
function parseTarget(tokens: Tokens, context: Context): Expression {
  const target = context.expression(tokens);
  if (tokens.take('@')) tokens.expectName('plt');
  tokens.expectEnd();
  return target;
}

add(
  'call',
  (tokens, context) => {
    const target = parseTarget(tokens, context);
    return () => emitCall(context, RA, RA, target);
  },
  (tokens, context) => {
    const link = parseRegister(tokens);
    tokens.expect(',');
    const target = parseTarget(tokens, context);
    return () => emitCall(context, link, T1, target);
  },
);
add('tail', (tokens, context) => {
  const target = parseTarget(tokens, context);
  return () => emitCall(context, X0, T1, target);
});
add('jump', (tokens, context) => {
  const target = context.expression(tokens);
  tokens.expect(',');
  const through = parseRegister(tokens);
  tokens.expectEnd();
  return () => emitCall(context, X0, through, target);
});

// ---- Sign and zero extension: one instruction where `.option arch` has it, else two shifts

const EXTENSIONS = [
  ['sext.b', 56, 'srai', 'zbb'],
  ['sext.h', 48, 'srai', 'zbb'],
  ['zext.h', 48, 'srli', 'zbb'],
  ['zext.w', 32, 'srli', 'zba'],
] as const;
for (const [name, left, right, extension] of EXTENSIONS) {
  add(name, (tokens, context) => {
    const { fields } = parseOperands(['rd', 'rs1'], tokens, context);
    const { rd = 0, rs1 = 0 } = fields;
    return () => {
      if (context.options[extension]) {
        emitInstruction(context, name === 'zext.w' ? 'add.uw' : name, { rd, rs1 });
        return;
      }
      emitInstruction(context, 'slli', { rd, rs1, imm: left });
      emitInstruction(context, right, { rd, rs1: rd, imm: left });
    };
  });
}

/** Instructions of the table that are assembled as the sequence of the same name says. */
export const bySequence: ReadonlySet<string> = new Set(EXTENSIONS.map(([name]) => name));

// ---- Loads and stores of a symbol: `lw a0, counter`, `sw a0, counter, t0`

/** The address of such an operand. An offset with a base register is the instruction's own form. */
function parseSymbol(tokens: Tokens, context: Context): Expression {
  const { at } = tokens.peek();
  const target = context.expression(tokens);
  if (tokens.is('(')) throw new StatementError('expected a symbol without a base register', at);
  return target;
}

function loadOfSymbol(name: string, float: boolean): Sequence {
  return (tokens, context) => {
    const rd = float ? parseFloatRegister(tokens) : parseRegister(tokens);
    tokens.expect(',');
    const target = parseSymbol(tokens, context);
    let base = rd;
    if (float) {
      tokens.expect(',');
      base = parseRegister(tokens);
    }
    tokens.expectEnd();
    return () => {
      const label = emitUpper(context, base, target);
      emitRelocated(context, name, { rd, rs1: base }, 'R_RISCV_PCREL_LO12_I', label);
    };
  };
}

function storeToSymbol(name: string, float: boolean): Sequence {
  return (tokens, context) => {
    const rs2 = float ? parseFloatRegister(tokens) : parseRegister(tokens);
    tokens.expect(',');
    const target = parseSymbol(tokens, context);
    tokens.expect(',');
    const base = parseRegister(tokens);
    tokens.expectEnd();
    return () => {
      const label = emitUpper(context, base, target);
      emitRelocated(context, name, { rs1: base, rs2 }, 'R_RISCV_PCREL_LO12_S', label);
    };
  };
}

for (const { name, operands } of instructions) {
  if (name !== 'jalr' && operands.includes('imm(rs1)')) add(name, loadOfSymbol(name, operands.includes('fd')));
  if (operands.includes('store(rs1)')) add(name, storeToSymbol(name, operands.includes('fs2')));
}

// ---- The instruction that is none: a halfword of zeros, or a write to the read-only CSR cycle

add('unimp', (tokens, context) => {
  tokens.expectEnd();
  return () => {
    if (context.options.compress) context.current.appendValue(0n, 2);
    else emitWord(context, encode('csrrw', { csr: 0xc00 }));
  };
});
add('c.unimp', (tokens, context) => {
  tokens.expectEnd();
  return () => context.current.appendValue(0n, 2);
});
