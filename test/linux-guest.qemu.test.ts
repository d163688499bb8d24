/** Debian's kernel, as `typevisor get linux` fetches it, as a guest on QEMU: to a shell, on the network and its disk, and off. */
import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { TemporaryFolder } from '../cli/files.ts';
import { fetchedLinux } from '../cli/linux/fetched.ts';
import { get } from '../cli/linux/get.ts';
import { checkQemu, qemuCommand } from '../cli/qemu.ts';
import { fetchPage, freePort, servePage } from './host-web.ts';
import { typevisor } from './typevisor.ts';

checkQemu(qemuCommand());

/** Milliseconds; it takes a minute on a host that has nothing else to do. */
const PATIENCE = 1_800_000;

beforeAll(() => get('linux', { suite: 'trixie' }), PATIENCE);

test.each(['1', '4'])(
  '%s vCPUs',
  async (vcpus) => {
    const { kernel, initrd } = fetchedLinux();
    const size = ['--vcpus', vcpus, '--smp', vcpus, '--memory', '512M'];
    const { stdout, exitCode } = await typevisor(
      ['run', kernel, '--initrd', initrd, '--append', 'console=hvc0', '--on', 'qemu', ...size],
      { type: [{ after: '~ # ', text: 'nproc; poweroff\n' }] },
    );
    expect(stdout).toMatch(new RegExp(`^${vcpus}\\r?$`, 'm'));
    expect(stdout).toMatch(/^typevisor: guest kernel: shut down\r?$/m);
    expect(exitCode).toBe(0);
  },
  PATIENCE,
);

test(
  'the guest and the host fetch from each other by HTTP, and the guest finds on its disk what it has written',
  async () => {
    using folder = new TemporaryFolder();
    const disk = folder.pathOf('disk.img');
    writeFileSync(disk, new Uint8Array(8 * 2 ** 20));
    const { kernel, initrd } = fetchedLinux();
    const forwarded = await freePort();
    // Whoever asks the host for a page gets what the guest's own server has.
    const server = await servePage(async () => `the host has got: ${await fetchPage(forwarded)}`);
    const commands = [
      'ping -c 1 10.0.2.2',
      'mkdir /www',
      'echo hello from the guest > /www/index.html',
      'busybox httpd -h /www',
      `wget -q -O - http://10.0.2.2:${server.port}/`,
      'dd if=/dev/urandom of=/tmp/written bs=64k count=128',
      'dd if=/tmp/written of=/dev/vda bs=64k',
      'sync; echo 3 > /proc/sys/vm/drop_caches',
      'cmp /tmp/written /dev/vda && echo the sa""me',
      'poweroff',
    ];
    const devices = ['--net', `user,hostfwd=tcp::${forwarded}-:80`, '--drive', disk];
    const { stdout, exitCode } = await typevisor(
      ['run', kernel, '--initrd', initrd, '--append', 'console=hvc0', '--on', 'qemu', '--memory', '512M', ...devices],
      { type: [{ after: '~ # ', text: `${commands.join('; ')}\n` }] },
    );
    server.close();
    expect(stdout).toMatch(/1 packets transmitted, 1 packets received/);
    expect(stdout).toMatch(/^the host has got: hello from the guest\r?$/m);
    expect(stdout).toMatch(/^the same\r?$/m);
    expect(exitCode).toBe(0);
  },
  PATIENCE,
);
