import { expect, test } from 'vitest';
import { StateReader } from '../../devices/state.ts';
import * as layout from '../core/layout.ts';
import { testHarts } from '../testing/test-core.ts';
import { HART_FIELDS, loadHart, saveHart } from './hart-state.ts';

/** Worked out anew from the rest, of no meaning between two instructions, or the same by its place. */
const DERIVED = [
  ...['HART_ID', 'HART_PASS_BREAKPOINT', 'HART_LEFT', 'HART_GRANTED', 'HART_EXECUTED', 'HART_RECHECK', 'HART_VALUE'],
  ...['HART_TRAP_CAUSE', 'HART_TRAP_TVAL', 'HART_TRAP_TVAL2', 'HART_TRAP_TINST', 'HART_TRAP_GVA', 'HART_TRAP_BITS'],
  ...['HART_PHYSICAL', 'HART_LEAF_SIZE', 'HART_TIMERS', 'HART_SCRATCH_BITS', 'HART_SCRATCH_SLOTS', 'HART_FLOAT_READY'],
  ...['HART_CONTEXT_USED', 'HART_LAST_EXECUTED', 'HART_RESERVATION_SHOWN', 'HART_SIZE'],
];

test('every field of a hart is saved under its name, or known to be derived', () => {
  const saved = new Set(Object.values(HART_FIELDS).flatMap((fields) => fields.map(({ offset }) => offset)));
  // Arrays whose first three are not used: the counters'.
  const isSaved = (offset: number) => saved.has(offset) || saved.has(offset + 3 * 8);
  const missing = Object.entries(layout)
    .filter(([name, offset]) => name.startsWith('HART_') && !DERIVED.includes(name) && !isSaved(offset))
    .map(([name]) => name);
  expect(missing).toEqual([]);
});

test('a hart that is loaded has all that another had', async () => {
  const [from, to] = await testHarts(2);
  const { core } = from!;
  for (const { offset, bits } of Object.values(HART_FIELDS).flat()) {
    const value = BigInt.asUintN(bits, 0x9e37_79b9_7f4a_7c15n * BigInt(offset + 1));
    if (bits === 64) core.setU64(core.hart(0, offset), value);
    else core.setU32(core.hart(0, offset), Number(value));
  }
  const saved = JSON.stringify(saveHart(core, 0));
  loadHart(core, to!.number, new StateReader(JSON.parse(saved), 'hart'));
  expect(JSON.stringify(saveHart(core, to!.number))).toBe(saved);
});

test('a register that is not there keeps its value, and one that harts do not have is refused', async () => {
  const [hart] = await testHarts(1);
  const { core } = hart!;
  const saved = JSON.parse(JSON.stringify(saveHart(core, 0)));
  delete saved.csrs.fcsr;
  core.setU64(core.hart(0, layout.HART_FCSR), 3n);
  loadHart(core, 0, new StateReader(saved, 'hart'));
  expect(core.u64(core.hart(0, layout.HART_FCSR))).toBe(3n);
  saved.csrs.nonsense = '0x0';
  const load = () => loadHart(core, 0, new StateReader(saved, 'hart'));
  expect(load).toThrow('hart 0 has a register nonsense, which harts do not have here');
});
