import { StatementError } from './source-error.ts';
import { columnAt, findOutside, isQuote, type SourceLine, skipLiteral } from './text.ts';

/** A `#define`; with `parameters` it is used like a function. */
interface Definition {
  readonly parameters: readonly string[] | undefined;
  /** The last parameter takes all arguments that are left (`rest...`, or `...` for `__VA_ARGS__`). */
  readonly variadic: boolean;
  readonly body: string;
}

interface Text {
  text: string;
  columns: number[];
}

const NAME = /[A-Za-z_]\w*/y;
/** A number or a name of the assembler (`.Lx1`, `a0.b`): nothing in it is replaced. */
const OTHER_WORD = /(?:\d[\w.]*|[.$][\w.$]*|[\w$]+(?=[.$]))/y;

function wordAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Macros of the C preprocessor: `#define`, with simple parameters and `##`. */
export class PreprocessorMacros {
  readonly #definitions = new Map<string, Definition>();

  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** `text` is what follows `#define`. */
  define(text: string): void {
    const found = /^\s*([A-Za-z_]\w*)(\(([^)]*)\))?\s*(.*?)\s*$/s.exec(text);
    if (!found) throw new StatementError('#define needs a name');
    const [, name, list, parameters, body] = found as unknown as [string, string, string?, string?, string?];
    const names = (parameters ?? '').split(',').map((parameter) => parameter.trim());
    const last = names.at(-1) ?? '';
    const variadic = last.endsWith('...');
    if (variadic) names[names.length - 1] = last.replace('...', '').trim() || '__VA_ARGS__';
    this.#definitions.set(name, { parameters: list === undefined ? undefined : names, variadic, body: body ?? '' });
  }

  undefine(name: string): void {
    this.#definitions.delete(name);
  }

  /** Whether the text ends within the arguments of a macro. */
  isOpen(text: string): boolean {
    for (const use of text.matchAll(/([A-Za-z_]\w*)\s*\(/g)) {
      const end = use.index + use[0].length;
      if (this.#definitions.get(use[1] as string)?.parameters && !readArguments(text, end)) return true;
    }
    return false;
  }

  /** The line with all macros replaced. What comes out of a macro has the column where its name stands. */
  expand(line: SourceLine): SourceLine {
    if (this.#definitions.size === 0 || !/[A-Za-z_]/.test(line.text)) return line;
    const columns = Array.from(line.text, (_, index) => columnAt(line, index));
    const result = this.#expand({ text: line.text, columns }, new Set());
    return result.text === line.text ? line : { ...line, ...result };
  }

  #expand(source: Text, active: ReadonlySet<string>): Text {
    const { text, columns } = source;
    const out: Text = { text: '', columns: [] };
    const copy = (from: number, to: number): void => {
      out.text += text.slice(from, to);
      for (let index = from; index < to; index++) out.columns.push(columns[index] as number);
    };
    let at = 0;
    while (at < text.length) {
      if (text[at] === '#') {
        copy(at, text.length);
        break;
      }
      const other = isQuote(text[at]) ? text.slice(at, skipLiteral(text, at)) : wordAt(OTHER_WORD, text, at);
      const name = other === undefined ? wordAt(NAME, text, at) : undefined;
      const definition = name !== undefined && !active.has(name) ? this.#definitions.get(name) : undefined;
      if (name === undefined || !definition) {
        const end = at + (other ?? name ?? ' ').length;
        copy(at, end);
        at = end;
        continue;
      }
      const use = this.#replacement(name, definition, text, at + name.length, active);
      if (use === undefined) {
        copy(at, at + name.length);
        at += name.length;
        continue;
      }
      const column = columns[at] as number;
      const nested = this.#expand(
        { text: use.text, columns: new Array<number>(use.text.length).fill(column) },
        new Set([...active, name]),
      );
      out.text += nested.text;
      out.columns.push(...nested.columns);
      at = use.end;
    }
    return out;
  }

  /** What a macro's use becomes and where it ends; undefined for a function-like macro's name without parentheses. */
  #replacement(
    name: string,
    { parameters, variadic, body }: Definition,
    text: string,
    end: number,
    active: ReadonlySet<string>,
  ): { text: string; end: number } | undefined {
    if (!parameters) return { text: body.replace(/\s*##\s*/g, ''), end };
    const open = /^\s*\(/.exec(text.slice(end));
    if (!open) return undefined;
    const found = readArguments(text, end + open[0].length);
    if (!found) throw new StatementError(`the arguments of ${name}( are not closed`, end);
    const expected = parameters.length === 1 && parameters[0] === '' ? 0 : parameters.length;
    let given = expected === 0 && found.values.join('') === '' ? [] : found.values;
    if (variadic) given = [...given.slice(0, expected - 1), given.slice(expected - 1).join(', ')];
    if (given.length !== expected) {
      throw new StatementError(`${name} takes ${expected} arguments, but ${given.length} are given`, end);
    }
    const values = new Map(
      parameters.map((parameter, index) => {
        const value = given[index] ?? '';
        return [
          parameter,
          this.#expand({ text: value, columns: new Array<number>(value.length).fill(1) }, active).text,
        ];
      }),
    );
    const replaced = body.replace(/[A-Za-z_]\w*/g, (word) => values.get(word) ?? word);
    return { text: replaced.replace(/\s*##\s*/g, ''), end: found.end };
  }
}

/** Arguments up to the closing parenthesis, split at commas outside inner parentheses. */
function readArguments(text: string, from: number): { values: string[]; end: number } | undefined {
  const values: string[] = [];
  let depth = 0;
  let start = from;
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === ',' && depth === 0) {
      values.push(text.slice(start, at).trim());
      start = at + 1;
    } else if (character === '(') depth++;
    else if (character === ')') {
      if (depth === 0) return { values: [...values, text.slice(start, at).trim()], end: at + 1 };
      depth--;
    }
    at = isQuote(character) ? skipLiteral(text, at) : at + 1;
  }
  return undefined;
}

/** The line up to the `#` that starts a comment. */
export function withoutLineComment(line: SourceLine): SourceLine {
  const at = findOutside(line.text, '#');
  return at < 0 ? line : { ...line, text: line.text.slice(0, at) };
}
