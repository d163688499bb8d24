/**
 * KVM as hardware has it: in a machine of QEMU's with an AMD processor (Debian: qemu-system-x86, linux-image-cloud-amd64,
 * busybox-static). One boot for all; each line that node:test prints there is a test here.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpio } from '../test/nested/cpio.ts';
import { busybox, init, kernelPath, modules, mountPoints } from '../test/nested/debian.ts';
import { APP, nestedHost } from '../test/nested/host.ts';
import { hostileFiles } from '../test/nested/hostile-files.ts';

/** What runs in the guest of the guest: a shell, with drivers for disk and network. */
const guestRamDisk = cpio([
  ...mountPoints,
  busybox(),
  ...modules(
    'drivers/virtio/virtio_ring',
    'drivers/virtio/virtio',
    'drivers/virtio/virtio_mmio',
    'drivers/block/virtio_blk',
    'net/core/failover',
    'drivers/net/net_failover',
    'drivers/net/virtio_net',
  ),
  init('echo "guest is up with $(nproc) CPUs"', 'exec setsid cttyhack sh'),
]);

const PROGRAMS = ['exits', 'pc', 'gdb', 'save', 'images', 'hostile', 'hostile-command', 'linux'];
let output = '';

beforeAll(async () => {
  const kernel = readFileSync(kernelPath);
  output = await nestedHost(
    [
      { path: `${APP}/vmlinuz`, bytes: kernel },
      ...hostileFiles(`${APP}/hostile`),
      { path: `${APP}/guest.cpio`, bytes: guestRamDisk },
    ],
    ...PROGRAMS.map((name) => `echo "== ${name}"; node --test-reporter=tap dist/test/nested/${name}.nested.js`),
    'echo "== end"',
  );
}, 1_200_000);

describe.each(PROGRAMS)('%s.nested.ts', (name) => {
  test('passes in full', () => {
    const [, own = output] = output.split(`== ${name}\n`);
    const report = own.split('\n== ')[0]!;
    expect(report, report).not.toMatch(/^not ok/m);
    expect(report, report).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThan(0);
  });
});
