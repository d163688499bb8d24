/** A line of source on its way to becoming statements. */
export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The column in the file, from 1, of each character of `text`; left out where they are simply 1, 2, 3, … */
  readonly columns?: readonly number[];
  /**
   * Of a line that a macro or a repetition produced: what, and where it was written. Line and columns are the
   * invocation's.
   */
  readonly producer?: string;
}

export function columnAt(line: SourceLine, index: number): number {
  if (!line.columns) return index + 1;
  return line.columns[Math.min(index, line.columns.length - 1)] ?? 1;
}

/** Part of a line, with its columns kept. */
export function sliceLine(line: SourceLine, from: number, to: number): SourceLine {
  const columns = Array.from({ length: to - from }, (_, index) => columnAt(line, from + index));
  return { ...line, text: line.text.slice(from, to), columns };
}

/** Behind the string or character constant that starts at `at`; the line's end where it is not closed. */
export function skipLiteral(text: string, at: number): number {
  if (text[at] === "'") {
    const next = at + (text[at + 1] === '\\' ? 3 : 2);
    return Math.min(text[next] === "'" ? next + 1 : next, text.length);
  }
  let next = at + 1;
  while (next < text.length && text[next] !== '"') next += text[next] === '\\' ? 2 : 1;
  return Math.min(next + 1, text.length);
}

export const isQuote = (character: string | undefined): boolean => character === '"' || character === "'";

/** Index of the first `wanted` outside strings and character constants from `from` on, or -1. */
export function findOutside(text: string, wanted: string, from = 0): number {
  let at = from;
  while (at < text.length) {
    if (text.startsWith(wanted, at)) return at;
    at = isQuote(text[at]) ? skipLiteral(text, at) : at + 1;
  }
  return -1;
}

/** Splits a line at the separator `;`. */
export function splitStatements(line: SourceLine): SourceLine[] {
  const parts: SourceLine[] = [];
  let from = 0;
  for (;;) {
    const end = findOutside(line.text, ';', from);
    if (end < 0) {
      parts.push(from === 0 ? line : sliceLine(line, from, line.text.length));
      return parts;
    }
    parts.push(sliceLine(line, from, end));
    from = end + 1;
  }
}
