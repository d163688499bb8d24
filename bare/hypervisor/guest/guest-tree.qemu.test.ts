/** A guest's device tree against the device-tree compiler's checks. */
import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { type GuestTreeInV8, guestTreeInV8 } from '../../../test/guest-tree.ts';

let trees: GuestTreeInV8;

beforeAll(async () => {
  trees = await guestTreeInV8();
});

function dtc(blob: Uint8Array): { source: string; warnings: string } {
  const { error, stdout, stderr } = spawnSync('dtc', ['-I', 'dtb', '-O', 'dts'], { input: blob, encoding: 'utf8' });
  if (error) throw new Error('cannot run dtc: install the Debian package device-tree-compiler');
  return { source: stdout, warnings: stderr };
}

test('dtc reads it and has nothing to say', () => {
  const blob = trees.write({
    memoryStart: 0x8000_0000n,
    memorySize: 0x800_0000n,
    initrdStart: 0x8700_0000n,
    initrdEnd: 0x8700_1000n,
    bootargs: 'console=hvc0',
    isa: 'rv64imafdc_zicsr',
    mmuType: 'riscv,sv39',
    timebaseFrequency: 10_000_000,
    vcpus: 2,
    hasDevices: 1,
    virtioCount: 3,
  });
  const { source, warnings } = dtc(blob!);
  expect(warnings).toBe('');
  expect(source).toContain('bootargs = "console=hvc0";');
  expect(source).toContain('reg = <0x00 0x80000000 0x00 0x8000000>;');
  expect(source).toContain('riscv,isa-extensions = "i\\0m\\0a\\0f\\0d\\0c\\0zicsr";');
  expect(source.match(/cpu@\d/g)).toEqual(['cpu@0', 'cpu@1']);
});
