/** `npm run bench -- [NAME…] [--json FILE]`: ours beside a peer's, from the same run. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BenchRow } from './row.ts';
import { formatTable } from './table.ts';

/** Each measures in some seconds to a minute; an error's message names what has to be installed. */
const groups: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  compiler: async () => (await import('./compiler.ts')).runCompilerBench(),
  machine: async () => (await import('./machine.ts')).runMachineBench(),
  hypervisor: async () => (await import('./hypervisor.ts')).runHypervisorBench(),
};

function readArguments(): { names: readonly string[]; json: string | undefined } {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  const names = positionals.length > 0 ? positionals : Object.keys(groups);
  const unknown = names.find((name) => groups[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`no benchmark is called ${unknown}; there are ${Object.keys(groups).join(', ')}`);
  return { names, json: values.json };
}

try {
  const { names, json } = readArguments();
  const rows: BenchRow[] = [];
  for (const name of names) rows.push(...(await groups[name]!()));
  console.log(formatTable(rows));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
