import type { BenchRow } from './row.ts';

/** Columns under their names, numbers to the right. */
export function formatTable(rows: readonly BenchRow[]): string {
  const lines = [
    ['', 'unit', 'ours', 'peer', '', 'ratio'],
    ...rows.map(({ name, unit, value, peer, peerValue, ratio }) => [
      ...[name, unit, formatNumber(value), formatNumber(peerValue), peer, formatNumber(ratio)],
    ]),
  ];
  const NUMERIC = new Set([2, 3, 5]);
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (text: string, column: number) =>
    NUMERIC.has(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** With three digits that mean something, and no exponent. */
export function formatNumber(value: number): string {
  const magnitude = Math.floor(Math.log10(Math.abs(value) || 1));
  return value.toFixed(Math.min(Math.max(2 - magnitude, 0), 4));
}
