import type { Context, Options } from './context.ts';
import type { Directive } from './data-directives.ts';
import type { SectionBuilder } from './fragments.ts';
import type { Tokens } from './lexer.ts';
import { StatementError } from './source-error.ts';

/** A section's name may hold what is otherwise an operator: `.note.GNU-stack`. */
function sectionName(tokens: Tokens): string {
  const first = tokens.peek();
  if (first.kind === 'string') return tokens.next().text;
  let name = tokens.expectName('the name of a section').text;
  while (
    !tokens.peek().spaced &&
    (tokens.is('-') || tokens.peek().kind === 'name' || tokens.peek().kind === 'number')
  ) {
    name += tokens.next().text;
  }
  return name;
}

/** `name, "flags", @type, …`. */
function parseSection(tokens: Tokens, context: Context): SectionBuilder {
  const name = sectionName(tokens);
  if (!tokens.take(',')) return context.section(name);
  if (tokens.peek().kind !== 'string') throw tokens.unexpected('the section\'s flags, such as "ax"');
  const flags = tokens.next().text;
  let type: string | undefined;
  if (tokens.take(',')) {
    if (!tokens.take('@') && !tokens.take('%')) throw tokens.unexpected("the section's type, such as @progbits");
    type = tokens.expectName('progbits or nobits').text;
    // An entry size or a group may follow; both are for linkers that merge.
    while (tokens.take(',')) tokens.next();
  }
  return context.section(name, flags, type);
}

const section: Directive = (tokens, context) => context.enter(parseSection(tokens, context));

const pushSection: Directive = (tokens, context) => {
  const { current, previous } = context;
  context.sectionStack.push({ current, previous });
  context.enter(parseSection(tokens, context));
};

const popSection: Directive = (_tokens, context) => {
  const saved = context.sectionStack.pop();
  if (!saved) throw new StatementError('.popsection without .pushsection');
  context.current = saved.current;
  context.previous = saved.previous;
};

const previous: Directive = (_tokens, context) => context.enter(context.previous);

function named(name: string): Directive {
  return (_tokens, context) => context.enter(context.section(name));
}

/** `.option`: compression on and off. Code is never made position-independent, nor relaxed by the linker. */
const option: Directive = (tokens, context) => {
  const { at } = tokens.peek();
  const word = tokens.expectName('an option (rvc, norvc, push, pop, …)').text;
  switch (word) {
    case 'rvc':
    case 'norvc':
      context.options = { ...context.options, compress: word === 'rvc' };
      return;
    case 'push':
      context.optionStack.push(context.options);
      return;
    case 'pop': {
      const saved = context.optionStack.pop();
      if (!saved) throw new StatementError('.option pop without .option push', at);
      context.options = saved;
      return;
    }
    case 'relax':
    case 'norelax':
    case 'nopic':
      return;
    case 'arch':
      setArchitecture(tokens, context);
      return;
    case 'pic':
      throw new StatementError('position-independent code is not supported; leave out .option pic', at);
    default:
      throw new StatementError(
        `unknown option '${word}'; known are rvc, norvc, push, pop, relax, norelax, nopic, arch`,
        at,
      );
  }
};

/** What `.option` keeps of an extension's presence. All instructions of the table are always known. */
const SELECTABLE: Readonly<Record<string, keyof Options>> = { c: 'compress', zbb: 'zbb', zba: 'zba' };

/** `.option arch, +c, -zbb` or a whole name such as `rv64imac_zbb`. */
function setArchitecture(tokens: Tokens, context: Context): void {
  for (const word of tokens.rest().split(/\s*,\s*/)) {
    const [, sign, extension] = /^([+-])(\w+)$/.exec(word) ?? [];
    const option = SELECTABLE[extension ?? ''];
    if (option) context.options = { ...context.options, [option]: sign === '+' };
    const [, letters, names] = /^rv64([a-z]*?)((?:_?z\w*)?)$/.exec(word) ?? [];
    if (letters !== undefined) {
      const [zbb, zba] = ['zbb', 'zba'].map((name) => names!.split('_').includes(name)) as [boolean, boolean];
      context.options = { compress: letters.includes('c'), zbb, zba };
    }
    if (word.startsWith('rv32')) throw new StatementError(`${word}: only RV64 is supported`);
  }
}

const ignore: Directive = (tokens) => {
  tokens.rest();
};

export const sectionDirectives: ReadonlyMap<string, Directive> = new Map([
  ['.text', named('.text')],
  ['.data', named('.data')],
  ['.rodata', named('.rodata')],
  ['.bss', named('.bss')],
  ['.section', section],
  ['.pushsection', pushSection],
  ['.popsection', popSection],
  ['.previous', previous],
  ['.option', option],
  // Notes for other tools, without an effect on the code.
  ...[
    '.file',
    '.loc',
    '.ident',
    '.attribute',
    '.version',
    '.hidden',
    '.protected',
    '.internal',
    '.addrsig',
    '.type_info',
  ].map((name) => [name, ignore] as const),
]);
