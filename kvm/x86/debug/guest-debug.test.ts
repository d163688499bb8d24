import { expect, test } from 'vitest';
import { structs } from '../api.ts';
import { encodeGuestDebug, type GuestDebug, type HardwareBreakpoint, readDebugExit } from './guest-debug.ts';

const encoded = (debug: GuestDebug) => structs.kvm_guest_debug.decode(encodeGuestDebug(debug));

test.each<[GuestDebug, number]>([
  [{}, 0],
  [{ singleStep: true }, 0x3],
  [{ singleStep: true, blockInterrupts: true }, 0x10_0003],
  [{ softwareBreakpoints: true }, 0x1_0001],
  [{ softwareBreakpoints: true, inject: 'BP' }, 0x9_0001],
  [{ inject: 'DB' }, 0x4_0001],
  [{ hardware: [{ kind: 'execute', address: 0x1000n, length: 1 }] }, 0x2_0001],
])('%o is control %i', (debug, control) => {
  expect(encoded(debug).control).toBe(control);
});

test('debug registers: an address each, and DR7 says for what', () => {
  const hardware: HardwareBreakpoint[] = [
    { kind: 'execute', address: 0xffff_ffff_8100_0000n, length: 1 },
    { kind: 'write', address: 0x1002n, length: 2 },
    { kind: 'access', address: 0x1004n, length: 4 },
    { kind: 'write', address: 0x1008n, length: 8 },
  ];
  const { debugreg } = encoded({ hardware }).arch;
  expect(debugreg.slice(0, 4)).toEqual(hardware.map(({ address }) => address));
  expect(debugreg[7]).toBe(0x9f50_06aan);
});

test.each<[string, HardwareBreakpoint[]]>([
  ['an address that is not aligned', [{ kind: 'write', address: 0x1001n, length: 2 }]],
  ['two bytes of instructions', [{ kind: 'execute', address: 0x1000n, length: 2 }]],
  ['five of them', Array.from({ length: 5 }, () => ({ kind: 'write', address: 0n, length: 1 }))],
])('%s is refused', (_, hardware) => {
  expect(() => encodeGuestDebug({ hardware })).toThrow(RangeError);
});

const exit = (values: { exception: number; dr6?: bigint }) =>
  readDebugExit({ reason: 'DEBUG', arch: structs.kvm_debug_exit_arch.encode({ pc: 0x1234n, ...values }) });

test('exits: an int3, a step, matches', () => {
  expect(exit({ exception: 3, dr6: 0xffff_4ff1n })).toEqual({ pc: 0x1234n, int3: true, step: false, registers: [] });
  expect(exit({ exception: 1, dr6: 0xffff_4ff0n })).toEqual({ pc: 0x1234n, int3: false, step: true, registers: [] });
  expect(exit({ exception: 1, dr6: 0xffff_0ffan })).toEqual({
    pc: 0x1234n,
    int3: false,
    step: false,
    registers: [1, 3],
  });
});
