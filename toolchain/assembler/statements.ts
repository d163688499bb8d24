import { cfiDirectives } from './cfi-directives.ts';
import { Conditionals } from './conditionals.ts';
import type { Context } from './context.ts';
import { type Directive, dataDirectives } from './data-directives.ts';
import { assembleInstruction } from './instructions.ts';
import { Tokens } from './lexer.ts';
import { bindArguments, expandBody, type Macro, parseMacroHead, splitArguments } from './macros.ts';
import type { Preprocessor } from './preprocessor.ts';
import { sectionDirectives } from './section-directives.ts';
import { type Location, StatementError } from './source-error.ts';
import { assign, symbolDirectives } from './symbol-directives.ts';
import { columnAt, type SourceLine, splitStatements } from './text.ts';

const directives: ReadonlyMap<string, Directive> = new Map([
  ...dataDirectives,
  ...symbolDirectives,
  ...sectionDirectives,
  ...cfiDirectives,
]);

/** What opens and what closes a body of lines that is kept for later. */
const BODIES: Readonly<Record<string, { open: RegExp; close: RegExp; end: string }>> = {
  macro: { open: /^\s*\.macro\b/, close: /^\s*\.endm\b/, end: '.endm' },
  repeat: { open: /^\s*\.(rept|irp|irpc)\b/, close: /^\s*\.endr\b/, end: '.endr' },
};

const MAX_NESTING = 200;
const MAX_LINES = 1_000_000;
const MAX_ERRORS = 100;

/** Lines still to be read: of the file, or of a macro's use. */
interface Source {
  readonly lines: readonly SourceLine[];
  next: number;
  /** Those of the line before `next` that are still to be read. */
  statements: SourceLine[];
  /** How many conditionals were open where a macro's use began; undefined for the file and for repetitions. */
  readonly macroConditionals: number | undefined;
}

/** Reads lines, expands macros and repetitions, skips what conditionals exclude, and hands each statement on. */
export class Statements {
  readonly #context: Context;
  readonly #preprocessor: Preprocessor;
  readonly #sources: Source[] = [];
  readonly #macros = new Map<string, Macro>();
  readonly #conditionals = new Conditionals();
  #used = 0;
  #read = 0;
  #ended = false;

  constructor(context: Context, preprocessor: Preprocessor) {
    this.#context = context;
    this.#preprocessor = preprocessor;
  }

