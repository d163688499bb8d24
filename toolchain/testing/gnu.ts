/** GNU binutils, which the assembler and the disassembler are compared with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Elf, readElf } from '../elf.ts';
import type { Image } from '../linker/image.ts';

const PREFIX = 'riscv64-linux-gnu-';
const PACKAGE = 'binutils-riscv64-linux-gnu';

/** Runs a tool of binutils; what it writes to standard output. */
export function runBinutils(tool: string, args: readonly string[]): string {
  try {
    return execFileSync(PREFIX + tool, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${PREFIX}${tool} is missing: apt install ${PACKAGE}`);
    throw new Error(`${tool} ${args.join(' ')}: ${stderr?.split('\n').slice(0, 6).join('\n')}`);
  }
}

/** Calls `work` with the path of a folder that is gone afterwards. */
export function inTemporaryFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'typevisor-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same program by GNU as and ld, each section where `image` has it. */
export function gnuBuild(source: string, image: Image, march = 'rv64gch_zihintpause_svinval'): Elf {
  return inTemporaryFolder((folder) => {
    const [sourceFile, object, script, output] = ['a.s', 'a.o', 'a.ld', 'a.elf'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(sourceFile, source);
    const regions = image.sections
      .filter(({ kind, name }) => kind !== 'bss' || name === '.bss')
      .map(({ name, address }) => `${name} ${address} : { *(${name}.boot) *(${name}) *(${name}.*) }`);
    writeFileSync(script, `SECTIONS { ${regions.join('\n')} /DISCARD/ : { *(.riscv.attributes) } }`);
    runBinutils('as', [`-march=${march}`, '-mno-relax', '-o', object, sourceFile]);
    runBinutils('ld', ['--no-relax', '-T', script, '-e', '0', '-o', output, object]);
    return readElf(readFileSync(output));
  });
}
