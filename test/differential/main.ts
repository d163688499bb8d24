/** `node test/differential/main.ts`: random blocks of instructions on QEMU and on the machine (docs/differential.md). */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { artefact } from '../../cli/artefacts.ts';
import { makeBlock } from './block.ts';
import { COMMON_EXTENSIONS, type Profile } from './code.ts';
import { compareBlocks, narrow, report } from './compare.ts';
import { Qemu } from './hosts.ts';
import { MOST_BLOCKS } from './layout.ts';

const PROFILES: readonly Profile[] = ['integer', 'float', 'privileged'];
const REPORTED = 5;

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  blocks: { type: 'string', default: '1000' },
  length: { type: 'string', default: '60' },
  profile: { type: 'string', multiple: true, default: [...PROFILES] },
  qemu: { type: 'string', default: process.env.TYPEVISOR_QEMU || 'qemu-system-riscv64' },
} satisfies ParseArgsConfig['options'];

/** Node's words for an argument that is none of ours, on one line, and what there is. */
function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    const [what] = (error as Error).message.split(/\.\s/);
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new Error(`${what}; there are ${known.join(', ')}, each with a value`);
  }
}

function number(values: ReturnType<typeof readArguments>, name: 'seed' | 'blocks' | 'length', least: number): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} ${values[name]}: not a number from ${least}`);
  return value;
}

async function main(): Promise<number> {
  const values = readArguments();
  const [seed, blocks] = [number(values, 'seed', 0), number(values, 'blocks', 1)];
  const length = number(values, 'length', 1);
  const profiles = [...values.profile] as Profile[];
  const unknown = profiles.find((each) => !PROFILES.includes(each));
  if (unknown) throw new Error(`--profile ${unknown}: known are ${PROFILES.join(', ')}`);
  const qemu = new Qemu(values.qemu);
  if (qemu.missing.length > 0) console.log(`left out, since this QEMU has not got it: ${qemu.missing.join(', ')}`);
  if (!qemu.hasPrivileged && profiles.includes('privileged')) {
    profiles.splice(profiles.indexOf('privileged'), 1);
    console.log('no privileged blocks: they want QEMU 9 or newer');
  }
  const core = await WebAssembly.compile(await artefact('core.wasm'));
  const extensions = new Set([...COMMON_EXTENSIONS, ...qemu.extensions]);
  let instructions = 0;
  let differing = 0;
  for (let first = 0; first < blocks; first += MOST_BLOCKS) {
    const count = Math.min(MOST_BLOCKS, blocks - first);
    const batch = Array.from({ length: count }, (_, n) =>
      makeBlock(seed + first + n, { length, profiles, extensions }),
    );
    const { differing: found, fatal } = await compareBlocks(core, qemu, batch);
    if (fatal.length > 0) console.log(`QEMU does not survive: ${fatal.join(', ')}`);
    for (const each of found) {
      if (differing++ >= REPORTED) continue;
      console.log(report((await narrow(core, qemu, each.block)) ?? each));
    }
    instructions += batch.reduce((sum, { code }) => sum + code.length / 4, 0);
  }
  console.log(`${blocks} blocks, about ${Math.round(instructions)} instructions: ${differing} differ`);
  return differing === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`differential: ${(error as Error).message}`);
  process.exitCode = 1;
}
