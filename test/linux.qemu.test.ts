/**
 * Debian's kernel, as `typevisor get linux` fetches it: to a shell, on several harts, with a disk, with a network, and saved
 * in the middle of its boot.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artefact } from '../cli/artefacts.ts';
import { bootFiles } from '../cli/boot-files.ts';
import { TemporaryFolder } from '../cli/files.ts';
import { get } from '../cli/linux/get.ts';
import { Machine, type MachineOptions, MemoryDisk } from '../machine/index.ts';
import { fetchPage, freePort, servePage } from './host-web.ts';
import { typevisor } from './typevisor.ts';

const MIB = 2 ** 20;
const PROMPT = '~ # ';
/** Milliseconds for what takes some seconds on a host that has nothing else to do. */
const PATIENCE = { timeout: 600_000 };

const folder = new TemporaryFolder();
beforeAll(() => get('linux', { suite: 'trixie' }), PATIENCE.timeout);
afterAll(() => folder[Symbol.dispose]());

async function bootLinux(bios: string, options: Partial<MachineOptions> = {}): Promise<Machine> {
  const files = await bootFiles({ bios, linux: true, append: 'console=ttyS0' });
  return Machine.create({ core: await artefact('core.wasm'), memory: 512 * MIB, ...files, ...options });
}

/** Types a command at the shell and gives what it prints. */
async function shell({ console }: Machine, command: string): Promise<string> {
  console.write(`${command}; echo "done":\n`);
  const { length } = console.output;
  await console.expect('done:', PATIENCE);
  await console.expect(PROMPT, PATIENCE);
  return console.output.slice(length);
}

async function powerOff(machine: Machine): Promise<void> {
  machine.console.write('poweroff\n');
  expect(await machine.run(PATIENCE)).toEqual({ kind: 'pass' });
}

test('four harts under OpenSBI 1.6, and a disk that is read back after a reboot', async () => {
  const drives = [{ disk: new MemoryDisk(16 * MIB) }];
  const machine = await bootLinux('opensbi', { harts: 4, drives, rng: true });
  await machine.console.expect('OpenSBI v1.6', PATIENCE);
  await machine.console.expect(PROMPT, PATIENCE);
  expect(await shell(machine, 'nproc')).toMatch(/^4\r?$/m);
  const written =
    'mke2fs -q /dev/vda && mount /dev/vda /mnt && echo persistent > /mnt/file && md5sum /bin/busybox > /mnt/sum';
  expect(await shell(machine, `${written} && umount /mnt && echo written`)).toMatch(/^written\r?$/m);

  machine.console.write('reboot\n');
  expect(await machine.run(PATIENCE)).toEqual({ kind: 'reset' });
  machine.reset();
  await machine.console.expect('Linux version', PATIENCE);
  await machine.console.expect(PROMPT, PATIENCE);
  const read = await shell(machine, 'mount /dev/vda /mnt && cat /mnt/file && md5sum -c /mnt/sum');
  expect(read).toMatch(/^persistent\r?$/m);
  expect(read).toMatch(/busybox: OK/);
  await powerOff(machine);
}, 1_800_000);

test('saved in the middle of its boot, and restored in another process to the same end', async () => {
  const machine = await bootLinux('default');
  await machine.console.expect('Linux version', PATIENCE);
  await machine.run({ instructions: 300_000_000 });
  const before = machine.console.output.length;
  const snapshot = folder.write('boot.snapshot', await machine.snapshot());
  const restored = typevisor(['machine', '--restore', snapshot], {
    type: [{ after: PROMPT, text: 'uname -r; poweroff\n' }],
  });

  await machine.console.expect(PROMPT, PATIENCE);
  await powerOff(machine);
  const { stdout, exitCode } = await restored;
  expect(exitCode).toBe(0);
  const untilShell = (output: string) => output.slice(0, output.indexOf('Run /init'));
  expect(untilShell(stdout)).toBe(untilShell(machine.console.output.slice(before)));
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\+.*riscv64\r?$/m);
}, 1_800_000);

test('the host and the guest fetch from each other by HTTP, through the user network', async () => {
  const forwarded = await freePort();
  // Whoever asks the host for a page gets what the guest's own server has.
  const server = await servePage(async () => `the host has got: ${await fetchPage(forwarded)}`);
  const serve = 'mkdir /www && echo hello from the guest > /www/index.html && busybox httpd -h /www';
  const commands = ['ping -c 1 10.0.2.2', serve, `wget -q -O - http://10.0.2.2:${server.port}/`, 'poweroff'];
  const net = `user,hostfwd=tcp:127.0.0.1:${forwarded}-:80`;
  const { stdout, exitCode } = await typevisor(['machine', '--linux', '--net', net], {
    type: [{ after: PROMPT, text: `${commands.join('; ')}\n` }],
  });
  server.close();
  expect(stdout).toMatch(/1 packets transmitted, 1 packets received/);
  expect(stdout).toMatch(/^the host has got: hello from the guest\r?$/m);
  expect(exitCode).toBe(0);
}, 1_800_000);

/** Share of a core. */
const IDLE = 0.02;
const WINDOWS = 12;

test('an idle shell leaves the host idle', async () => {
  const machine = await bootLinux('default', { time: 'real' });
  await machine.console.expect(PROMPT, PATIENCE);
  // What the kernel and the host's compiler have put off until now takes a while on a busy host.
  let least = Number.POSITIVE_INFINITY;
  for (let window = 0; window < WINDOWS && least >= IDLE; window++) {
    const before = { wall: performance.now(), cpu: process.cpuUsage() };
    await machine.run({ timeout: 5000 });
    const { user, system } = process.cpuUsage(before.cpu);
    least = Math.min(least, (user + system) / 1000 / (performance.now() - before.wall));
  }
  expect(least).toBeLessThan(IDLE);
  await powerOff(machine);
}, 1_800_000);
