/** The flat image, with a guest inside, started by a real U-Boot in S-mode on QEMU. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { typevisor } from './typevisor.ts';

const UBOOT = '/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf';
const LOADED_AT = '0x84000000';
const LIMIT_MS = 60_000;

let folder: string;
let image: string;

beforeAll(async () => {
  if (!existsSync(UBOOT)) throw new Error(`${UBOOT} is missing: apt install u-boot-qemu`);
  folder = await mkdtemp(join(tmpdir(), 'typevisor-'));
  image = join(folder, 'Image');
  const { exitCode, stderr } = await typevisor(['build', '--flat', '--guest', 'bare/guests/abc.S', '-o', image]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Types each command at U-Boot's prompt, and gives all that was printed until the machine is off. */
function atPrompt(commands: readonly string[]): Promise<string> {
  const machine = ['-M', 'virt', '-cpu', 'rv64,h=true', '-m', '512M', '-nographic', '-no-reboot'];
  const files = ['-kernel', UBOOT, '-device', `loader,file=${image},addr=${LOADED_AT},force-raw=on`];
  const qemu = spawn('qemu-system-riscv64', [...machine, ...files], { timeout: LIMIT_MS });
  const waiting = [...commands];
  let output = '';
  let answered = 0;
  qemu.stdout.on('data', (bytes: Uint8Array) => {
    output += String(bytes);
    if (/autoboot/.test(output) && answered === 0) qemu.stdin.write('\n');
    const prompts = output.split('=> ').length - 1;
    if (prompts <= answered) return;
    answered = prompts;
    const next = waiting.shift();
    if (next !== undefined) qemu.stdin.write(`${next}\n`);
  });
  return new Promise((resolve, reject) => {
    qemu.on('error', () => reject(new Error('qemu-system-riscv64 is missing: apt install qemu-system-misc')));
    qemu.on('close', () => resolve(output));
  });
}

test.each([
  ['booti', [`booti ${LOADED_AT} - \${fdtcontroladdr}`]],
  // `go` runs the image where it lies, so it is first copied to where it is linked.
  ['go', [`cp.b ${LOADED_AT} 0x80200000 0x100000`, `go 0x80200000 \${fdtcontroladdr}`]],
])('%s', async (_command, commands) => {
  const output = await atPrompt(commands);
  expect(output).toMatch(/^ABC\r?$/m);
  expect(output).toContain('done: 1 shut down, 0 failed');
});
