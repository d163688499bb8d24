import type { Context } from './context.ts';
import type { Expression } from './expressions.ts';
import type { Tokens } from './lexer.ts';
import { StatementError } from './source-error.ts';

export type Directive = (tokens: Tokens, context: Context, name: string) => void;

const WIDTHS = { data1: 1, data2: 2, data4: 4, data8: 8 } as const;

/** Refuses a number that `size` bytes hold neither as signed nor as unsigned. */
export function checkWidth(value: bigint, size: number, at?: number): void {
  const bits = BigInt(size * 8);
  if (size < 8 && (value < -(1n << (bits - 1n)) || value >= 1n << bits)) {
    throw new StatementError(`${value} does not fit ${size} byte${size > 1 ? 's' : ''}`, at);
  }
}

function values(type: keyof typeof WIDTHS): Directive {
  const size = WIDTHS[type];
  return (tokens, context, name) => {
    if (tokens.atEnd) return;
    do {
      const { at } = tokens.peek();
      const expression = context.expression(tokens);
      const number = context.numberNow(expression);
      if (number !== 0n) context.requireContents(`${name} with a value other than 0`);
      if (number === undefined) {
        context.current.fix(type, expression, context.place(at));
        context.current.appendValue(0n, size);
      } else {
        checkWidth(number, size, at);
        context.current.appendValue(number, size);
      }
    } while (tokens.take(','));
  };
}

function strings(terminated: boolean): Directive {
  return (tokens, context, name) => {
    context.requireContents(name);
    do {
      if (tokens.peek().kind !== 'string') throw tokens.unexpected('a string in double quotes');
      // Strings one after the other are one.
      while (tokens.peek().kind === 'string') {
        context.current.append([...tokens.next().text].map((character) => character.charCodeAt(0)));
      }
      if (terminated) context.current.append([0]);
    } while (tokens.take(','));
  };
}

const specialNumbers: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
]);

/** The IEEE 754 encoding of a number. A NaN is quiet with all bits set, as in GNU as. */
function floatBits(value: number, size: 4 | 8): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (Number.isNaN(value)) return (1n << BigInt(size * 8 - 1)) - 1n;
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return view.getBigUint64(0, true);
}

function floats(size: 4 | 8): Directive {
  return (tokens, context, name) => {
    context.requireContents(name);
    do {
      const negative = tokens.take('-');
      const { kind, text } = tokens.peek();
      const isNumber = kind === 'float' || kind === 'number';
      const value = isNumber ? Number(text) : specialNumbers.get(text.toLowerCase());
      if (value === undefined) throw tokens.unexpected('a number, nan or inf');
      tokens.next();
      const sign = negative ? 1n << BigInt(size * 8 - 1) : 0n;
      context.current.appendValue(floatBits(value, size) | sign, size);
    } while (tokens.take(','));
  };
}

/** LEB128: seven bits a byte, the lowest first (DWARF 4, 7.6). */
function variableLength(signed: boolean): Directive {
  return (tokens, context, name) => {
    context.requireContents(name);
    do {
      let value = context.number(tokens, 'the value');
      if (!signed) value = BigInt.asUintN(64, value);
      for (;;) {
        const byte = Number(value & 127n);
        value >>= 7n;
        const last = signed ? value === (byte & 64 ? -1n : 0n) : value === 0n;
        context.current.append([last ? byte : byte | 128]);
        if (last) break;
      }
    } while (tokens.take(','));
  };
}

function fill(context: Context, count: Expression, valueSize: number, value: bigint): void {
  const number = context.numberNow(count);
  const { location } = context;
  if (number === undefined || number > 4096n || context.current.kind === 'bss') {
    context.current.add({ kind: 'fill', address: 0, size: 0, count, valueSize, value, location });
    return;
  }
  if (number < 0n) throw new StatementError(`a size of ${number} is negative`);
  for (let index = 0n; index < number; index++) context.current.appendValue(value, valueSize);
}

/** A value to fill with, behind a comma; 0 where it is left out. */
function fillValue(tokens: Tokens, context: Context): bigint {
  if (!tokens.take(',') || tokens.is(',') || tokens.atEnd) return 0n;
  const value = context.number(tokens, 'the fill value');
  if (value !== 0n && context.current.kind === 'bss') context.requireContents('a fill value other than 0');
  return value;
}

