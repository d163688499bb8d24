import type { Token, Tokens } from './lexer.ts';
import { StatementError } from './source-error.ts';
import type { AssemblySymbol } from './symbols.ts';

export type Expression =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'symbol'; readonly symbol: AssemblySymbol; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    };

/** What an expression comes to: a number, plus the address of a symbol, minus that of another. */
export interface Value {
  readonly constant: bigint;
  readonly plus?: AssemblySymbol;
  readonly minus?: AssemblySymbol;
}

/** What names in an expression mean. */
export interface Names {
  symbol(token: Token): Expression;
  /** `1f`, `2b`. */
  numericLabel(text: string, at: number): Expression;
  /** `.` */
  here(): Expression;
}

/** How tight each binary operator binds. */
export type Precedence = ReadonlyMap<string, number>;

/**
 * GNU as: "Infix Operators". It differs from C: shifts bind as tight as products, and bit operations tighter than
 * sums.
 */
export const assemblerPrecedence: Precedence = new Map([
  ...['*', '/', '%', '<<', '>>'].map((operator) => [operator, 5] as const),
  ...['|', '&', '^', '!'].map((operator) => [operator, 4] as const),
  ...['+', '-'].map((operator) => [operator, 3] as const),
  ...['==', '!=', '<>', '<', '>', '<=', '>='].map((operator) => [operator, 2] as const),
  ['&&', 1],
  ['||', 0],
]);

/** C: "Expressions". */
export const cPrecedence: Precedence = new Map([
  ...['*', '/', '%'].map((operator) => [operator, 9] as const),
  ...['+', '-'].map((operator) => [operator, 8] as const),
  ...['<<', '>>'].map((operator) => [operator, 7] as const),
  ...['<', '>', '<=', '>='].map((operator) => [operator, 6] as const),
  ...['==', '!='].map((operator) => [operator, 5] as const),
  ['&', 4],
  ['^', 3],
  ['|', 2],
  ['&&', 1],
  ['||', 0],
]);

const PREFIXES = ['-', '~', '!', '+'];

/** Reads an expression as far as it goes. */
export function parseExpression(
  tokens: Tokens,
  names: Names,
  precedence: Precedence = assemblerPrecedence,
  lowest = 0,
): Expression {
  let left = parsePrimary(tokens, names, precedence);
  for (;;) {
    const { kind, text, at } = tokens.peek();
    const level = kind === 'operator' ? precedence.get(text) : undefined;
    if (level === undefined || level < lowest) return left;
    tokens.next();
    const right = parseExpression(tokens, names, precedence, level + 1);
    left = { kind: 'binary', operator: text, left, right, at };
  }
}

function parsePrimary(tokens: Tokens, names: Names, precedence: Precedence): Expression {
  const token = tokens.peek();
  if (token.kind === 'operator') {
    if (PREFIXES.includes(token.text)) {
      tokens.next();
      return { kind: 'unary', operator: token.text, operand: parsePrimary(tokens, names, precedence), at: token.at };
    }
    if (tokens.take('(')) {
      const inner = parseExpression(tokens, names, precedence);
      tokens.expect(')');
      return inner;
    }
  }
  switch (token.kind) {
    case 'number':
      tokens.next();
      return { kind: 'constant', value: BigInt.asIntN(64, token.value) };
    case 'label':
      tokens.next();
      return names.numericLabel(token.text, token.at);
    case 'name':
    case 'string':
      tokens.next();
      return token.text === '.' ? names.here() : names.symbol(token);
    case 'float':
      throw new StatementError(`${token.text} is not an integer; only .float and .double take such numbers`, token.at);
    default:
      throw tokens.unexpected('a number, a symbol or an expression');
  }
}

/** The distance from `b` to `a` in bytes, where it is known. */
export type Distance = (a: AssemblySymbol, b: AssemblySymbol) => bigint | undefined;

const truth = (condition: boolean): bigint => (condition ? -1n : 0n);

