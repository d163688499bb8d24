/** gdb-multiarch, attached to QEMU, with the debug information of our ELFs. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { artefact } from '../../cli/artefacts.ts';
import { BACKTRACE_SOURCE, backtraceLine, buildBacktraceProgram } from '../testing/backtrace-program.ts';
import { debugInQemu } from '../testing/gdb.ts';

test('a breakpoint at a line stops there, and the callers have names, files and lines', async () => {
  const { elf } = await buildBacktraceProgram();
  const line = backtraceLine('values[index] + 1');
  const asBios = (file: string) => ['-bios', 'none', '-kernel', file];
  const output = await debugInQemu(elf, [`break ${BACKTRACE_SOURCE}:${line}`, 'continue', 'bt', 'finish'], asBios);
  const at = (text: string): string => `${BACKTRACE_SOURCE}:${backtraceLine(text)}`;
  expect(output).toContain(`Breakpoint 1, innermost () at ${at('values[index] + 1')}`);
  expect(output).toMatch(/#0 +innermost \(\) at/);
  expect(output).toMatch(new RegExp(`#1 +0x[0-9a-f]+ in middle \\(\\) at ${at('innermost(index * 2)')}`));
  expect(output).toMatch(new RegExp(`#2 +0x[0-9a-f]+ in test \\(\\) at ${at('values[0] += middle')}`));
  expect(output).toMatch(/#3 +0x[0-9a-f]+ in _start \(\) at boot\.S:8/);
  // `finish` runs to the caller, which by then is at its next line.
  expect(output).toMatch(new RegExp(`\\nmiddle \\(\\) at ${at('return twice * 3')}`));
});

test('a breakpoint in the hypervisor stops at its TypeScript line', async () => {
  const elf = await artefact('hypervisor.elf');
  const output = await debugInQemu(elf, ['break main', 'continue'], (file) => [
    ...['-cpu', 'rv64,h=true', '-kernel', file],
  ]);
  const stop = /Breakpoint 1, main \(\) at (bare\/\S+):(\d+)\n\d+\t(.*)/.exec(output);
  expect(stop, output).not.toBeNull();
  const [, file, line, shown] = stop!;
  expect(readFileSync(file!, 'utf8').split('\n')[Number(line) - 1]).toBe(shown);
});
