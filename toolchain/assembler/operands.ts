import { csrByName } from '../../isa/csrs.ts';
import { type Fields, operandRange } from '../../isa/encode.ts';
import type { Operand } from '../../isa/instructions.ts';
import { floatConstants, floatRegisterByName, integerRegisterByName, roundingModes } from '../../isa/registers.ts';
import type { Context } from './context.ts';
import type { Expression } from './expressions.ts';
import type { Tokens } from './lexer.ts';
import { StatementError } from './source-error.ts';

/** `%hi(symbol)` and its like: which part of an address. */
export type Modifier = 'hi' | 'lo' | 'pcrel_hi' | 'pcrel_lo';

/** An immediate operand whose value is not a number yet: an address, or a distance that layout will tell. */
export interface LateImmediate {
  readonly operand: Operand;
  readonly modifier: Modifier | undefined;
  readonly expression: Expression;
  readonly at: number;
}

/** An instruction's operands as read from the source. */
export interface ParsedOperands {
  readonly fields: Fields;
  readonly late: LateImmediate | undefined;
}

type Draft = { -readonly [K in keyof Fields]: Fields[K] } & { late?: LateImmediate };

const MODIFIERS: readonly Modifier[] = ['hi', 'lo', 'pcrel_hi', 'pcrel_lo'];

export function parseRegister(tokens: Tokens): number {
  const token = tokens.peek();
  const number = token.kind === 'name' ? integerRegisterByName.get(token.text) : undefined;
  if (number === undefined) throw tokens.unexpected('an integer register (a0, t1, x5, …)');
  tokens.next();
  return number;
}

export function parseFloatRegister(tokens: Tokens): number {
  const token = tokens.peek();
  const number = token.kind === 'name' ? floatRegisterByName.get(token.text) : undefined;
  if (number === undefined) throw tokens.unexpected('a floating-point register (fa0, ft1, f5, …)');
  tokens.next();
  return number;
}

function parseCsr(tokens: Tokens, context: Context): number {
  const token = tokens.peek();
  if (token.kind === 'name') {
    const csr = csrByName.get(token.text);
    if (csr) {
      tokens.next();
      return csr.address;
    }
    if (!context.symbols.find(token.text)?.defined) {
      throw new StatementError(`no CSR is called '${token.text}'; a number from 0 to 0xfff is possible too`, token.at);
    }
  }
  return context.numberIn(tokens, 'the CSR number', 0, 0xfff);
}

/** The set of a fence: letters of `iorw`, in this order. */
function parseFenceSet(tokens: Tokens, context: Context): number {
  const token = tokens.peek();
  if (token.kind === 'number') return context.numberIn(tokens, 'the set of a fence', 0, 15);
  if (token.kind !== 'name' || !/^i?o?r?w?$/.test(token.text))
    throw tokens.unexpected('letters of iorw, in this order');
  tokens.next();
  return [...token.text].reduce((set, letter) => set | { i: 8, o: 4, r: 2, w: 1 }[letter as 'i' | 'o' | 'r' | 'w'], 0);
}

function parseRoundingMode(tokens: Tokens): number {
  const token = tokens.peek();
  const mode = token.kind === 'name' ? roundingModes.indexOf(token.text) : -1;
  if (mode < 0) throw tokens.unexpected('a rounding mode (rne, rtz, rdn, rup, rmm, dyn)');
  tokens.next();
  return mode;
}

/** One of the numbers that fli can load; its number. */
function parseConstant(tokens: Tokens): number {
  const sign = tokens.take('-') ? '-' : '';
  const { kind, text, at } = tokens.peek();
  const written = sign + text;
  const index = floatConstants.findIndex((each) =>
    kind === 'name' ? each === written : Number(each) === Number(written),
  );
  if (index < 0 || !['name', 'number', 'float'].includes(kind)) {
    throw new StatementError(`fli does not load '${written}' but ${floatConstants.join(', ')}`, at);
  }
  tokens.next();
  return index;
}

const advice: Partial<Record<Operand, string>> = {
  imm: 'load it with li first',
  'imm(rs1)': 'add the rest to the base register first',
  'store(rs1)': 'add the rest to the base register first',
};

/** Refuses a number that the operand cannot hold. */
export function checkImmediate(operand: Operand, value: bigint, at?: number): void {
  const range = operandRange(operand);
  if (!range) return;
  if (operand.includes('(') && value % BigInt(range.step) !== 0n) {
    throw new StatementError(`offset ${value} is not a multiple of ${range.step}`, at);
  }
  if (value < BigInt(range.min) || value > BigInt(range.max)) {
    const what = operand.startsWith('shamt') ? 'shift amount' : operand.includes('(') ? 'offset' : 'immediate';
    const hint = advice[operand];
    throw new StatementError(`${what} ${value} is outside ${range.min}..${range.max}${hint ? `; ${hint}` : ''}`, at);
  }
}

