/** Speed of the machine's core beside QEMU's translator: the same ELFs on both, by turns in one run. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { artefact } from '../cli/artefacts.ts';
import { Machine } from '../machine/machine.ts';
import type { BenchRow } from './row.ts';

const SOURCES = fileURLToPath(new URL('machine/', import.meta.url));

interface Kernel {
  readonly name: string;
  /** Its file in bench/machine, without `.c`. */
  readonly source: string;
  readonly options: readonly string[];
}

const integer = (name: string): Kernel => ({ name, source: name, options: ['-march=rv64imac_zicsr', '-mabi=lp64'] });
/** `fused`: whether the compiler makes fused multiply-adds of a product and a sum. */
const float = (name: string, source: string, fused: boolean): Kernel => ({
  name,
  source,
  options: ['-march=rv64gc', '-mabi=lp64d', `-ffp-contract=${fused ? 'fast' : 'off'}`],
});

const KERNELS: readonly Kernel[] = [
  ...['mixed', 'sha256', 'sieve', 'stream', 'bytecode', 'qsort'].map(integer),
  float('nbody', 'nbody', false),
  float('nbody, fused', 'nbody', true),
  float('mandelbrot', 'mandelbrot', false),
  float('spectral norm', 'spectral', true),
];
const PEER = 'QEMU TCG';
/** The best of so many runs counts: anything else on the host only makes them slower. */
const ROUNDS = 3;
const TICKS_A_SECOND = 1e7;
const MEMORY = 128 * 2 ** 20;

interface Result {
  readonly checksum: string;
  readonly seconds: number;
  readonly instructions: number;
}

/** @throws Error naming the missing Debian package where there is no cross compiler or QEMU; or kernels whose results differ */
export async function runMachineBench(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'typevisor-bench-'));
  try {
    const core = await WebAssembly.compile(await artefact('core.wasm'));
    const rows: BenchRow[] = [];
    for (const kernel of KERNELS) rows.push(await compare(kernel.name, await build(kernel, folder), core));
    return [...rows, mean(rows)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compare(name: string, elf: string, core: WebAssembly.Module): Promise<BenchRow> {
  const ours: Result[] = [];
  const theirs: Result[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await runOurs(elf, core));
    theirs.push(await runQemu(elf));
  }
  for (const { checksum } of [...ours, ...theirs]) {
    if (checksum !== ours[0]!.checksum) {
      throw new Error(`${name}: one run gives ${ours[0]!.checksum}, another ${checksum}`);
    }
  }
  const millions = ours[0]!.instructions / 1e6;
  const value = millions / fastest(ours);
  const peerValue = millions / fastest(theirs);
  return { name: `machine: ${name}`, unit: 'MIPS', value, peer: PEER, peerValue, ratio: value / peerValue };
}

const fastest = (results: readonly Result[]): number => Math.min(...results.map(({ seconds }) => seconds));

function mean(rows: readonly BenchRow[]): BenchRow {
  const of = (pick: (row: BenchRow) => number): number =>
    Math.exp(rows.reduce((sum, row) => sum + Math.log(pick(row)), 0) / rows.length);
  const value = of((row) => row.value);
  const peerValue = of((row) => row.peerValue);
  return { name: 'machine: geometric mean', unit: 'MIPS', value, peer: PEER, peerValue, ratio: value / peerValue };
}

async function build({ name, source, options }: Kernel, folder: string): Promise<string> {
  const elf = join(folder, `${name}.elf`);
  await tool('riscv64-linux-gnu-gcc', 'gcc-riscv64-linux-gnu', [
    ...options,
    ...['-O2', '-mcmodel=medany', '-ffreestanding', '-fno-builtin'],
    ...['-fno-pie', '-no-pie', '-fno-stack-protector', '-nostdlib', '-static', '-Wl,--build-id=none'],
    ...['-Wl,--no-warn-rwx-segments', '-T', join(SOURCES, 'kernel.ld'), '-o', elf],
    ...['start.S', 'main.c', `${source}.c`].map((file) => join(SOURCES, file)),
  ]);
  return elf;
}

async function runOurs(elf: string, core: WebAssembly.Module): Promise<Result> {
  const machine = await Machine.create({ core, memory: MEMORY, time: 'real', firmware: await readFile(elf) });
  let output = '';
  machine.on('output', (bytes) => {
    output += new TextDecoder().decode(bytes);
  });
  try {
    await machine.run();
  } finally {
    machine.dispose();
  }
  return parse(output, 'the machine');
}

async function runQemu(elf: string): Promise<Result> {
  const board = ['-machine', 'virt', '-m', `${MEMORY / 2 ** 20}`, '-display', 'none', '-serial', 'stdio'];
  const output = await tool('qemu-system-riscv64', 'qemu-system-misc', [...board, '-bios', 'none', '-kernel', elf]);
  return parse(output, PEER);
}

function parse(output: string, by: string): Result {
  const match = /^(\d+) (\d+) (\d+)\s*$/.exec(output);
  if (match === null) throw new Error(`${by}: the kernel printed '${output.trim()}' and no figures`);
  const [, checksum, ticks, instructions] = match as unknown as [string, string, string, string];
  return { checksum, seconds: Number(ticks) / TICKS_A_SECOND, instructions: Number(instructions) };
}

async function tool(command: string, debianPackage: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args);
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${command} is not installed; on Debian: apt install ${debianPackage}`);
  }
}
