import type { Context } from './context.ts';
import type { Directive } from './data-directives.ts';
import type { Tokens } from './lexer.ts';
import { StatementError } from './source-error.ts';
import type { AssemblySymbol } from './symbols.ts';

function expectSymbol(tokens: Tokens): string {
  const token = tokens.peek();
  if (token.kind !== 'name' && token.kind !== 'string') throw tokens.unexpected('the name of a symbol');
  return tokens.next().text;
}

/** Does the same to each symbol of a list. */
function each(change: (symbol: AssemblySymbol) => void): Directive {
  return (tokens, context) => {
    do change(context.symbols.get(expectSymbol(tokens)));
    while (tokens.take(','));
  };
}

/** Gives a symbol the value of the expression that comes next. A label keeps its place: it cannot be set. */
export function assign(name: string, tokens: Tokens, context: Context, once = false): void {
  const expression = context.expression(tokens);
  if (name === '.') {
    context.current.add({
      kind: 'origin',
      address: 0,
      size: 0,
      target: expression,
      fill: 0,
      location: context.location,
    });
    return;
  }
  const symbol = context.symbols.get(name);
  if (symbol.place || (once && symbol.expression)) {
    const before = symbol.definedAt;
    throw new StatementError(`'${name}' is defined already${before ? `, at ${before.file}:${before.line}` : ''}`);
  }
  const value = context.numberNow(expression);
  symbol.expression = value === undefined ? expression : { kind: 'constant', value };
  symbol.definedAt = context.location;
}

function set(once: boolean): Directive {
  return (tokens, context) => {
    const name = expectSymbol(tokens);
    tokens.expect(',');
    assign(name, tokens, context, once);
  };
}

const TYPES: Readonly<Record<string, AssemblySymbol['type']>> = {
  function: 'function',
  object: 'object',
  notype: 'none',
  STT_FUNC: 'function',
  STT_OBJECT: 'object',
  STT_NOTYPE: 'none',
};

const type: Directive = (tokens, context) => {
  const symbol = context.symbols.get(expectSymbol(tokens));
  tokens.take(',');
  const prefixed = tokens.take('@') || tokens.take('%');
  const token = tokens.peek();
  const known = token.kind === 'name' || (token.kind === 'string' && !prefixed) ? TYPES[token.text] : undefined;
  if (!known) throw tokens.unexpected('@function, @object or @notype');
  tokens.next();
  symbol.type = known;
};

const size: Directive = (tokens, context) => {
  const symbol = context.symbols.get(expectSymbol(tokens));
  tokens.expect(',');
  symbol.size = context.expression(tokens);
};

/** `.comm name, size, align` and `.lcomm`: zeroed memory. Unlike a linker's common block it is defined once. */
function common(global: boolean): Directive {
  return (tokens, context) => {
    const name = expectSymbol(tokens);
    tokens.expect(',');
    const bytes = context.numberIn(tokens, 'the size', 0, 0x10000000);
    const align = tokens.take(',') ? context.numberIn(tokens, 'the alignment', 1, 1 << 24) : 1;
    if (!Number.isInteger(Math.log2(align))) throw new StatementError(`the alignment ${align} is no power of two`);
    const section = context.section('.bss');
    section.align = Math.max(section.align, align);
    const padding = { fill: 0, fillSize: 1, most: align, code: false };
    section.add({ kind: 'align', address: 0, size: 0, align, ...padding });
    context.symbols.define(name, { section, ...section.here() }, context.location);
    const symbol = context.symbols.get(name);
    symbol.type = 'object';
    symbol.size = { kind: 'constant', value: BigInt(bytes) };
    symbol.global ||= global;
    section.add({
      kind: 'fill',
      address: 0,
      size: 0,
      count: symbol.size,
      valueSize: 1,
      value: 0n,
      location: context.location,
    });
  };
}

const globalize = each((symbol) => {
  symbol.global = true;
});

export const symbolDirectives: ReadonlyMap<string, Directive> = new Map([
  ['.globl', globalize],
  ['.global', globalize],
  [
    '.local',
    each((symbol) => {
      symbol.global = false;
    }),
  ],
  [
    '.weak',
    each((symbol) => {
      symbol.weak = true;
    }),
  ],
  ['.set', set(false)],
  ['.equ', set(false)],
  ['.equiv', set(true)],
  ['.type', type],
  ['.size', size],
  ['.comm', common(true)],
  ['.lcomm', common(false)],
]);