const space: Directive = (tokens, context) => {
  const count = context.expression(tokens);
  fill(context, count, 1, fillValue(tokens, context) & 255n);
};

const zero: Directive = (tokens, context) => fill(context, context.expression(tokens), 1, 0n);

/** `.fill repeat, size, value`. A size above 8 counts as 8, and the value has four bytes, as in GNU as. */
const fillDirective: Directive = (tokens, context) => {
  const count = context.expression(tokens);
  let size = 1;
  let value = 0n;
  if (tokens.take(',')) {
    size = context.numberIn(tokens, 'the size', 0, 8);
    if (tokens.take(',')) value = BigInt.asUintN(32, context.number(tokens, 'the value'));
  }
  fill(context, count, size, BigInt.asUintN(size * 8, value));
};

const MAX_ALIGN = 1 << 24;

/** `.balign` counts bytes, `.p2align` and on RISC-V `.align` powers of two; `fillSize` is that of the fill value. */
function align(power: boolean, fillSize: number): Directive {
  return (tokens, context) => {
    const { current } = context;
    const { at } = tokens.peek();
    const operand = context.numberIn(tokens, 'the alignment', 0, power ? 24 : MAX_ALIGN);
    const bytes = power ? 2 ** operand : Math.max(operand, 1);
    if (!Number.isInteger(Math.log2(bytes))) throw new StatementError(`the alignment ${bytes} is no power of two`, at);
    let value: number | undefined;
    let most = bytes;
    if (tokens.take(',')) {
      if (!tokens.is(',') && !tokens.atEnd)
        value = Number(BigInt.asUintN(fillSize * 8, context.number(tokens, 'the fill value')));
      if (tokens.take(',')) most = context.numberIn(tokens, 'the largest padding', 0, MAX_ALIGN);
    }
    current.align = Math.max(current.align, bytes);
    current.add({
      kind: 'align',
      address: 0,
      size: 0,
      align: bytes,
      fill: value,
      fillSize,
      most,
      code: current.kind === 'text',
    });
  };
}

const origin: Directive = (tokens, context) => {
  const target = context.expression(tokens);
  const value = Number(fillValue(tokens, context) & 255n);
  context.current.add({ kind: 'origin', address: 0, size: 0, target, fill: value, location: context.location });
};

/** `.insn 0x00000013` puts an encoding as it is. */
const insn: Directive = (tokens, context, name) => {
  context.requireContents(name);
  const { at } = tokens.peek();
  let value = context.number(tokens, 'the encoding');
  if (tokens.take(',')) value = context.number(tokens, 'the encoding');
  const size = (value & 3n) === 3n ? 4 : 2;
  checkWidth(value, size, at);
  context.current.lines.push({ ...context.current.here(), location: context.location });
  context.current.appendValue(value, size);
};

export const dataDirectives: ReadonlyMap<string, Directive> = new Map([
  ['.byte', values('data1')],
  ...['.half', '.2byte', '.short', '.hword'].map((name) => [name, values('data2')] as const),
  ...['.word', '.4byte', '.long', '.int'].map((name) => [name, values('data4')] as const),
  ...['.dword', '.8byte', '.quad'].map((name) => [name, values('data8')] as const),
  ['.ascii', strings(false)],
  ['.asciz', strings(true)],
  ['.string', strings(true)],
  ['.float', floats(4)],
  ['.single', floats(4)],
  ['.double', floats(8)],
  ['.uleb128', variableLength(false)],
  ['.sleb128', variableLength(true)],
  ['.space', space],
  ['.skip', space],
  ['.zero', zero],
  ['.fill', fillDirective],
  ['.align', align(true, 1)],
  ['.p2align', align(true, 1)],
  ['.p2alignw', align(true, 2)],
  ['.p2alignl', align(true, 4)],
  ['.balign', align(false, 1)],
  ['.balignw', align(false, 2)],
  ['.balignl', align(false, 4)],
  ['.org', origin],
  ['.insn', insn],
]);
