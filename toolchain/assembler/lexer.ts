import { StatementError } from './source-error.ts';

export type TokenKind = 'name' | 'number' | 'float' | 'label' | 'string' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; for a string its contents, one character a byte, escapes resolved. */
  readonly text: string;
  /** Of a number or character. */
  readonly value: bigint;
  /** From 0, in the text. */
  readonly at: number;
  /** Whether white space stands before it. */
  readonly spaced: boolean;
}

const OPERATORS = ['<<', '>>', '<=', '>=', '<>', '==', '!=', '&&', '||'];
const NAME = /[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/y;
/** A reference to a numeric label: `1f`, `12b`. `0b1` is a binary number. */
const LABEL = /\d+[fb](?![\w.$])/y;
const FLOAT = /\d+(?:\.\d*(?:[eE][-+]?\d+)?|[eE][-+]?\d+)/y;
const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+|\d+/y;

const simpleEscapes: Record<string, number> = { b: 8, f: 12, n: 10, r: 13, t: 9, '\\': 92, '"': 34, "'": 39 };

const utf8 = new TextEncoder();

/** Reads one character or escape at `at`; returns its bytes and where the next one starts. */
function character(text: string, at: number): { bytes: readonly number[]; next: number } {
  if (text[at] !== '\\') {
    const symbol = String.fromCodePoint(text.codePointAt(at) as number);
    return { bytes: [...utf8.encode(symbol)], next: at + symbol.length };
  }
  const number = /^(?:x([0-9a-fA-F]+)|([0-7]{1,3}))/.exec(text.slice(at + 1, at + 20));
  if (number) {
    const value = number[1] === undefined ? Number.parseInt(number[2] as string, 8) : Number.parseInt(number[1], 16);
    return { bytes: [value & 255], next: at + 1 + number[0].length };
  }
  const simple = simpleEscapes[text[at + 1] ?? ''];
  if (simple === undefined) {
    throw new StatementError(`unknown escape '\\${text[at + 1] ?? ''}'; write \\\\ for a backslash`, at);
  }
  return { bytes: [simple], next: at + 2 };
}

/** Where a string that starts at `at` ends: behind its closing quote. Throws where it is not closed. */
export function endOfString(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === '\\') next++;
    else if (text[next] === '"') return next + 1;
  }
  throw new StatementError('this string is not closed on its line', at);
}

function readString(text: string, at: number): { value: string; next: number } {
  const end = endOfString(text, at) - 1;
  let value = '';
  let next = at + 1;
  while (next < end) {
    const read = character(text, next);
    value += String.fromCharCode(...read.bytes);
    next = read.next;
  }
  return { value, next: end + 1 };
}

/** Behind a character constant that starts at `at`: `'a`, `'a'` or `'\n'`. */
export function endOfCharacter(text: string, at: number): number {
  const { next } = character(text, at + 1);
  return text[next] === "'" ? next + 1 : next;
}

function numberValue(text: string): bigint {
  const octal = /^0[0-7]+$/.test(text);
  if (/^0\d/.test(text) && !octal)
    throw new StatementError(`'${text}' starts with 0, so it is octal, but it has an 8 or a 9`);
  return BigInt(octal ? `0o${text.slice(1)}` : text);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readToken(text: string, at: number, spaced: boolean): { token: Token; next: number } {
  const make = (kind: TokenKind, source: string, value = 0n): { token: Token; next: number } => ({
    token: { kind, text: source, value, at, spaced },
    next: at + source.length,
  });
  const name = match(NAME, text, at);
  if (name !== undefined) return make('name', name);
  const label = match(LABEL, text, at);
  if (label !== undefined) return make('label', label);
  const float = match(FLOAT, text, at);
  if (float !== undefined) return make('float', float);
  const number = match(NUMBER, text, at);
  if (number !== undefined) {
    if (/[\w.$]/.test(text[at + number.length] ?? '')) {
      throw new StatementError(`'${match(/[\w.$]+/y, text, at)}' is neither a number nor a name`, at);
    }
    return make('number', number, numberValue(number));
  }
  if (text[at] === '"') {
    const { value, next } = readString(text, at);
    return { token: { kind: 'string', text: value, value: 0n, at, spaced }, next };
  }
  if (text[at] === "'") {
    if (at + 1 >= text.length) throw new StatementError("a character must follow '", at);
    const { bytes } = character(text, at + 1);
    const next = endOfCharacter(text, at);
    return {
      token: { kind: 'number', text: text.slice(at, next), value: BigInt(bytes[0] as number), at, spaced },
      next,
    };
  }
  const two = text.slice(at, at + 2);
  return make('operator', OPERATORS.includes(two) ? two : (text[at] as string));
}

/** A statement's text as tokens, read from left to right. */
export class Tokens {
  readonly text: string;
  readonly #tokens: Token[] = [];
  #index = 0;

  constructor(text: string) {
    this.text = text;
    let at = 0;
    while (at < text.length) {
      const start = at;
      while (/\s/.test(text[at] ?? '')) at++;
      if (at >= text.length) break;
      const { token, next } = readToken(text, at, at > start);
      this.#tokens.push(token);
      at = next;
    }
    this.#tokens.push({ kind: 'end', text: 'the end of the statement', value: 0n, at: text.length, spaced: true });
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  get atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** Whether the next token is this operator. */
  is(operator: string): boolean {
    const token = this.peek();
    return token.kind === 'operator' && token.text === operator;
  }

  /** Takes the next token when it is this operator. */
  take(operator: string): boolean {
    if (!this.is(operator)) return false;
    this.#index++;
    return true;
  }

  expect(operator: string): void {
    if (!this.take(operator)) throw this.unexpected(`'${operator}'`);
  }

  expectName(what: string): Token {
    const token = this.peek();
    if (token.kind !== 'name') throw this.unexpected(what);
    return this.next();
  }

  expectEnd(): void {
    if (!this.atEnd) throw this.unexpected('the end of the statement');
  }

  /** An error at the next token, which should have been `wanted`. */
  unexpected(wanted: string): StatementError {
    const token = this.peek();
    const found = token.kind === 'end' ? token.text : token.kind === 'string' ? `"${token.text}"` : `'${token.text}'`;
    return new StatementError(`expected ${wanted}, found ${found}`, token.at);
  }

  /** The text from the next token on. Reads to the end. */
  rest(): string {
    const text = this.text.slice(this.peek().at);
    this.#index = this.#tokens.length - 1;
    return text.trimEnd();
  }

  /** A place to return to. */
  get position(): number {
    return this.#index;
  }
  set position(index: number) {
    this.#index = index;
  }
}
