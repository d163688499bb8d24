/** Runs a program under QEMU, if Debian's package is there. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const QEMU = 'qemu-system-riscv64';
const TIMEOUT_MS = 120_000;

/** The console output of an M-mode program that ends by the test finisher. `options` are more of QEMU's. */
export async function runInQemu(elf: Uint8Array, options: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'typevisor-'));
  const file = join(folder, 'test.elf');
  await writeFile(file, elf);
  // A file, since what is in a pipe is lost when the machine stops.
  const console = join(folder, 'console');
  const machine = ['-M', 'virt', '-m', '64', '-display', 'none', '-serial', `file:${console}`, '-monitor', 'none'];
  const args = [...machine, '-bios', 'none', '-kernel', file, ...options];
  try {
    await new Promise<void>((resolve, reject) => {
      execFile(QEMU, args, { timeout: TIMEOUT_MS }, (error) => {
        if (error === null) resolve();
        else if (error.code === 'ENOENT') reject(new Error(`${QEMU} is missing: apt install qemu-system-misc`));
        else reject(new Error(`${QEMU}: ${error.message}`));
      });
    });
    return await readFile(console, 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}
