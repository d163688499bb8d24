/** A guest that has touched a whole GiB of its memory, which lies together in the host's, has it by one leaf of the G-stage. */
import { expect, test } from 'vitest';
import { boot } from '../cli/boot.ts';

const GIB = 2 ** 30;
const MEMORY_START = 0x8000_0000;
/** V, R, W, X, U, A, D: Priv. 1.13, "Sv39: Page-Based 39-bit Virtual-Memory System". */
const LEAF = 0xdfn;
const PPN_MASK = 0xfff_ffff_ffffn;
/** Milliseconds, for a hypervisor that fills a GiB with zeros. */
const PATIENCE = 600_000;

test('one leaf maps a whole GiB', async () => {
  using machine = await boot({ guests: ['test/whole-gib.S'], memory: GIB, hostMemory: 3 * GIB });
  await machine.console.expect('F', { timeout: PATIENCE });
  const root = Number((machine.hart(0).csr('hgatp') & PPN_MASK) << 12n);
  const entry = new DataView(machine.memory.read(root + (MEMORY_START / GIB) * 8, 8).buffer).getBigUint64(0, true);
  expect(entry & 0x3ffn).toBe(LEAF);
  expect(((entry >> 10n) << 12n) % BigInt(GIB)).toBe(0n);
  expect(await machine.run()).toEqual({ kind: 'pass' });
});
