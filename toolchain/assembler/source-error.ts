/** A place in a source file; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic extends Location {
  readonly message: string;
}

/** All that is wrong with a source, in the order of its lines; the message has one line for each. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly errors: readonly Diagnostic[];

  constructor(errors: readonly Diagnostic[]) {
    super(errors.map(({ file, line, column, message }) => `${file}:${line}:${column}: error: ${message}`).join('\n'));
    this.errors = errors;
  }
}

/**
 * Thrown at the first thing wrong with a statement; the assembler notes it with the statement's place and goes on
 * behind it.
 */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  /** Where in the statement's line, from 0; undefined for the statement as a whole. */
  readonly at: number | undefined;

  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}
