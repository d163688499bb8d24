/** `node test/endurance/main.ts`: two Linux guests under load for a long time (docs/endurance.md). */
import { createWriteStream } from 'node:fs';
import { Command, Option } from 'commander';
import { collect, prepared, runCommand } from '../../cli/command-line.ts';
import { openUserFile } from '../../cli/files.ts';
import { qemuCommand } from '../../cli/qemu.ts';
import { parseCount, parseNumber } from '../../cli/sizes.ts';
import { report } from './report.ts';
import { runLoad } from './run-load.ts';

interface Options {
  readonly minutes: string;
  readonly on: 'qemu' | 'machine';
  readonly shift: string;
  readonly real?: true;
  readonly qemu: string;
  readonly harts: string;
  readonly beside: readonly string[];
  readonly patience: string;
  readonly log?: string;
}

const PROGRAM = 'endurance';

const endurance = prepared(new Command(PROGRAM), PROGRAM)
  .option('--minutes <n>', "of the guests' own time, under load, 0.1 to 10000", '60')
  .addOption(new Option('--on <host>', 'where').choices(['qemu', 'machine']).default('qemu'))
  .option('--qemu <file>', 'the QEMU', qemuCommand())
  .option('--shift <n>', "on QEMU an instruction takes 2^n ns of the guests' time, 0 to 10", '5')
  .option('--real', "on QEMU the guests' time is the host's, and harts run at the same time")
  .option('--harts <n>', 'of the host, 1 to 8', '1')
  .option('--beside <guest>', 'a further guest, again for others', collect, [])
  .option('--patience <seconds>', 'without a word of any guest, after which the run has hung, 1 to 1000000', '600')
  .option('--log <file>', 'where the consoles go (default: stdout)')
  .action(async (options: Options) => {
    process.exitCode = await endure(options);
  });

async function endure(options: Options): Promise<number> {
  const minutes = parseNumber(options.minutes, '--minutes', 0.1, 10_000);
  const shift = parseCount(options.shift, '--shift', 0, 10);
  const load = {
    seconds: Math.round(minutes * 60),
    harts: parseCount(options.harts, '--harts', 1, 8),
    beside: options.beside,
    qemu: options.on === 'qemu' ? { command: options.qemu, shift: options.real ? undefined : shift } : undefined,
    patience: parseNumber(options.patience, '--patience', 1, 1e6),
  };
  const log =
    options.log === undefined ? process.stdout : createWriteStream('', { fd: openUserFile(options.log, 'w') });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const result = await runLoad({
    ...load,
    interrupted: interrupted.signal,
    log: (line) => void log.write(`${line}\n`),
  });
  for (const line of report(result)) console.log(line);
  return result.problems.length === 0 ? 0 : 1;
}

await runCommand(endurance, PROGRAM);
