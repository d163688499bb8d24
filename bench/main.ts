/** `npm run bench -- [NAME…] [--json FILE]`: ours beside a peer's, from the same run. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
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

function readArguments(): { names: readonly string[]; json: string | undefined } {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  for (const name of positionals.filter((each) => groups[each] === undefined)) {
    complain(`no benchmark is called ${name}; there are ${Object.keys(groups).join(', ')}`);
  }
  const known = positionals.filter((each) => groups[each] !== undefined);
  return { names: positionals.length > 0 ? known : Object.keys(groups), json: values.json };
}

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

const { names, json } = readArguments();
const rows = await measure(names);
if (rows.length > 0) console.log(formatTable(rows));
if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
