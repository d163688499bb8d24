/**
 * KVM as hardware has it: in a machine of QEMU's with an AMD processor (Debian: qemu-system-x86, linux-image-cloud-amd64,
 * busybox-static). One boot for all, each a test here.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpio } from '../test/nested/cpio.ts';
import { busybox, init, kernelPath, modules, mountPoints } from '../test/nested/debian.ts';
import { APP, nestedHost } from '../test/nested/host.ts';
import { hostileFiles } from '../test/nested/hostile-files.ts';
import { extractVmlinux } from '../test/nested/vmlinux.ts';

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
/** So often another computer may take the place of one that was lost; it begins with the program that had not ended there. */
const MOST_REPLACED = 2;
let output = '';

beforeAll(async () => {
  const kernel = readFileSync(kernelPath);
  const files = [
    { path: `${APP}/vmlinuz`, bytes: kernel },
    { path: `${APP}/vmlinux`, bytes: extractVmlinux(kernel) },
    ...hostileFiles(`${APP}/hostile`),
    { path: `${APP}/guest.cpio`, bytes: guestRamDisk },
  ];
  let left: readonly string[] = PROGRAMS;
  for (let replaced = 0; replaced <= MOST_REPLACED && left.length > 0; replaced++) {
    if (replaced > 0)
      console.warn(`the nested computer was lost in ${left[0]}.nested.ts: there is another from there on`);
    const printed = await nestedHost(files, [...left.map(command), 'echo "== end"']);
    const begun = left.filter((name) => printed.includes(`${heading(name)}\n`));
    const isLost = !printed.includes('== end\n');
    output += isLost && begun.length > 0 ? printed.slice(0, printed.lastIndexOf(heading(begun.at(-1)!))) : printed;
    left = isLost ? left.slice(Math.max(begun.length - 1, 0)) : [];
  }
}, 1_800_000);

function heading(program: string): string {
  return `== ${program}`;
}

function command(program: string): string {
  return `echo "${heading(program)}"; node --test-reporter=tap dist/test/nested/${program}.nested.js`;
}

describe.each(PROGRAMS)('%s.nested.ts', (name) => {
  test('passes in full', () => {
    const [, own = output] = output.split(`${heading(name)}\n`);
    const report = own.split('\n== ')[0]!;
    expect(report, report).not.toMatch(/^not ok/m);
    expect(report, report).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThan(0);
  });
});
