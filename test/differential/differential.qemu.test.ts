/** A short differential run: the same state after each block on QEMU and on the machine. A longer one: docs/differential.md. */
import { expect, test } from 'vitest';
import { testCore } from '../../machine/testing/test-machine.ts';
import { makeBlock } from './block.ts';
import { COMMON_EXTENSIONS, type Profile } from './code.ts';
import { compareBlocks, report } from './compare.ts';
import { Qemu } from './hosts.ts';

const BLOCKS = 60;

test('random blocks end alike on QEMU and on the machine', async () => {
  const qemu = new Qemu(process.env.TYPEVISOR_QEMU || 'qemu-system-riscv64');
  const profiles: Profile[] = ['integer', 'float', ...(qemu.hasPrivileged ? (['privileged'] as const) : [])];
  const extensions = new Set([...COMMON_EXTENSIONS, ...qemu.extensions]);
  const core = await testCore();
  for (const profile of profiles) {
    const options = { length: 60, profiles: [profile], extensions };
    const blocks = Array.from({ length: BLOCKS }, (_, seed) => makeBlock(seed, options));
    const { differing, fatal } = await compareBlocks(core, qemu, blocks);
    expect(differing.map(report)).toEqual([]);
    expect(fatal).toEqual([]);
  }
}, 120_000);
