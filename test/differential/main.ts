/** `node test/differential/main.ts`: random blocks of instructions on QEMU and on the machine (docs/differential.md). */
import { Command, Option } from 'commander';
import { artefact } from '../../cli/artefacts.ts';
import { prepared, runCommand } from '../../cli/command-line.ts';
import { qemuCommand } from '../../cli/qemu.ts';
import { parseCount } from '../../cli/sizes.ts';
import { makeBlock } from './block.ts';
import { COMMON_EXTENSIONS, type Profile } from './code.ts';
import { compareBlocks, narrow, report } from './compare.ts';
import { Qemu } from './hosts.ts';
import { MOST_BLOCKS } from './layout.ts';

const PROFILES: readonly Profile[] = ['integer', 'float', 'privileged'];
const REPORTED = 5;

/** Of `--seed` and `--blocks`: seeds have 32 bits. */
const MOST = 2 ** 32 - 1;
/** Instructions of a block, about: some take two or three words, and a block has a page for its code. */
const MOST_LENGTH = 400;

interface Options {
  readonly seed: string;
  readonly blocks: string;
  readonly length: string;
  readonly profile: readonly Profile[];
  readonly qemu: string;
}

const PROGRAM = 'differential';

const differential = prepared(new Command(PROGRAM), PROGRAM)
  .option('--seed <n>', 'of the first block; each has one more than the one before', '1')
  .option('--blocks <n>', 'how many blocks', '1000')
  .option('--length <n>', `about so many instructions a block, 1 to ${MOST_LENGTH}`, '60')
  .addOption(new Option('--profile <name...>', 'kinds of blocks').choices(PROFILES).default(PROFILES))
  .option('--qemu <file>', 'the QEMU to compare with', qemuCommand())
  .action(async (options: Options) => {
    process.exitCode = await compare(options);
  });

async function compare(options: Options): Promise<number> {
  const seed = parseCount(options.seed, '--seed', 0, MOST);
  const blocks = parseCount(options.blocks, '--blocks', 1, MOST);
  const length = parseCount(options.length, '--length', 1, MOST_LENGTH);
  let profiles = options.profile;
  const qemu = new Qemu(options.qemu);
  if (qemu.missing.length > 0) console.log(`left out, since this QEMU has not got it: ${qemu.missing.join(', ')}`);
  if (!qemu.hasPrivileged && profiles.includes('privileged')) {
    profiles = profiles.filter((each) => each !== 'privileged');
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

await runCommand(differential, PROGRAM);
