import { withoutComments } from './comments.ts';
import { cPrecedence, evaluate, parseExpression } from './expressions.ts';
import { Tokens } from './lexer.ts';
import { PreprocessorMacros, withoutLineComment } from './preprocessor-macros.ts';
import { type Diagnostic, StatementError } from './source-error.ts';
import { columnAt, type SourceLine } from './text.ts';

/** Gives the contents of a file that another one includes; throws where there is none. */
export type Include = (path: string, from: string) => string;

const DIRECTIVE = /^\s*#\s*(define|undef|if|ifdef|ifndef|elif|else|endif|include|error|warning|pragma|line)\b/;
const MAX_DEPTH = 64;

/** One `#if` up to its `#endif`. */
interface Conditional {
  readonly line: SourceLine;
  /** Whether lines count now. */
  active: boolean;
  /** Whether a branch has been taken, so that the later ones are not. */
  taken: boolean;
  /** Whether the conditional itself stands where lines count. */
  readonly outer: boolean;
  seenElse: boolean;
}

/**
 * The C preprocessor, as far as assembly files use it: comments, `#include`, `#define` with and without parameters,
 * `#if` and its kin, `#error`. Like the assembler that GNU's compiler driver runs, it takes other lines that start
 * with `#` for comments.
 */
export class Preprocessor {
  readonly #macros = new PreprocessorMacros();
  readonly #include: Include;
  readonly #report: (error: Diagnostic) => void;

  constructor(include: Include, defines: Readonly<Record<string, bigint>>, report: (error: Diagnostic) => void) {
    this.#include = include;
    this.#report = report;
    this.#macros.define('__ASSEMBLER__ 1');
    this.#macros.define('__riscv 1');
    this.#macros.define('__riscv_xlen 64');
    for (const [name, value] of Object.entries(defines)) this.#macros.define(`${name} ${value}`);
  }

  /** The lines that the assembler reads, in order, those of included files among them. */
  run(source: string, file: string, depth = 0): SourceLine[] {
    const lines: SourceLine[] = [];
    const conditionals: Conditional[] = [];
    const given = withoutComments(source, file);
    for (let next = 0; next < given.length; ) {
      let line = given[next++] as SourceLine;
      const active = conditionals.at(-1)?.active ?? true;
      const directive = DIRECTIVE.exec(line.text);
      try {
        if (directive) {
          const argument = line.text.slice(directive[0].length);
          const name = directive[1] as string;
          if (!this.#conditional(name, argument, line, conditionals) && active) {
            lines.push(...this.#directive(name, argument, line, depth));
          }
        } else if (active && !/^\s*#/.test(line.text)) {
          // A macro's arguments may go on for several lines.
          for (; next < given.length && this.#macros.isOpen(line.text); next++) {
            line = { ...line, text: `${line.text} ${(given[next] as SourceLine).text}` };
          }
          lines.push(withoutLineComment(this.#macros.expand(line)));
        }
      } catch (error) {
        this.#note(error, line);
      }
    }
    for (const { line } of conditionals) this.#note(new StatementError('this #if has no #endif'), line);
    return lines;
  }

  #note(error: unknown, line: SourceLine): void {
    if (!(error instanceof StatementError)) throw error;
    const column = columnAt(line, error.at ?? line.text.search(/\S|$/));
    this.#report({ file: line.file, line: line.line, column, message: error.message });
  }

  /** Whether the directive is of a conditional; then it is done. */
  #conditional(name: string, argument: string, line: SourceLine, stack: Conditional[]): boolean {
    const top = stack.at(-1);
    const open = (condition: () => boolean): boolean => {
      const outer = top?.active ?? true;
      const entry: Conditional = { line, active: false, taken: false, outer, seenElse: false };
      stack.push(entry);
      entry.active = outer && condition();
      entry.taken = entry.active;
      return true;
    };
    const isDefined = (): boolean => {
      const macro = /^\s*([A-Za-z_]\w*)/.exec(argument)?.[1];
      if (macro === undefined) throw new StatementError(`#${name} needs a name`);
      return this.#macros.has(macro);
    };
    switch (name) {
      case 'if':
        return open(() => this.#condition(argument, line));
      case 'ifdef':
        return open(isDefined);
      case 'ifndef':
        return open(() => !isDefined());
      case 'elif':
      case 'else': {
        if (!top) throw new StatementError(`#${name} without #if`);
        if (top.seenElse) throw new StatementError(`#${name} after #else`);
        top.seenElse = name === 'else';
        top.active = top.outer && !top.taken && (name === 'else' || this.#condition(argument, line));
        top.taken ||= top.active;
        return true;
      }
      case 'endif':
        if (!stack.pop()) throw new StatementError('#endif without #if');
        return true;
      default:
        return false;
    }
  }

  #condition(argument: string, line: SourceLine): boolean {
    const known = argument.replace(/\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))/g, (_, inner?: string, bare?: string) =>
      this.#macros.has(inner ?? bare ?? '') ? '1' : '0',
    );
    const { columns: _, ...plain } = line;
    const tokens = new Tokens(withoutLineComment(this.#macros.expand({ ...plain, text: known })).text);
    try {
      const expression = parseExpression(
        tokens,
        {
          // A name that is no macro counts as 0.
          symbol: () => ({ kind: 'constant', value: 0n }),
          numericLabel: (text) => {
            throw new StatementError(`'${text}' is not a number`);
          },
          here: () => ({ kind: 'constant', value: 0n }),
        },
        cPrecedence,
      );
      tokens.expectEnd();
      return evaluate(expression).constant !== 0n;
    } catch (error) {
      if (error instanceof StatementError) throw new StatementError(`#if: ${error.message}`);
      throw error;
    }
  }

  #directive(name: string, argument: string, line: SourceLine, depth: number): SourceLine[] {
    switch (name) {
      case 'define':
        this.#macros.define(argument);
        return [];
      case 'undef':
        this.#macros.undefine(argument.trim());
        return [];
      case 'include':
        return this.#included(argument, line, depth);
      case 'error':
        throw new StatementError(`#error ${argument.trim()}`);
      default:
        return [];
    }
  }

  #included(argument: string, line: SourceLine, depth: number): SourceLine[] {
    const path = /^\s*(?:"([^"]+)"|<([^>]+)>)/.exec(argument);
    if (!path) throw new StatementError('#include needs a file name in quotes');
    return this.includeFile((path[1] ?? path[2]) as string, line.file, depth);
  }

  /** The lines of an included file. */
  includeFile(path: string, from: string, depth = 0): SourceLine[] {
    if (depth >= MAX_DEPTH)
      throw new StatementError(`'${path}' is included ${MAX_DEPTH} files deep: does it include itself?`);
    let source: string;
    try {
      source = this.#include(path, from);
    } catch (error) {
      throw new StatementError(`cannot include '${path}': ${error instanceof Error ? error.message : error}`);
    }
    return this.run(source, path, depth + 1);
  }
}
