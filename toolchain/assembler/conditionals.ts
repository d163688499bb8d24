import type { Context } from './context.ts';
import { Tokens } from './lexer.ts';
import { splitArguments } from './macros.ts';
import { type Location, StatementError } from './source-error.ts';

interface Conditional {
  readonly location: Location;
  readonly outer: boolean;
  active: boolean;
  taken: boolean;
  seenElse: boolean;
}

type Test = (argument: string, context: Context) => boolean;

function compare(test: (value: bigint) => boolean): Test {
  return (argument, context) => {
    const tokens = new Tokens(argument);
    const value = context.number(tokens, 'the condition');
    tokens.expectEnd();
    return test(value);
  };
}

const condition = compare((value) => value !== 0n);

const isDefined: Test = (argument, context) => {
  const name = new Tokens(argument).expectName('the name of a symbol').text;
  return context.symbols.find(name)?.defined ?? false;
};

const isBlank: Test = (argument) => argument.trim() === '';

const sameStrings: Test = (argument) => {
  const [first, second] = splitArguments(argument);
  return first === second;
};

const not =
  (test: Test): Test =>
  (argument, context) =>
    !test(argument, context);

const tests: Readonly<Record<string, Test>> = {
  '.if': condition,
  '.ifne': condition,
  '.ifeq': compare((value) => value === 0n),
  '.ifgt': compare((value) => value > 0n),
  '.ifge': compare((value) => value >= 0n),
  '.iflt': compare((value) => value < 0n),
  '.ifle': compare((value) => value <= 0n),
  '.ifdef': isDefined,
  '.ifndef': not(isDefined),
  '.ifnotdef': not(isDefined),
  '.ifb': isBlank,
  '.ifnb': not(isBlank),
  '.ifc': sameStrings,
  '.ifnc': not(sameStrings),
  '.ifeqs': sameStrings,
  '.ifnes': not(sameStrings),
};

/** Which statements count: `.if` and its kin up to `.endif`. */
export class Conditionals {
  readonly #stack: Conditional[] = [];

  get active(): boolean {
    return this.#stack.at(-1)?.active ?? true;
  }

  get depth(): number {
    return this.#stack.length;
  }

  /** Forgets conditionals that a macro left open when `.exitm` ended it. */
  unwind(depth: number): void {
    this.#stack.length = Math.min(depth, this.#stack.length);
  }

  /** Where the conditionals stand that are still open. */
  get open(): Location[] {
    return this.#stack.map(({ location }) => location);
  }

  /** Whether the statement is of a conditional; then it is done. */
  handle(name: string, argument: string, context: Context): boolean {
    const top = this.#stack.at(-1);
    const test = tests[name];
    if (test) {
      const outer = this.active;
      const entry = { location: context.location, outer, active: false, taken: false, seenElse: false };
      this.#stack.push(entry);
      entry.active = outer && test(argument, context);
      entry.taken = entry.active;
      return true;
    }
    if (name === '.endif') {
      if (!this.#stack.pop()) throw new StatementError('.endif without .if');
      return true;
    }
    if (name !== '.else' && name !== '.elseif') return false;
    if (!top) throw new StatementError(`${name} without .if`);
    if (top.seenElse) throw new StatementError(`${name} after .else`);
    top.seenElse = name === '.else';
    top.active = top.outer && !top.taken && (name === '.else' || condition(argument, context));
    top.taken ||= top.active;
    return true;
  }
}
