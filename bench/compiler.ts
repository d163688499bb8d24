/** Instructions of small kernels in TypeScript beside the same in C by clang -O2, counted by QEMU. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assemble } from '../toolchain/assembler/assemble.ts';
import { compileAssemblyScript } from '../toolchain/assemblyscript.ts';
import { compile } from '../toolchain/compiler/compile.ts';
import { runInQemu } from '../toolchain/compiler/testing/qemu.ts';
import { writeElf } from '../toolchain/elf.ts';
import { link } from '../toolchain/linker/link.ts';
import type { BenchRow } from './row.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = 'bare/bench';
const BASE = 0x8000_0000n;
const DATA_BASE = 0x8001_0000n;
const PEER = 'clang -O2';
/** One instruction is one unit of time. */
const COUNTED = ['-icount', 'shift=0'];

/** What each kernel does, and how often. */
const KERNELS = [
  { name: 'fnv', title: 'FNV-1a, a byte', times: 4096 },
  { name: 'crc', title: 'CRC-32 by table, a byte', times: 4096 },
  { name: 'map', title: 'map a page', times: 8192 },
  { name: 'walk', title: 'three-level walk', times: 8192 },
] as const;

/** @throws Error naming the missing Debian package where there is no clang, lld or QEMU; or kernels whose results differ */
export async function runCompilerBench(): Promise<BenchRow[]> {
  const ours = parse(await runInQemu(await buildTypeScript(), COUNTED));
  const theirs = parse(await runInQemu(await buildC(), COUNTED));
  return KERNELS.map(({ name, title, times }) => {
    const [own, peer] = [ours.get(name), theirs.get(name)];
    if (own === undefined || peer === undefined) throw new Error(`${name}: the benchmark printed no figure`);
    if (own.result !== peer.result) throw new Error(`${name}: ours gives ${own.result}, ${PEER} ${peer.result}`);
    const value = own.instructions / times;
    const peerValue = peer.instructions / times;
    return { name: `compiler: ${title}`, unit: 'instructions', value, peer: PEER, peerValue, ratio: value / peerValue };
  });
}

function parse(output: string): Map<string, { instructions: number; result: string }> {
  const lines = output.split('\n').map((line) => line.split(' '));
  return new Map(
    lines.map(([name, instructions, result]) => [name!, { instructions: Number(instructions), result: result ?? '' }]),
  );
}

async function buildTypeScript(): Promise<Uint8Array> {
  const read = (path: string): Promise<string | null> => readFile(join(ROOT, path), 'utf8').catch(() => null);
  const { wasm, sourceMap } = await compileAssemblyScript({
    entry: `${FOLDER}/main.ts`,
    readFile: read,
    target: 'wasm64',
    optimize: 'O3',
    memoryBase: DATA_BASE,
  });
  const boot = assemble((await read(`${FOLDER}/boot.S`))!, `${FOLDER}/boot.S`, {});
  const objects = [boot, compile(wasm, { name: 'bench', sourceMap })];
  return writeElf(link(objects, { base: BASE, dataBase: DATA_BASE, heapSize: 0x10000 }));
}

async function buildC(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'typevisor-'));
  const elf = join(folder, 'kernels.elf');
  const target = [
    '--target=riscv64',
    '-march=rv64imac',
    '-mabi=lp64',
    '-mcmodel=medany',
    '-ffreestanding',
    '-nostdlib',
  ];
  const linker = ['-fuse-ld=lld', `-Wl,-Ttext=0x${BASE.toString(16)}`, '-Wl,--build-id=none', '-static'];
  const sources = ['boot-c.S', 'kernels.c'].map((file) => join(ROOT, FOLDER, file));
  try {
    await promisify(execFile)('clang', [...target, '-O2', ...linker, ...sources, '-o', elf]);
    return await readFile(elf);
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'ENOENT';
    throw missing ? new Error('clang is missing: apt install clang lld') : error;
  } finally {
    await rm(folder, { recursive: true });
  }
}
