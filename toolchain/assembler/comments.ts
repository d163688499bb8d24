import { isQuote, type SourceLine, skipLiteral } from './text.ts';

/**
 * The lines of a file without C comments, each replaced by a space, and with continued lines (a backslash at the end)
 * joined. Comments that start with `#` stay: whether one is a directive of the preprocessor is not known here.
 */
export function withoutComments(source: string, file: string): SourceLine[] {
  const lines: SourceLine[] = [];
  const raw = source.split(/\r\n|\n|\r/);
  let inComment = false;
  for (let index = 0; index < raw.length; index++) {
    const line = index + 1;
    let text = raw[index] as string;
    while (text.endsWith('\\') && index + 1 < raw.length) text = `${text.slice(0, -1)} ${raw[++index]}`;
    const stripped = stripLine(text, inComment);
    inComment = stripped.inComment;
    lines.push({ file, line, text: stripped.text });
  }
  return lines;
}

/** Blanks out comments, so that columns stay. */
function stripLine(text: string, startsInComment: boolean): { text: string; inComment: boolean } {
  let result = '';
  let at = 0;
  let inComment = startsInComment;
  while (at < text.length) {
    if (inComment) {
      const end = text.indexOf('*/', at);
      const next = end < 0 ? text.length : end + 2;
      inComment = end < 0;
      result += ' '.repeat(next - at);
      at = next;
    } else if (text.startsWith('/*', at)) {
      inComment = true;
      result += '  ';
      at += 2;
    } else if (text.startsWith('//', at)) {
      break;
    } else if (text[at] === '#' && result.trim() !== '') {
      // The rest is an assembler comment, in which quotes and `/*` mean nothing; it is cut off after macros are
      // replaced.
      return { text: result + text.slice(at), inComment };
    } else {
      const next = isQuote(text[at]) ? skipLiteral(text, at) : at + 1;
      result += text.slice(at, next);
      at = next;
    }
  }
  return { text: result, inComment };
}
