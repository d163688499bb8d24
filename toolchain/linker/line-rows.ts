import type { LineRow, ObjectFile, Section } from '../object.ts';

/**
 * A section's line rows with one at the start of each function, so that no function begins on a line of the one
 * before: where there is none, the function's first line counts from its start on. Where a function has no lines at
 * all, its row has line 0: unknown.
 */
export function lineRowsOf({ symbols }: ObjectFile, section: Section): LineRow[] {
  const { lines } = section;
  const functions = symbols
    .filter((symbol) => symbol.section === section.name && symbol.type === 'function')
    .map(({ value }) => Number(value))
    .sort((a, b) => a - b);
  const known = new Set(lines.map(({ offset }) => offset));
  const added: LineRow[] = [];
  for (const [index, offset] of functions.entries()) {
    if (known.has(offset)) continue;
    known.add(offset);
    const end = functions[index + 1] ?? section.size;
    const first = lines.find((row) => row.offset > offset && row.offset < end);
    if (first) added.push({ ...first, offset });
    else if (lines.some((row) => row.offset < offset)) added.push({ offset, file: '', line: 0, column: 0 });
  }
  return added.length === 0 ? [...lines] : [...lines, ...added].sort((a, b) => a.offset - b.offset);
}