function arithmetic(operator: string, a: bigint, b: bigint, at: number): bigint {
  switch (operator) {
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0n) throw new StatementError('division by zero', at);
      return operator === '/' ? a / b : a % b;
    case '<<':
      return BigInt.asUintN(64, b) < 64n ? a << b : 0n;
    case '>>':
      return BigInt.asUintN(64, b) < 64n ? BigInt.asUintN(64, a) >> b : 0n;
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '!':
      return a | ~b;
    case '==':
      return truth(a === b);
    case '!=':
    case '<>':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '&&':
      return a !== 0n && b !== 0n ? 1n : 0n;
    default:
      return a !== 0n || b !== 0n ? 1n : 0n;
  }
}

/** Turns `plus` minus `minus` into a number where that is possible. */
function simplify(
  constant: bigint,
  plus: AssemblySymbol | undefined,
  minus: AssemblySymbol | undefined,
  distance: Distance,
): Value {
  const known = plus && minus ? (plus === minus ? 0n : distance(plus, minus)) : undefined;
  if (known !== undefined) return { constant: BigInt.asIntN(64, constant + known) };
  return { constant: BigInt.asIntN(64, constant), ...(plus && { plus }), ...(minus && { minus }) };
}

function sum(left: Value, right: Value, at: number, distance: Distance): Value {
  const constant = left.constant + right.constant;
  if ((left.plus && right.plus) || (left.minus && right.minus)) {
    // a - b + c - d, which is known when both differences are.
    throw new StatementError('two addresses cannot be added; only their difference has a meaning', at);
  }
  return simplify(constant, left.plus ?? right.plus, left.minus ?? right.minus, distance);
}

function binary(operator: string, left: Value, right: Value, at: number, distance: Distance): Value {
  if (operator === '+') return sum(left, right, at, distance);
  if (operator === '-') {
    const negated: Value = {
      constant: -right.constant,
      ...(right.minus && { plus: right.minus }),
      ...(right.plus && { minus: right.plus }),
    };
    return sum(left, negated, at, distance);
  }
  if (left.plus || left.minus || right.plus || right.minus) {
    const comparison = ['==', '!=', '<>', '<', '>', '<=', '>='].includes(operator);
    if (comparison && left.plus && right.plus) {
      const difference = binary('-', left, right, at, distance);
      if (!difference.plus && !difference.minus) {
        return { constant: arithmetic(operator, difference.constant, 0n, at) };
      }
    }
    const unknown = [left.plus, left.minus, right.plus, right.minus].find((symbol) => symbol) as AssemblySymbol;
    throw new StatementError(
      `'${operator}' needs numbers that are known here, but ${unknown.display} is an address`,
      at,
    );
  }
  return { constant: BigInt.asIntN(64, arithmetic(operator, left.constant, right.constant, at)) };
}

/**
 * Evaluates an expression. Differences of symbols become numbers as far as `distance` knows them. Throws a
 * StatementError where an operator other than + and - meets an address.
 */
export function evaluate(expression: Expression, distance: Distance = () => undefined): Value {
  switch (expression.kind) {
    case 'constant':
      return { constant: expression.value };
    case 'symbol': {
      const { symbol, at } = expression;
      return symbol.expression
        ? symbol.evaluated(at, (inner) => evaluate(inner, distance))
        : { constant: 0n, plus: symbol };
    }
    case 'unary': {
      const operand = evaluate(expression.operand, distance);
      if (expression.operator === '+') return operand;
      if (expression.operator === '-') return binary('-', { constant: 0n }, operand, expression.at, distance);
      if (operand.plus || operand.minus) {
        throw new StatementError(`'${expression.operator}' needs a number, not an address`, expression.at);
      }
      const { constant } = operand;
      return { constant: expression.operator === '~' ? ~constant : constant === 0n ? 1n : 0n };
    }
    case 'binary':
      return binary(
        expression.operator,
        evaluate(expression.left, distance),
        evaluate(expression.right, distance),
        expression.at,
        distance,
      );
  }
}
