/** Debian's kernel, as `typevisor get linux` fetches it, as a guest on QEMU: to a shell, and off. */
import { beforeAll, expect, test } from 'vitest';
import { fetchedLinux } from '../cli/linux/fetched.ts';
import { get } from '../cli/linux/get.ts';
import { checkQemu, qemuCommand } from '../cli/qemu.ts';
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
