/**
 * Two Linux guests (`typevisor get linux`) and hostile ones at once: the Linux guests talk with each other, and write disks that they
 * read again, also after one of them has been rebooted alone.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TemporaryFolder } from '../cli/files.ts';
import { fetchedLinux } from '../cli/linux/fetched.ts';
import { get } from '../cli/linux/get.ts';
import { checkQemu, qemuCommand } from '../cli/qemu.ts';
import { type Session, startSession } from './session.ts';

checkQemu(qemuCommand());

const MIB = 2 ** 20;
const PROMPT = '~ # ';
/** Milliseconds; it takes a minute on a host that has nothing else to do. */
const PATIENCE = 1_800_000;
const HOSTILE = join(import.meta.dirname, '..', 'bare', 'guests', 'hostile');

const folder = new TemporaryFolder();
beforeAll(() => get('linux', { suite: 'trixie' }), PATIENCE);
afterAll(() => folder[Symbol.dispose]());

function guestsFile(): string {
  const { kernel, initrd } = fetchedLinux();
  const linux = { kernel, initrd, memory: '256M', networks: ['switch'] };
  const disk = (name: string) => [folder.write(name, new Uint8Array(16 * MIB))];
  const guests = {
    north: { ...linux, append: 'console=hvc0', disks: disk('north.img') },
    south: { ...linux, append: 'console=ttyS0', disks: disk('south.img'), vcpus: 2 },
    stray: { kernel: join(HOSTILE, 'jump-outside.S'), memory: '16M', networks: ['switch'] },
    wild: { kernel: join(HOSTILE, 'wild-virtio.S'), memory: '16M', networks: ['switch'] },
  };
  return folder.write(
    'guests.json',
    Buffer.from(JSON.stringify({ host: { harts: 2 }, networks: { switch: {} }, guests })),
  );
}

/** The shell of a guest; only one of them is at the console at a time. */
class Shell {
  readonly #session: Session;
  readonly #number: number;

  constructor(session: Session, number: number) {
    this.#session = session;
    this.#number = number;
  }

  /** Ctrl-A and the guest's number lead to its console, which shows the prompt that it has printed meanwhile. */
  async comeUp(): Promise<void> {
    this.#session.type(`\x01${this.#number}`);
    await this.#session.expect(PROMPT);
  }

  /** What a command prints. */
  async run(command: string): Promise<string> {
    this.#session.type(`\x01${this.#number}${command}; echo "done":\n`);
    const printed = await this.#session.expect('done:');
    await this.#session.expect(PROMPT);
    return printed;
  }

  type(text: string): void {
    this.#session.type(`\x01${this.#number}${text}\n`);
  }
}

/** Sums in the form of md5sum. */
function sums(text: string): string[] {
  return text.match(/\b[0-9a-f]{32}\b/g) ?? [];
}

async function serve(shell: Shell, address: string): Promise<void> {
  await shell.run(`ip addr add ${address}/24 dev eth0; mkdir /www; ln -s /bin/busybox /www/program; httpd -h /www`);
}

async function expectToReach(shell: Shell, peer: string): Promise<void> {
  expect(await shell.run(`ping -c 3 ${peer}`)).toContain('3 packets received');
  const [own, received] = sums(await shell.run(`md5sum < /bin/busybox; wget -q -O - http://${peer}/program | md5sum`));
  expect(received).toBe(own);
}

async function writeDisk(shell: Shell): Promise<void> {
  await shell.run('mke2fs -q /dev/vda; mount /dev/vda /mnt; cp /bin/busybox /mnt; md5sum /mnt/busybox > /mnt/sums');
  await shell.run('sync; echo 3 > /proc/sys/vm/drop_caches');
  expect(await shell.run('md5sum -c /mnt/sums')).toContain('busybox: OK');
}

test(
  'two Linux guests among hostile ones: shells, network, disks, a reboot',
  async () => {
    using session = startSession(['run', guestsFile(), '--on', 'qemu']);
    const [north, south] = [new Shell(session, 1), new Shell(session, 2)];
    await session.expect('typevisor: guest wild: 16 MiB of memory');
    await north.comeUp();
    await south.comeUp();
    await serve(north, '10.1.0.1');
    await serve(south, '10.1.0.2');
    await expectToReach(north, '10.1.0.2');
    await expectToReach(south, '10.1.0.1');
    await writeDisk(north);
    await writeDisk(south);

    expect(await north.run('umount /mnt')).not.toContain('umount:');
    north.type('reboot');
    await session.expect('BusyBox');
    await session.expect(PROMPT);
    expect(await north.run('mount /dev/vda /mnt; md5sum -c /mnt/sums')).toContain('busybox: OK');
    await serve(north, '10.1.0.1');
    // The other one has not noticed, but for a server that was away.
    expect(Number(/[0-9]+/.exec(await south.run('cut -d . -f 1 /proc/uptime'))?.[0])).toBeGreaterThan(0);
    await expectToReach(south, '10.1.0.1');

    north.type('poweroff');
    await session.expect('typevisor: guest north: shut down');
    south.type('poweroff');
    expect(await session.end).toBe(2);
    expect(session.output).toMatch(/^typevisor: guest stray: stopped: instruction guest-page fault\r?$/m);
    expect(session.output).toMatch(/^typevisor: guest wild: shut down\r?$/m);
    expect(session.output).toMatch(/^typevisor: done: 3 shut down, 1 failed\r?$/m);
  },
  PATIENCE,
);
