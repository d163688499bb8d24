/** GNU binutils, which the assembler and the disassembler are compared with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Elf, readElf } from '../elf.ts';
import type { Image } from '../linker/image.ts';
import type { ObjectFile } from '../object.ts';

const PREFIX = 'riscv64-linux-gnu-';
/** What `as` is told to take; `sext.b`, `zext.h` and so on are two shifts without Zbb and Zba. */
export const ARCHITECTURE = 'rv64gch_zihintpause_zfh_zbc_zbkb_zbkx_zbs_zawrs_zicbom_zicbop_zicboz_svinval';
/** For a source's start: these two too. */
export const WITH_ZBA_AND_ZBB = '.option arch, +zba, +zbb';
/** Unknown to binutils 2.40: instructions by their extension, pseudo-instructions and CSRs by name. */
export const LATER_EXTENSIONS: readonly string[] = ['Zicond', 'Zacas', 'Zfa'];
export const LATER_NAMES: readonly string[] = ['ntl.p1', 'ntl.pall', 'ntl.s1', 'ntl.all', 'scountinhibit'];
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

/** The same program by GNU as and ld, each section where `image`, linked from `object`, has it. */
export function gnuBuild(source: string, object: ObjectFile, image: Image): Elf {
  return inTemporaryFolder((folder) => {
    const sourceFile = join(folder, 'a.s');
    const objectFile = join(folder, 'a.o');
    const script = join(folder, 'a.ld');
    const output = join(folder, 'a.elf');
    writeFileSync(sourceFile, source);
    const regions = image.sections
      .filter(({ kind, name }) => kind !== 'bss' || name === '.bss')
      .map(({ name, kind, address }) => {
        const inputs = object.sections.filter((section) => section.kind === kind).map((section) => section.name);
        const ordered = ['.text.boot', ...inputs.filter((input) => input !== '.text.boot')];
        return `${name} ${address} : { ${ordered.map((input) => `*(${input})`).join(' ')} }`;
      });
    writeFileSync(script, `SECTIONS { ${regions.join('\n')} /DISCARD/ : { *(.riscv.attributes) } }`);
    runBinutils('as', [`-march=${ARCHITECTURE}`, '-mno-relax', '-o', objectFile, sourceFile]);
    runBinutils('ld', ['--no-relax', '-T', script, '-e', '0', '-o', output, objectFile]);
    return readElf(readFileSync(output));
  });
}
