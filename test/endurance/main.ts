/** `node test/endurance/main.ts`: two Linux guests under load for a long time (docs/endurance.md). */
import { createWriteStream } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { qemuCommand } from '../../cli/qemu.ts';
import { report } from './report.ts';
import { runLoad } from './run-load.ts';

const OPTIONS = {
  minutes: { type: 'string', default: '60' },
  on: { type: 'string', default: 'qemu' },
  shift: { type: 'string', default: '5' },
  real: { type: 'boolean', default: false },
  qemu: { type: 'string', default: qemuCommand() },
  harts: { type: 'string', default: '1' },
  beside: { type: 'string', multiple: true, default: [] },
  patience: { type: 'string', default: '600' },
  log: { type: 'string' },
} satisfies ParseArgsConfig['options'];

/** Node's words for an argument that is none of ours, on one line, and what there is. */
function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    const [what] = (error as Error).message.split(/\.\s/);
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new Error(`${what}; there are ${known.join(', ')}`);
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new Error(`--${name} ${text}: not a number from ${least} to ${most}`);
  return value;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (!Number.isInteger(value)) throw new Error(`--${name} ${text}: not a whole number`);
  return value;
}

async function main(): Promise<number> {
  const values = readArguments();
  const minutes = number('minutes', values.minutes, 0.1, 10_000);
  const shift = wholeNumber('shift', values.shift, 0, 10);
  if (values.on !== 'qemu' && values.on !== 'machine') throw new Error(`--on ${values.on}: known are qemu and machine`);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const load = {
    seconds: Math.round(minutes * 60),
    harts: wholeNumber('harts', values.harts, 1, 8),
    beside: values.beside,
    qemu: values.on === 'qemu' ? { command: values.qemu, shift: values.real ? undefined : shift } : undefined,
    patience: number('patience', values.patience, 1, 1e6),
    interrupted: interrupted.signal,
  };
  const log = values.log === undefined ? process.stdout : createWriteStream(values.log);
  const result = await runLoad({ ...load, log: (line) => void log.write(`${line}\n`) });
  for (const line of report(result)) console.log(line);
  return result.problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`endurance: ${(error as Error).message}`);
  process.exitCode = 1;
}
