import { expect, test } from 'vitest';
import { fakeVcpu } from './testing/x86-vcpu.ts';
import { GENERAL_REGISTERS, readX86Register, writeX86Register, X86_DESCRIPTION } from './x86-registers.ts';

/** What the description says: number and bytes. */
function described(name: string): { number: number; size: number } {
  const match = new RegExp(`<reg name="${name}" bitsize="(\\d+)" regnum="(\\d+)"`).exec(X86_DESCRIPTION);
  return { number: Number(match![2]), size: Number(match![1]) / 8 };
}

const number = (name: string) => described(name).number;
const u64 = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer);
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

test('numbers are those that gdb knows', () => {
  expect(['rax', 'rbp', 'rsp', 'rip', 'eflags', 'cs', 'gs', 'st0', 'fop', 'xmm0', 'mxcsr'].map(number)).toEqual([
    0, 6, 7, 16, 17, 18, 23, 24, 39, 40, 56,
  ]);
  expect(GENERAL_REGISTERS).toBe(number('gs') + 1);
});

test('each register has as many bytes as the description says', () => {
  const { vcpu } = fakeVcpu();
  const names = [...X86_DESCRIPTION.matchAll(/<reg name="(\w+)"/g)].map((match) => match[1]!);
  expect(names).toHaveLength(66);
  for (const name of names) {
    const { number: at, size } = described(name);
    expect(readX86Register(vcpu, at), name).toHaveLength(size);
  }
  expect(readX86Register(vcpu, names.length)).toBeUndefined();
});

test('general, control and floating-point registers are read and written', () => {
  const { state, vcpu } = fakeVcpu();
  expect(writeX86Register(vcpu, number('r15'), u64(2n ** 64n - 2n))).toBe(true);
  expect(writeX86Register(vcpu, number('eflags'), u32(0x246))).toBe(true);
  expect(writeX86Register(vcpu, number('cr3'), u64(0x1000n))).toBe(true);
  expect(writeX86Register(vcpu, number('fs_base'), u64(0x2000n))).toBe(true);
  expect(
    writeX86Register(
      vcpu,
      number('xmm15'),
      Uint8Array.from({ length: 16 }, (_, index) => index),
    ),
  ).toBe(true);
  expect(writeX86Register(vcpu, number('mxcsr'), u32(0x1f80))).toBe(true);
  expect([state.regs.r15, state.regs.rflags, state.sregs.cr3, state.sregs.fs.base]).toEqual([
    2n ** 64n - 2n,
    0x246n,
    0x1000n,
    0x2000n,
  ]);
  expect([...state.fpu.xmm[15]!]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(readX86Register(vcpu, number('xmm15'))).toEqual(state.fpu.xmm[15]);
  expect(readX86Register(vcpu, number('mxcsr'))).toEqual(u32(0x1f80));
});

test('the tag word has two bits a register, 3 for an empty one', () => {
  const { state, vcpu } = fakeVcpu();
  expect(readX86Register(vcpu, number('ftag'))).toEqual(u32(0xffff));
  state.fpu.ftwx = 0b1000_0001;
  expect(readX86Register(vcpu, number('ftag'))).toEqual(u32(0x3ffc));
});

test('what cannot be set alone, and values of another size, are refused', () => {
  const { vcpu } = fakeVcpu();
  expect(writeX86Register(vcpu, number('cs'), u32(8))).toBe(false);
  expect(writeX86Register(vcpu, number('rax'), u32(8))).toBe(false);
  expect(writeX86Register(vcpu, 999, u32(8))).toBe(false);
});
