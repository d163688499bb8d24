import { type Location, StatementError } from './source-error.ts';
import { isQuote, type SourceLine, skipLiteral } from './text.ts';

interface Parameter {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly required: boolean;
  /** Takes all that is left. */
  readonly rest: boolean;
}

/** A `.macro`. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly SourceLine[];
  readonly location: Location;
}

const WORD = /[A-Za-z_.$][\w.$]*/y;

/**
 * The text from `at` up to a comma or, outside operators, white space; what stands in quotes or parentheses stays
 * together.
 */
function endOfArgument(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at] as string;
    if (isQuote(character)) {
      at = skipLiteral(text, at);
      continue;
    }
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth <= 0 && character === ',') return at;
    if (depth <= 0 && /\s/.test(character) && !joins(text, at)) return at;
    at++;
  }
  return at;
}

/** Whether white space stands beside an operator, so that `a + b` is one argument. */
function joins(text: string, at: number): boolean {
  const before = text.slice(0, at).trimEnd().at(-1) ?? '';
  const after = text.slice(at).trimStart()[0] ?? '';
  return /[-+*/|&^<>=!~%(]/.test(before) || /[+*/|&^<>=!)]/.test(after) || /^\s*-\s/.test(text.slice(at));
}

/** The arguments of a macro's use. A string in quotes that is a whole argument loses them. */
export function splitArguments(text: string): string[] {
  const values: string[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const end = endOfArgument(text, at);
    const value = text.slice(at, end).trim();
    values.push(/^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1) : value);
    at = skipSpace(text, end);
    if (text[at] === ',') {
      at = skipSpace(text, at + 1);
      if (at >= text.length) values.push('');
    }
  }
  return values;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return at;
}

/** Reads what follows `.macro`: `name a, b=5, c:req, d:vararg`. */
export function parseMacroHead(text: string): { name: string; parameters: Parameter[] } {
  const head = /^\s*([A-Za-z_.$][\w.$]*)[\s,]*(.*)$/s.exec(text);
  if (!head) throw new StatementError('.macro needs a name');
  const parameters: Parameter[] = [];
  const list = head[2] as string;
  let at = 0;
  while (at < list.trimEnd().length) {
    WORD.lastIndex = at;
    const name = WORD.exec(list)?.[0];
    if (name === undefined) throw new StatementError(`'${list.slice(at).trim()}' is no name of a macro's parameter`);
    at += name.length;
    const qualifier = /^:(\w+)/.exec(list.slice(at));
    if (qualifier) at += qualifier[0].length;
    if (qualifier && qualifier[1] !== 'req' && qualifier[1] !== 'vararg') {
      throw new StatementError(`unknown qualifier ':${qualifier[1]}'; known are :req and :vararg`);
    }
    let fallback: string | undefined;
    const equals = /^\s*=\s*/.exec(list.slice(at));
    if (equals) {
      at += equals[0].length;
      const end = endOfArgument(list, at);
      fallback = list.slice(at, end).replace(/^"(.*)"$/s, '$1');
      at = end;
    }
    parameters.push({ name, fallback, required: qualifier?.[1] === 'req', rest: qualifier?.[1] === 'vararg' });
    at += /^[\s,]*/.exec(list.slice(at))?.[0].length ?? 0;
  }
  return { name: head[1] as string, parameters };
}

/** The parameters' values in one use. */
export function bindArguments({ name, parameters }: Macro, text: string): Map<string, string> {
  const values = new Map<string, string>();
  const given = splitArguments(text);
  let position = 0;
  for (const [index, argument] of given.entries()) {
    const named = /^([A-Za-z_.$][\w.$]*)\s*=(?!=)\s*(.*)$/s.exec(argument);
    if (named && parameters.some((parameter) => parameter.name === named[1])) {
      values.set(named[1] as string, (named[2] as string).replace(/^"(.*)"$/s, '$1'));
      continue;
    }
    const parameter = parameters[position++];
    if (!parameter) {
      throw new StatementError(`the macro ${name} takes ${parameters.length} arguments, but ${given.length} are given`);
    }
    if (parameter.rest) {
      values.set(parameter.name, given.slice(index).join(', '));
      break;
    }
    values.set(parameter.name, argument);
  }
  for (const { name: parameter, fallback, required } of parameters) {
    if ((values.get(parameter) ?? '') !== '') continue;
    if (required) throw new StatementError(`the macro ${name} needs a value for '${parameter}'`);
    values.set(parameter, fallback ?? '');
  }
  return values;
}

/** A body's text with `\name`, `\@` (how many macros were used before) and `\()` (nothing, to end a name) replaced. */
export function substitute(text: string, values: ReadonlyMap<string, string>, count: number): string {
  return text.replace(/\\(\(\)|@|[A-Za-z_.$][\w.$]*)/g, (whole, word: string) => {
    if (word === '()') return '';
    if (word === '@') return String(count);
    // `\reg.w` may be the parameter `reg` and a suffix: the longest name that is one counts.
    for (let length = word.length; length > 0; length--) {
      const value = values.get(word.slice(0, length));
      if (value !== undefined && (length === word.length || /[.$]/.test(word[length] as string))) {
        return value + word.slice(length);
      }
    }
    return whole;
  });
}

/** The lines that a body becomes; each stands where the macro or repetition is used. */
export function expandBody(
  body: readonly SourceLine[],
  values: ReadonlyMap<string, string>,
  count: number,
  place: Location,
  producer: string,
): SourceLine[] {
  return body.map((line) => ({
    file: place.file,
    line: place.line,
    text: substitute(line.text, values, count),
    columns: [place.column],
    producer: `${producer}, ${line.file}:${line.line}`,
  }));
}
