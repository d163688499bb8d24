import { expect, test } from 'vitest';
import { Plic } from './plic.ts';
import { CONTEXTS, describePlic, type PlicModel, SOURCES } from './testing/plic-cases.ts';

function create(): PlicModel {
  const wires = Array.from({ length: CONTEXTS }, () => false);
  const plic = new Plic({
    sources: SOURCES,
    contexts: CONTEXTS,
    notify: (context, level) => {
      wires[context] = level;
    },
  });
  return {
    wires,
    read: (offset) => plic.read(offset, 4),
    write: (offset, value) => plic.write(offset, 4, value),
    setSource: (source, level) => plic.setSource(source, level),
    reset: () => plic.reset(),
  };
}

describePlic(create);

test('refuses what the register map has no room for', () => {
  const notify = () => {};
  expect(() => new Plic({ sources: 1024, contexts: 1, notify })).toThrow('1024 sources; use 1 to 1023');
  expect(() => new Plic({ sources: 1, contexts: 0, notify })).toThrow('0 contexts');
  const plic = new Plic({ sources: 95, contexts: 1, notify });
  expect(() => plic.setSource(96, true)).toThrow('no interrupt source 96; there are 1 to 95');
});

test('a source of events asks once for each, also for one that comes while another is served', () => {
  const plic = new Plic({ sources: 4, contexts: 1, events: [3], notify: () => {} });
  for (const source of [2, 3]) plic.write(4 * source, 4, 1);
  plic.write(0x2000, 4, 0xc);
  const claim = () => plic.read(0x20_0004, 4);
  const complete = (source: number) => plic.write(0x20_0004, 4, source);
  for (const source of [2, 3]) plic.setSource(source, true);
  expect([claim(), claim()]).toEqual([2, 3]);
  for (const source of [2, 3]) complete(source);
  // The wires are still high.
  expect([claim(), claim()]).toEqual([2, 0]);
  plic.setSource(3, true);
  expect(claim()).toBe(3);
  plic.setSource(3, true);
  complete(3);
  expect(claim()).toBe(3);
  plic.setSource(3, true);
  plic.setSource(3, false);
  complete(3);
  expect(claim()).toBe(0);
});