function parseModifier(tokens: Tokens): Modifier | undefined {
  const name = tokens.peek(1);
  if (!tokens.is('%') || name.kind !== 'name') return undefined;
  tokens.next();
  if (!MODIFIERS.includes(name.text as Modifier)) {
    throw new StatementError(
      `unknown %${name.text}; known are ${MODIFIERS.map((known) => `%${known}`).join(', ')}`,
      name.at,
    );
  }
  tokens.next();
  return name.text as Modifier;
}

function parseImmediate(tokens: Tokens, context: Context, operand: Operand, draft: Draft): void {
  const { at, kind, text } = tokens.peek();
  if (kind === 'name' && integerRegisterByName.has(text)) throw tokens.unexpected('a number');
  const modifier = parseModifier(tokens);
  if (modifier && !tokens.is('(')) throw tokens.unexpected("'('");
  const expression = context.expression(tokens);
  const number = modifier || operand === 'branch' || operand === 'jump' ? undefined : context.numberNow(expression);
  if (number === undefined) {
    draft.late = { operand, modifier, expression, at };
    return;
  }
  checkImmediate(operand, number, at);
  draft.imm = Number(number);
}

/** `16(sp)`, `(sp)`, `%lo(name)(a0)`. */
function parseMemory(tokens: Tokens, context: Context, operand: Operand, draft: Draft): void {
  const bare = tokens.is('(') && tokens.peek(1).kind === 'name' && integerRegisterByName.has(tokens.peek(1).text);
  if (bare) draft.imm = 0;
  else parseImmediate(tokens, context, operand, draft);
  tokens.expect('(');
  draft.rs1 = parseRegister(tokens);
  tokens.expect(')');
}

/** A base without an offset: `(a0)`, and `0(a0)` as well. */
function parseBase(tokens: Tokens, context: Context, draft: Draft): void {
  const { at } = tokens.peek();
  const bare = tokens.is('(') && tokens.peek(1).kind === 'name' && integerRegisterByName.has(tokens.peek(1).text);
  if (!bare && context.number(tokens, 'the offset') !== 0n) {
    throw new StatementError('this instruction takes no offset; add it to the base register first', at);
  }
  tokens.expect('(');
  draft.rs1 = parseRegister(tokens);
  tokens.expect(')');
}

function parseOperand(operand: Operand, tokens: Tokens, context: Context, draft: Draft): void {
  switch (operand) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      draft[operand] = parseRegister(tokens);
      return;
    case 'fd':
      draft.rd = parseFloatRegister(tokens);
      return;
    case 'fs1':
      draft.rs1 = parseFloatRegister(tokens);
      return;
    case 'fs2':
      draft.rs2 = parseFloatRegister(tokens);
      return;
    case 'fs3':
      draft.rs3 = parseFloatRegister(tokens);
      return;
    case 'imm(rs1)':
    case 'store(rs1)':
    case 'prefetch(rs1)':
      parseMemory(tokens, context, operand, draft);
      return;
    case '(rs1)':
      parseBase(tokens, context, draft);
      return;
    case 'csr':
      draft.csr = parseCsr(tokens, context);
      return;
    case 'pred':
    case 'succ':
      draft[operand] = parseFenceSet(tokens, context);
      return;
    case 'rm':
      draft.rm = parseRoundingMode(tokens);
      return;
    case 'rtz':
      if (tokens.peek().text !== 'rtz') throw tokens.unexpected('rtz, the one rounding mode of this instruction');
      tokens.next();
      return;
    case 'constant':
      draft.imm = parseConstant(tokens);
      return;
    default:
      parseImmediate(tokens, context, operand, draft);
  }
}

/** Reads operands to the end of the statement. A rounding mode at the end may be left out. */
export function parseOperands(operands: readonly Operand[], tokens: Tokens, context: Context): ParsedOperands {
  const draft: Draft = {};
  for (const [index, operand] of operands.entries()) {
    if (operand === 'rm' && tokens.atEnd) break;
    if (index > 0) {
      if (tokens.atEnd) throw new StatementError(`an operand is missing: ${describe(operands)}`, tokens.peek().at);
      tokens.expect(',');
    } else if (tokens.atEnd) {
      throw new StatementError(`operands are missing: ${describe(operands)}`, tokens.peek().at);
    }
    parseOperand(operand, tokens, context, draft);
  }
  if (!tokens.atEnd) {
    const wanted = operands.length === 0 ? 'takes no operands' : `takes ${describe(operands)}`;
    throw new StatementError(
      `${tokens.unexpected('the end of the statement').message}: the instruction ${wanted}`,
      tokens.peek().at,
    );
  }
  const { late, ...fields } = draft;
  return { fields, late };
}

/** The operands as documentation writes them. */
export function describe(operands: readonly Operand[]): string {
  return operands
    .map((operand) =>
      operand
        .replace(/(store|prefetch)\(/, 'offset(')
        .replace('imm(', 'offset(')
        .replace(/^(branch|jump)$/, 'label'),
    )
    .join(', ');
}
