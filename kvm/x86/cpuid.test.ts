import { expect, test } from 'vitest';
import type { CpuidEntry } from './api.ts';
import { guestCpuid } from './cpuid.ts';

const entry = (leaf: number, registers: Partial<CpuidEntry> = {}): CpuidEntry => ({
  function: leaf,
  index: 0,
  flags: 0,
  eax: 0,
  ebx: 0,
  ecx: 0,
  edx: 0,
  padding: [],
  ...registers,
});
const all = 0xffff_ffff;
const find = (entries: readonly CpuidEntry[], leaf: number, index = 0) =>
  entries.find((each) => each.function === leaf && each.index === index)!;

test('each CPU has its own APIC id, and knows how many there are', () => {
  const [first] = guestCpuid([entry(1, { ebx: 0x0008_0800 })], { vcpus: 4, apicId: 3, tscDeadline: false });
  expect(first!.ebx).toBe(0x0304_0800);
});

test('nested virtualization is hidden, and nothing else', () => {
  const supported = [entry(1, { ecx: all }), entry(0x8000_0001, { ecx: all })];
  const [basic, extended] = guestCpuid(supported, { vcpus: 1, apicId: 0, tscDeadline: true });
  expect((all & ~basic!.ecx) >>> 0).toBe(1 << 5);
  expect((all & ~extended!.ecx) >>> 0).toBe(1 << 2);
});

test('a guest knows that it is one', () => {
  const [basic] = guestCpuid([entry(1)], { vcpus: 1, apicId: 0, tscDeadline: false });
  expect(basic!.ecx).toBe(0x8000_0000);
});

test("the host's topology is replaced by one package of as many cores", () => {
  const host = [0, 1, 2].map((index) => entry(0xb, { index, eax: 7, ebx: 96, edx: 77 }));
  const entries = guestCpuid([...host, entry(0x1f)], { vcpus: 6, apicId: 5, tscDeadline: false });
  expect(find(entries, 0xb, 0)).toMatchObject({ eax: 0, ebx: 1, ecx: 0x100, edx: 5 });
  expect(find(entries, 0xb, 1)).toMatchObject({ eax: 3, ebx: 6, ecx: 0x201, edx: 5 });
  expect(entries.some((each) => each.function === 0x1f)).toBe(false);
});

test('only the last level of caches is shared', () => {
  const level = (number: number) => entry(4, { index: number, eax: 0xfc00_0000 | (63 << 14) | (number << 5) | 1 });
  const entries = guestCpuid([level(1), level(3)], { vcpus: 2, apicId: 0, tscDeadline: false });
  expect(find(entries, 4, 1).eax).toBe((1 << 26) | (1 << 5) | 1);
  expect(find(entries, 4, 3).eax).toBe((1 << 26) | (1 << 14) | (3 << 5) | 1);
});

test('what KVM offers is not changed in place', () => {
  const supported = [entry(1)];
  guestCpuid(supported, { vcpus: 8, apicId: 7, tscDeadline: true });
  expect(supported).toEqual([entry(1)]);
});
