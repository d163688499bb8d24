/** Our line tables against binutils' on what GCC writes. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Symbols } from './symbols.ts';

const folder = mkdtempSync(join(tmpdir(), 'typevisor-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, debianPackage: string, args: readonly string[], input = ''): string {
  const result = spawnSync(command, args, { input, encoding: 'utf8', cwd: folder });
  if (result.error) throw new Error(`cannot run ${command}: install the Debian package ${debianPackage}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

const SOURCE = `
static int square(int x) {
  return x * x;
}
volatile int result;
int sum(int n) {
  int total = 0;
  for (int i = 0; i < n; i++)
    total += square(i) + result;
  return total;
}
void _start(void) {
  result = sum(10);
  for (;;) {
  }
}
`;

test.each(['-gdwarf-2', '-gdwarf-3', '-gdwarf-4', '-gdwarf-5'])('%s of GCC, at every instruction', (debug) => {
  const elf = join(folder, `program${debug}`);
  writeFileSync(join(folder, 'program.c'), SOURCE);
  run('riscv64-linux-gnu-gcc', 'gcc-riscv64-linux-gnu', [
    ...[debug, '-O1', '-nostdlib', '-static', '-fno-pie', '-no-pie', '-Wl,--build-id=none', '-o', elf, 'program.c'],
  ]);
  const listing = run('riscv64-linux-gnu-objdump', 'binutils-riscv64-linux-gnu', ['-d', elf]);
  const addresses = [...listing.matchAll(/^ +([0-9a-f]+):/gm)].map((match) => match[1]!);
  expect(addresses.length).toBeGreaterThan(10);
  const theirs = run(
    'riscv64-linux-gnu-addr2line',
    'binutils-riscv64-linux-gnu',
    ['-f', '-e', elf],
    addresses.join('\n'),
  );
  const symbols = Symbols.fromElf(readFileSync(elf));
  const ours = addresses.flatMap((address) => {
    const at = BigInt(`0x${address}`);
    const place = symbols.placeAt(at);
    return [symbols.symbolAt(at)?.name, place && `${basename(place.file)}:${place.line}`];
  });
  const expected = theirs
    .trim()
    .split('\n')
    .map((line) => basename(line).replace(/ \(discriminator \d+\)$/, ''));
  // addr2line names an inlined function; the symbol table does not know it.
  const names = new Map([['square', 'sum']]);
  expect(ours).toEqual(expected.map((line) => names.get(line) ?? line));
});
