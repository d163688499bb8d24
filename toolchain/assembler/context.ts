import { type Expression, evaluate, type Names, parseExpression, type Value } from './expressions.ts';
import { distanceBeforeLayout, SectionBuilder } from './fragments.ts';
import type { Token, Tokens } from './lexer.ts';
import { sectionKind } from './section-kinds.ts';
import { type Diagnostic, type Location, StatementError } from './source-error.ts';
import { SymbolTable } from './symbols.ts';

/** What `.option` sets. */
export interface Options {
  /** Whether instructions take their compressed form where they have one. */
  readonly compress: boolean;
  /** Whether `sext.b`, `sext.h` and `zext.h` are instructions of Zbb and `zext.w` one of Zba; otherwise they are two shifts. */
  readonly zbb: boolean;
  readonly zba: boolean;
}

/** What the statements of a file work on: its sections, its symbols, and where we are. */
export class Context implements Names {
  readonly diagnostics: Diagnostic[] = [];
  readonly symbols = new SymbolTable();
  readonly sections = new Map<string, SectionBuilder>();
  options: Options;
  readonly optionStack: Options[] = [];
  readonly sectionStack: { current: SectionBuilder; previous: SectionBuilder }[] = [];
  current: SectionBuilder;
  previous: SectionBuilder;
  /** Of the statement. */
  location: Location;
  /** The column of a place in the text of the statement's line. */
  columnOf: (at: number) => number = (at) => at + 1;

  constructor(file: string, options: Options) {
    this.options = options;
    this.location = { file, line: 1, column: 1 };
    this.current = this.section('.text');
    this.previous = this.current;
  }

  /** The section of this name, made with these flags where it is new. */
  section(name: string, flags?: string, type?: string): SectionBuilder {
    let section = this.sections.get(name);
    if (!section) {
      const { kind, loaded } = sectionKind(name, flags, type);
      section = new SectionBuilder(name, kind, loaded);
      this.sections.set(name, section);
    }
    return section;
  }

  enter(section: SectionBuilder): void {
    this.previous = this.current;
    this.current = section;
  }

  /** Refuses contents in a section that has none. */
  requireContents(what: string): void {
    if (this.current.kind === 'bss') {
      throw new StatementError(
        `${what} cannot stand in ${this.current.name}, which has no contents; use .data or .rodata`,
      );
    }
  }

  /** The location of a place in the statement. */
  place(at: number): Location {
    return { ...this.location, column: this.columnOf(at) };
  }

  report(message: string, location: Location): void {
    this.diagnostics.push({ ...location, message });
  }

  symbol({ text, at }: Token): Expression {
    const symbol = this.symbols.get(text);
    const { expression } = symbol;
    // The value that `.set` gives now counts, not one that it gives later.
    return expression ?? { kind: 'symbol', symbol, at };
  }

  numericLabel(text: string, at: number): Expression {
    return { kind: 'symbol', symbol: this.symbols.numericReference(text, at, this.location), at };
  }

  here(): Expression {
    const symbol = this.symbols.temporary('.');
    symbol.place = { section: this.current, ...this.current.here() };
    return { kind: 'symbol', symbol, at: 0 };
  }

  expression(tokens: Tokens): Expression {
    return parseExpression(tokens, this);
  }

  /** The expression's value as far as it is known while sections are still being filled. */
  valueNow(expression: Expression): Value {
    return evaluate(expression, distanceBeforeLayout);
  }

  /** The expression's number, or undefined where it depends on what is not known yet. */
  numberNow(expression: Expression): bigint | undefined {
    try {
      const { constant, plus, minus } = this.valueNow(expression);
      return plus || minus ? undefined : constant;
    } catch (error) {
      // `(end - start) / 8` with labels that come later; a real mistake shows when all is known.
      if (error instanceof StatementError) return undefined;
      throw error;
    }
  }

  /** Reads an expression whose value must be known here; `what` names it in messages. */
  number(tokens: Tokens, what: string): bigint {
    const { at } = tokens.peek();
    const { constant, plus, minus } = this.valueNow(this.expression(tokens));
    const unknown = minus?.defined === false ? minus : (plus ?? minus);
    if (!unknown) return constant;
    throw new StatementError(
      unknown.defined
        ? `${what} must be a number that is known here, but depends on the address of ${unknown.display}`
        : `${what} must be a number that is known here, but ${unknown.display} is not defined before this line`,
      at,
    );
  }

  /** The same within bounds. */
  numberIn(tokens: Tokens, what: string, min: number, max: number): number {
    const { at } = tokens.peek();
    const value = this.number(tokens, what);
    if (value < BigInt(min) || value > BigInt(max)) {
      throw new StatementError(`${what} ${value} is outside ${min}..${max}`, at);
    }
    return Number(value);
  }
}
