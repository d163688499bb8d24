/** The three ways in which harts tell the instruction that faulted, as no one host has them all. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { compressAs, compressedInstructions } from '../../../isa/compressed.ts';
import { encode } from '../../../isa/encode.ts';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const PC = 0x8020_0ffen;
const BASE = 0xc00_2000n;
const LOAD_PAGE_FAULT = 13n;
const NOT_FETCHED = 'not fetched';
const NOT_AN_ACCESS = 'not an access';

const SOURCE = `
import { Hart } from '../harts/hart';
import { Vcpu } from '../vcpu/vcpu';
export { NOT_FETCHED, readTrapped } from './trapped-instruction';
export { COMPRESSED, NOT_AN_ACCESS, registerOf, widthOf } from './access';
export const hartSize: usize = offsetof<Hart>();
export const vcpuSize: usize = offsetof<Vcpu>();
export const faultCause: usize = offsetof<Hart>('faultCause');
export function prepare(vcpu: Vcpu, hart: Hart, pc: u64, a0: u64): void {
  vcpu.hart = hart;
  vcpu.sepc = pc;
  vcpu.a0 = a0;
}`;

let bare: InV8;
let hart: bigint;
let vcpu: bigint;
/** The guest's code, by address; where there is none the fetch faults. */
const code = new Map<bigint, number>();

beforeAll(async () => {
  const hlvx = (address: bigint): bigint => {
    const parcel = code.get(address);
    if (parcel === undefined) bare.setU64(hart + bare.constant('faultCause'), LOAD_PAGE_FAULT);
    return BigInt(parcel ?? 0);
  };
  bare = await loadInV8('bare/hypervisor/mmio/entry-of-test.ts', {
    source: SOURCE,
    imports: { 'intrinsics.hlvx_hu': hlvx },
  });
  hart = bare.allocate(Number(bare.constant('hartSize')));
  vcpu = bare.allocate(Number(bare.constant('vcpuSize')));
});

beforeEach(() => {
  code.clear();
  bare.call('prepare', vcpu, hart, PC, BASE);
});

function place(word: number): void {
  code.set(PC, word & 0xffff);
  if ((word & 3) === 3) code.set(PC + 2n, word >>> 16);
}

/** Length, width and register; the address that faulted is a0's and `offset` more. */
function read(htinst: number, offset = 0n): (number | string)[] {
  const access = BigInt.asUintN(64, bare.call('readTrapped', vcpu, BigInt(htinst >>> 0), BASE + offset) as bigint);
  if (access === BigInt.asUintN(64, bare.constant('NOT_FETCHED'))) return [NOT_FETCHED];
  if (access === bare.constant('NOT_AN_ACCESS')) return [NOT_AN_ACCESS];
  const length = access & bare.constant('COMPRESSED') ? 2 : 4;
  return [length, bare.number('widthOf', access), bare.number('registerOf', access)];
}

const lw = encode('lw', { rd: 11, rs1: 10, imm: 4 });
const compressedLw = compressAs(compressedInstructions.find(({ name }) => name === 'c.lw')!, lw);
/** As the specification transforms it: no immediate, and in the place of rs1 the distance from the address named. */
const transformed = encode('lw', { rd: 11, rs1: 0, imm: 0 });

test('htinst is zero: the instruction is fetched, across a page too', () => {
  place(lw);
  expect(read(0, 4n)).toEqual([4, 4, 11]);
  place(encode('sb', { rs2: 12, rs1: 10, imm: -1 }));
  expect(read(0, -1n)).toEqual([4, 1, 12]);
});

test('a compressed one is fetched without what follows it', () => {
  place(compressedLw);
  expect(read(0, 4n)).toEqual([2, 4, 11]);
});

test('a custom value is as good as none', () => {
  place(lw);
  expect(read(0x1002, 4n)).toEqual([4, 4, 11]);
});

test('the fetch faults at its first or its second half', () => {
  expect(read(0)[0]).toBe(NOT_FETCHED);
  code.set(PC, lw & 0xffff);
  expect(read(0)[0]).toBe(NOT_FETCHED);
});

test('an instruction that is none of ours, or faulted elsewhere than it says', () => {
  place(encode('amoadd.w', { rd: 11, rs1: 10, rs2: 12 }));
  expect(read(0)[0]).toBe(NOT_AN_ACCESS);
  place(lw);
  expect(read(0, 8n)[0]).toBe(NOT_AN_ACCESS);
});

test('htinst is a transformed instruction, long or compressed: nothing is fetched', () => {
  expect(read(transformed)).toEqual([4, 4, 11]);
  expect(read(transformed & ~2)).toEqual([2, 4, 11]);
  // Two bytes behind the address that it named: it crosses into another page.
  expect(read(transformed | (2 << 15))[0]).toBe(NOT_AN_ACCESS);
  expect(read(encode('amoadd.w', { rd: 11, rs1: 0, rs2: 12 }))[0]).toBe(NOT_AN_ACCESS);
});

test.each([
  [0, false],
  [transformed, false],
  [0x2000, true],
  [0x3000, true],
  [0x2020, true],
  [0x3020, true],
])('htinst 0x%s is a pseudoinstruction: %s', (htinst, expected) => {
  place(lw);
  expect(read(htinst, htinst === 0 ? 4n : 0n)).toEqual(expected ? [NOT_AN_ACCESS] : [4, 4, 11]);
});
