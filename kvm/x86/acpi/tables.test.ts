import { describe, expect, test } from 'vitest';
import { integer } from './aml.ts';
import { acpiTables } from './tables.ts';

const ADDRESS = 0xe_0000;
const virtio = [
  { address: 0xd000_0000, irq: 16 },
  { address: 0xd000_1000, irq: 17 },
];
const bytes = acpiTables({ address: ADDRESS, vcpus: 3, virtio });
const view = new DataView(bytes.buffer);
const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
const sum = (at: number, length: number) =>
  bytes.subarray(at, at + length).reduce((total, byte) => total + byte, 0) & 0xff;

/** As a kernel finds them: from the root pointer to the XSDT, and from there by their signatures. */
function findTables(): Map<string, { readonly at: number; readonly length: number }> {
  const xsdt = Number(view.getBigUint64(24, true)) - ADDRESS;
  const found = new Map([['XSDT', { at: xsdt, length: view.getUint32(xsdt + 4, true) }]]);
  for (let entry = xsdt + 36; entry < xsdt + found.get('XSDT')!.length; entry += 8) {
    const at = Number(view.getBigUint64(entry, true)) - ADDRESS;
    found.set(text(at, 4), { at, length: view.getUint32(at + 4, true) });
  }
  const dsdt = Number(view.getBigUint64(found.get('FACP')!.at + 140, true)) - ADDRESS;
  return found.set('DSDT', { at: dsdt, length: view.getUint32(dsdt + 4, true) });
}

test('the root pointer comes first, and both its sums are right', () => {
  expect(text(0, 8)).toBe('RSD PTR ');
  expect([sum(0, 20), sum(0, 36)]).toEqual([0, 0]);
});

test.each([...findTables()])('%s has its signature, its length and a sum of 0', (signature, { at, length }) => {
  expect(text(at, 4)).toBe(signature);
  expect(sum(at, length)).toBe(0);
});

describe('the MADT', () => {
  const { at, length } = findTables().get('APIC')!;
  const structures: number[][] = [];
  for (let each = at + 44; each < at + length; each += bytes[each + 1]!) {
    structures.push([...bytes.subarray(each, each + bytes[each + 1]!)]);
  }

  test('has a local APIC for each CPU', () => {
    const ids = structures.filter(([type]) => type === 0).map((structure) => structure[3]);
    expect(ids).toEqual([0, 1, 2]);
  });

  test('has an I/O APIC, and the PIT at its input 2', () => {
    expect(structures.find(([type]) => type === 1)!.slice(4, 8)).toEqual([0, 0, 0xc0, 0xfe]);
    expect(structures.find(([type]) => type === 2)).toEqual([2, 10, 0, 0, 2, 0, 0, 0, 0, 0]);
  });
});

test('the FADT is of the hardware-reduced kind', () => {
  const { at } = findTables().get('FACP')!;
  expect(view.getUint32(at + 112, true) & (1 << 20)).not.toBe(0);
});

test('the DSDT has a device for each slot', () => {
  const { at, length } = findTables().get('DSDT')!;
  expect(text(at, length).match(/VR0\d_HID|VR0\d/g)).toEqual(['VR00', 'VR01']);
  expect(text(at, length).match(/LNRO0005/g)).toHaveLength(2);
});

test('integers take as few bytes as they can', () => {
  expect([0, 1, 2, 0xff, 0x100, 0x1_0000].map((value) => integer(value).length)).toEqual([1, 1, 2, 2, 3, 5]);
});
