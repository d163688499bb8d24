import type { Expression, Value } from './expressions.ts';
import type { Fragment, SectionBuilder } from './fragments.ts';
import { type Location, StatementError } from './source-error.ts';

/** Where a label stands: in a section, `delta` bytes behind the start of a fragment. */
export interface Place {
  readonly section: SectionBuilder;
  readonly fragment: Fragment;
  readonly delta: number;
}

/** A symbol of the source: a label, a name for an expression (`.set`), or one that another object defines. */
export class AssemblySymbol {
  readonly name: string;
  /** Set for a label. */
  place: Place | undefined;
  /** Set by `.set`, `.equ` and `=`. */
  expression: Expression | undefined;
  definedAt: Location | undefined;
  global = false;
  weak = false;
  type: 'function' | 'object' | 'none' = 'none';
  size: Expression | undefined;
  /** A numeric label or one that the assembler made: known outside the file only where a relocation needs it. */
  readonly temporary: boolean;
  #evaluating = false;

  constructor(name: string, temporary = false) {
    this.name = name;
    this.temporary = temporary;
  }

  get defined(): boolean {
    return this.place !== undefined || this.expression !== undefined;
  }

  /** For messages. */
  get display(): string {
    return this.temporary ? `the label '${this.name.replace(/\$.*/, '')}'` : `'${this.name}'`;
  }

  /** The expression's value; refuses one that needs itself. */
  evaluated(at: number, evaluate: (expression: Expression) => Value): Value {
    if (this.#evaluating) throw new StatementError(`${this.display} is defined by itself`, at);
    this.#evaluating = true;
    try {
      return evaluate(this.expression as Expression);
    } finally {
      this.#evaluating = false;
    }
  }
}

/** All symbols of a file, and its numeric labels. */
export class SymbolTable {
  readonly #symbols = new Map<string, AssemblySymbol>();
  readonly #numeric = new Map<string, AssemblySymbol[]>();
  #made = 0;

  get all(): Iterable<AssemblySymbol> {
    return this.#symbols.values();
  }

  /** The symbol of this name, made where it is new. */
  get(name: string): AssemblySymbol {
    let symbol = this.#symbols.get(name);
    if (!symbol) {
      symbol = new AssemblySymbol(name);
      this.#symbols.set(name, symbol);
    }
    return symbol;
  }

  find(name: string): AssemblySymbol | undefined {
    return this.#symbols.get(name);
  }

  /** A label without a name in the source. */
  temporary(name: string): AssemblySymbol {
    return new AssemblySymbol(`${name}$${this.#made++}`, true);
  }

  define(name: string, place: Place, location: Location): void {
    const symbol = this.get(name);
    if (symbol.defined) {
      const before = symbol.definedAt ? `, at ${symbol.definedAt.file}:${symbol.definedAt.line}` : '';
      throw new StatementError(`'${name}' is defined already${before}; give one of the two another name`);
    }
    symbol.place = place;
    symbol.definedAt = location;
  }

  /** Defines the numeric label `number:`, which may be defined many times. */
  defineNumeric(number: string, place: Place, location: Location): void {
    const labels = this.#numericLabels(number);
    const awaited = labels.at(-1);
    const symbol = awaited && !awaited.place ? awaited : this.temporary(number);
    if (symbol !== awaited) labels.push(symbol);
    symbol.place = place;
    symbol.definedAt = location;
  }

  /** The nearest numeric label: before here for `1b`, behind for `1f`. */
  numericReference(text: string, at: number, location: Location): AssemblySymbol {
    const number = text.slice(0, -1);
    const labels = this.#numericLabels(number);
    const last = labels.at(-1);
    if (text.endsWith('b')) {
      const found = last?.place ? last : labels.at(-2);
      if (!found) throw new StatementError(`there is no label '${number}:' before this line`, at);
      return found;
    }
    if (last && !last.place) return last;
    const symbol = this.temporary(number);
    symbol.definedAt = location;
    labels.push(symbol);
    return symbol;
  }

  /** Numeric labels that were referred to as `1f` and never came. */
  missingNumeric(): AssemblySymbol[] {
    return [...this.#numeric.values()].flat().filter((symbol) => !symbol.place);
  }

  #numericLabels(number: string): AssemblySymbol[] {
    const key = String(BigInt(number));
    let labels = this.#numeric.get(key);
    if (!labels) {
      labels = [];
      this.#numeric.set(key, labels);
    }
    return labels;
  }
}
