/** A program under QEMU, stopped before its first instruction, and gdb attached to it. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const QEMU = 'qemu-system-riscv64';
const GDB = 'gdb-multiarch';
const TIMEOUT_MS = 60_000;

function missing(error: unknown, tool: string, debianPackage: string): Error {
  if ((error as { code?: string }).code === 'ENOENT')
    return new Error(`${tool} is missing: apt install ${debianPackage}`);
  return error as Error;
}

/** What gdb says to `commands`. */
export function runGdb(commands: readonly string[]): Promise<string> {
  const all = ['set pagination off', 'set confirm off', ...commands];
  const args = ['-nx', '-batch', ...all.flatMap((command) => ['-ex', command])];
  return new Promise((resolve, reject) => {
    execFile(GDB, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error) reject(missing(error, GDB, GDB));
      else resolve(stdout + stderr);
    });
  });
}

/** What gdb says to `commands`. `qemuOptions` say how the ELF is loaded: as `-bios`, as `-kernel`. */
export async function debugInQemu(
  elf: Uint8Array,
  commands: readonly string[],
  qemuOptions: (file: string) => readonly string[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'typevisor-'));
  const file = join(folder, 'program.elf');
  const socket = join(folder, 'gdb');
  await writeFile(file, elf);
  const machine = ['-M', 'virt', '-m', '256', '-display', 'none', '-serial', 'none', '-monitor', 'none', '-S'];
  const server = ['-chardev', `socket,path=${socket},server=on,wait=off,id=gdb`, '-gdb', 'chardev:gdb'];
  const qemu = spawn(QEMU, [...machine, ...server, ...qemuOptions(file)], { stdio: 'ignore' });
  let failure: Error | undefined;
  qemu.once('error', (error) => {
    failure = missing(error, QEMU, 'qemu-system-misc');
  });
  try {
    for (let waited = 0; !existsSync(socket) && waited < 100 && !failure; waited++) await sleep(100);
    if (failure) throw failure;
    return await runGdb([`file ${file}`, `target remote ${socket}`, ...commands]);
  } finally {
    qemu.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
}
