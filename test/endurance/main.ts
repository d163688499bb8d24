/** `node test/endurance/main.ts`: two Linux guests under load for a long time (docs/endurance.md). */
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { qemuCommand } from '../../cli/qemu.ts';
import { report } from './report.ts';
import { runLoad } from './run-load.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    on: { type: 'string', default: 'qemu' },
    shift: { type: 'string', default: '5' },
    real: { type: 'boolean', default: false },
    qemu: { type: 'string', default: qemuCommand() },
    harts: { type: 'string', default: '1' },
    beside: { type: 'string', multiple: true, default: [] },
    patience: { type: 'string', default: '600' },
    log: { type: 'string' },
  },
});

function number(name: 'minutes' | 'shift' | 'harts' | 'patience', least: number, most: number): number {
  const value = Number(values[name]);
  if (!(value >= least && value <= most))
    throw new Error(`--${name} ${values[name]}: not a number from ${least} to ${most}`);
  return value;
}

async function main(): Promise<number> {
  const [minutes, shift, patience] = [
    number('minutes', 0.1, 10_000),
    number('shift', 0, 10),
    number('patience', 1, 1e6),
  ];
  const harts = number('harts', 1, 8);
  if (values.on !== 'qemu' && values.on !== 'machine') throw new Error(`--on ${values.on}: known are qemu and machine`);
  const log = values.log === undefined ? process.stdout : createWriteStream(values.log);
  const result = await runLoad({
    seconds: Math.round(minutes * 60),
    harts,
    beside: values.beside,
    qemu: values.on === 'qemu' ? { command: values.qemu, shift: values.real ? undefined : shift } : undefined,
    patience,
    log: (line) => void log.write(`${line}\n`),
  });
  for (const line of report(result)) console.log(line);
  return result.problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`endurance: ${(error as Error).message}`);
  process.exitCode = 1;
}
