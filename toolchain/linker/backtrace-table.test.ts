import { expect, test } from 'vitest';
import { assemble } from '../assembler/assemble.ts';
import { runOnMachine } from '../compiler/testing/machine.ts';
import { backtraceLine, buildBacktraceProgram } from '../testing/backtrace-program.ts';
import { BACKTRACE_SYMBOL } from './backtrace-table.ts';
import { link } from './link.ts';

test('a failed bounds check names its callers with file and line', async () => {
  const { elf } = await buildBacktraceProgram();
  const output = await runOnMachine(elf);
  const places = output.trimEnd().split('\n');
  const row = (name: string, text: string): RegExp =>
    new RegExp(`^${name}\\+0x[0-9a-f]+ \\(backtrace\\.ts:${backtraceLine(text)}\\)$`);
  // The check itself is AssemblyScript's, in StaticArray.
  expect(places[0]).toMatch(/^StaticArray<u64>#__get\+0x[0-9a-f]+ \(~lib\/staticarray\.ts:\d+\)$/);
  expect(places[1]).toMatch(row('innermost', 'values[index] + 1'));
  expect(places[2]).toMatch(row('middle', 'innermost(index * 2)'));
  expect(places[3]).toMatch(row('test', 'values[0] += middle'));
  expect(places[4]).toMatch(/^_start\+0x[0-9a-f]+ \(boot\.S:8\)$/);
  expect(places).toHaveLength(5);
});

test('only a program that refers to the table has it', () => {
  const tableOf = (source: string) => {
    const { symbols } = link([assemble(source, 'a.S')], { base: 0x80200000n });
    return symbols.find(({ name }) => name === BACKTRACE_SYMBOL);
  };
  expect(tableOf('_start: nop')).toBeUndefined();
  expect(tableOf(`_start: la a0, ${BACKTRACE_SYMBOL}`)).toMatchObject({ value: 0x80201000n, section: '.rodata' });
});
