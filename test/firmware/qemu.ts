/** The payload on QEMU's `virt` board, over a firmware. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const QEMU = 'qemu-system-riscv64';
const TIMEOUT_MS = 60_000;

/** Gives the console's output. Without `firmware`, QEMU's own choice runs, which is OpenSBI. `cpu` is QEMU's option. */
export async function runOnQemu(
  payload: Uint8Array,
  harts: number,
  firmware?: Uint8Array,
  cpu = 'rv64,h=true',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'typevisor-'));
  const file = (name: string) => join(folder, name);
  try {
    await writeFile(file('payload.elf'), payload);
    if (firmware !== undefined) await writeFile(file('firmware.elf'), firmware);
    const args = ['-M', 'virt', '-cpu', cpu, '-smp', `${harts}`, '-m', '256', '-display', 'none'];
    args.push('-serial', `file:${file('console')}`, '-monitor', 'none', '-kernel', file('payload.elf'));
    if (firmware !== undefined) args.push('-bios', file('firmware.elf'));
    await new Promise<void>((resolve, reject) => {
      execFile(QEMU, args, { timeout: TIMEOUT_MS }, (error, _, stderr) => {
        if (error === null) resolve();
        else if (error.code === 'ENOENT') reject(new Error(`${QEMU} is missing: apt install qemu-system-misc`));
        else if (stderr.includes('opensbi')) reject(new Error('OpenSBI is missing: apt install opensbi'));
        else reject(new Error(`${QEMU}: ${error.message}`));
      });
    });
    return await readFile(file('console'), 'latin1');
  } finally {
    await rm(folder, { recursive: true });
  }
}