  run(lines: readonly SourceLine[]): void {
    this.#sources.push({ lines, next: 0, statements: [], macroConditionals: undefined });
    for (let statement = this.#nextStatement(); statement && !this.#ended; ) {
      if (++this.#read > MAX_LINES) {
        this.#context.report(`more than ${MAX_LINES} lines: does a macro use itself?`, this.#context.location);
        return;
      }
      // What comes after so many is mostly their consequence.
      if (this.#context.diagnostics.length >= MAX_ERRORS) return;
      const current = statement;
      this.#guarded(current, () => this.#statement(current));
      statement = this.#nextStatement();
    }
    for (const location of this.#conditionals.open) this.#context.report('this .if has no .endif', location);
  }

  #nextStatement(): SourceLine | undefined {
    for (let source = this.#sources.at(-1); source; source = this.#sources.at(-1)) {
      const statement = source.statements.shift();
      if (statement) return statement;
      const line = source.lines[source.next++];
      if (line) source.statements = splitStatements(line);
      else this.#sources.pop();
    }
    return undefined;
  }

  #guarded(line: SourceLine, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const start = Math.max(line.text.search(/\S/), 0);
      const column = columnAt(line, error.at ?? start);
      const produced = line.producer ? ` (in ${line.producer})` : '';
      this.#context.report(error.message + produced, { file: line.file, line: line.line, column });
    }
  }

  #statement(line: SourceLine): void {
    const context = this.#context;
    const start = line.text.search(/\S/);
    if (start < 0) return;
    context.location = { file: line.file, line: line.line, column: columnAt(line, start) };
    context.columnOf = (at) => columnAt(line, at);
    if (!this.#conditionals.active) {
      const word = /^\s*(\.\w+)\s*(.*)$/s.exec(line.text);
      if (word) this.#conditionals.handle(word[1] as string, word[2] as string, context);
      return;
    }
    const labels = /^(?:\s*(?:[A-Za-z_.$][\w.$]*|\d+|"[^"]*")\s*:(?!:))*/.exec(line.text)?.[0] ?? '';
    for (const [, label] of labels.matchAll(/([^\s:"]+|"[^"]*")\s*:/g)) this.#label(label as string);
    const rest = line.text.slice(labels.length);
    const word = /^\s*([A-Za-z_.$][\w.$]*)\s*(.*)$/s.exec(rest);
    if (rest.trim() === '') return;
    const at = line.text.length - rest.trimStart().length;
    context.location = { ...context.location, column: columnAt(line, at) };
    if (!word) throw new StatementError(`expected an instruction, a directive or a label, found '${rest.trim()}'`, at);
    const argument = word[2] as string;
    const name = word[1] as string;
    if (/^=(?!=)/.test(argument)) {
      // Blanked out, so that places in the text stay.
      const tokens = new Tokens(
        line.text.slice(0, at).replace(/./g, ' ') + argument.replace('=', ' ').padStart(line.text.length - at),
      );
      assign(name, tokens, context);
      tokens.expectEnd();
      return;
    }
    const macro = this.#macros.get(name);
    if (macro) this.#use(macro, argument);
    else if (!this.#conditionals.handle(name, argument, context) && !this.#bodyDirective(name, argument)) {
      const tokens = new Tokens(' '.repeat(at + name.length) + line.text.slice(at + name.length));
      const directive = directives.get(name);
      if (directive) {
        directive(tokens, context, name);
        tokens.expectEnd();
      } else if (name.startsWith('.')) {
        throw new StatementError(`no directive is called '${name}'`, at);
      } else assembleInstruction(name, at, tokens, context);
    }
  }

  #label(name: string): void {
    const { symbols, current, location } = this.#context;
    const place = { section: current, ...current.here() };
    if (/^\d+$/.test(name)) symbols.defineNumeric(name, place, location);
    else symbols.define(name.replaceAll('"', ''), place, location);
  }

  /** Directives that change which lines come next. */
  #bodyDirective(name: string, argument: string): boolean {
    switch (name) {
      case '.macro':
        this.#defineMacro(argument);
        return true;
      case '.rept':
      case '.irp':
      case '.irpc':
        this.#repeat(name, argument);
        return true;
      case '.endm':
      case '.endr':
        throw new StatementError(`${name} without ${name === '.endm' ? '.macro' : '.rept'}`);
      case '.exitm':
        this.#exitMacro();
        return true;
      case '.purgem':
        this.#macros.delete(argument.trim());
        return true;
      case '.include':
        this.#include(argument);
        return true;
      case '.end':
        this.#ended = true;
        return true;
      case '.error':
        throw new StatementError(argument.trim() === '' ? '.error' : argument.trim().replace(/^"(.*)"$/, '$1'));
      case '.warning':
      case '.print':
        return true;
      default:
        return false;
    }
  }

  /** The lines up to the directive that closes the body that has just been opened. */
  #body(kind: 'macro' | 'repeat', what: string): SourceLine[] {
    const { open, close, end } = BODIES[kind] as { open: RegExp; close: RegExp; end: string };
    const body: SourceLine[] = [];
    const { location } = this.#context;
    for (let depth = 1; ; ) {
      const line = this.#nextStatement();
      if (!line) {
        this.#context.report(`this ${what} has no ${end}`, location);
        return body;
      }
      if (open.test(line.text)) depth++;
      else if (close.test(line.text) && --depth === 0) return body;
      body.push(line);
    }
  }

  #defineMacro(argument: string): void {
    const { location } = this.#context;
    const body = this.#body('macro', '.macro');
    const { name, parameters } = parseMacroHead(argument);
    const before = this.#macros.get(name);
    if (before) {
      const { file, line } = before.location;
      throw new StatementError(`the macro ${name} is defined already, at ${file}:${line}; use .purgem first`);
    }
    this.#macros.set(name, { name, parameters, body, location });
  }

  #push(lines: SourceLine[], macroConditionals: number | undefined): void {
    if (this.#sources.length >= MAX_NESTING) {
      throw new StatementError(`macros are nested ${MAX_NESTING} deep: does one use itself?`);
    }
    this.#sources.push({ lines, next: 0, statements: [], macroConditionals });
  }

  #use(macro: Macro, argument: string): void {
    const values = bindArguments(macro, argument);
    const lines = expandBody(macro.body, values, this.#used++, this.#context.location, `macro ${macro.name}`);
    this.#push(lines, this.#conditionals.depth);
  }

  #exitMacro(): void {
    for (let source = this.#sources.pop(); source; source = this.#sources.pop()) {
      if (source.macroConditionals !== undefined) {
        this.#conditionals.unwind(source.macroConditionals);
        return;
      }
    }
    throw new StatementError('.exitm outside a macro');
  }

  #repeat(name: string, argument: string): void {
    const { location } = this.#context;
    const place: Location = location;
    const body = this.#body('repeat', name);
    const lines: SourceLine[] = [];
    const expand = (values: ReadonlyMap<string, string>): void => {
      if (lines.length + body.length > MAX_LINES)
        throw new StatementError(`${name} makes more than ${MAX_LINES} lines`);
      for (const line of expandBody(body, values, this.#used, place, name)) lines.push(line);
    };
    if (name === '.rept') {
      const tokens = new Tokens(argument);
      const count = this.#context.numberIn(tokens, 'the number of repetitions', 0, MAX_LINES);
      tokens.expectEnd();
      for (let index = 0; index < count; index++) expand(new Map());
    } else {
      const [parameter = '', ...list] = splitArguments(argument);
      if (!/^[A-Za-z_.$][\w.$]*$/.test(parameter)) throw new StatementError(`${name} needs the name of a parameter`);
      const values = name === '.irp' ? list : [...list.join('')];
      for (const value of values) expand(new Map([[parameter, value]]));
    }
    this.#push(lines, undefined);
  }

  #include(argument: string): void {
    const path = /^"([^"]+)"\s*$/.exec(argument.trim())?.[1];
    if (path === undefined) throw new StatementError('.include needs a file name in quotes');
    this.#push(this.#preprocessor.includeFile(path, this.#context.location.file, this.#sources.length), undefined);
  }
}
