/** `npm run bench -- [NAME…] [--json FILE]`: ours beside a peer's, from the same run. */
import { Command } from 'commander';
import { prepared, runCommand } from '../cli/command-line.ts';
import { writeUserFile } from '../cli/files.ts';
import type { BenchRow } from './row.ts';
import { formatTable } from './table.ts';

/** Each measures in some seconds to a minute; an error's message names what has to be installed. */
const groups: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  compiler: async () => (await import('./compiler.ts')).runCompilerBench(),
  machine: async () => (await import('./machine.ts')).runMachineBench(),
  linux: async () => (await import('./linux.ts')).runLinuxBench(),
  guest: async () => (await import('./guest.ts')).runGuestBench(),
  hypervisor: async () => (await import('./hypervisor.ts')).runHypervisorBench(),
  kvm: async () => (await import('./kvm.ts')).runKvmBench(),
};

/** Those of the groups that can be measured here; what stops the others is said. */
async function measure(names: readonly string[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const name of names) {
    try {
      rows.push(...(await groups[name]!()));
    } catch (error) {
      complain(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return rows;
}

function complain(message: string): void {
  console.error(`bench: ${message}`);
  process.exitCode = 1;
}

const PROGRAM = 'bench';

const bench = prepared(new Command(PROGRAM), PROGRAM)
  .argument('[name...]', `what to measure (default: all): ${Object.keys(groups).join(', ')}`)
  .option('--json <file>', 'write the figures there, too')
  .action(async (names: readonly string[], { json }: { readonly json?: string }) => {
    for (const name of names.filter((each) => groups[each] === undefined)) {
      complain(`no benchmark is called ${name}; there are ${Object.keys(groups).join(', ')}`);
    }
    const known = names.filter((each) => groups[each] !== undefined);
    const rows = await measure(names.length > 0 ? known : Object.keys(groups));
    if (rows.length > 0) console.log(formatTable(rows));
    if (json !== undefined) writeUserFile(json, `${JSON.stringify(rows, null, 2)}\n`);
  });

await runCommand(bench, PROGRAM);
