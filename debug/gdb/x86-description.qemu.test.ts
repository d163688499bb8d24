/** gdb itself (Debian: gdb-multiarch) takes the description of x86 registers, and reads them by it. */
import { expect, test } from 'vitest';
import { GdbServer } from '../../cli/gdb-server.ts';
import { runGdb } from '../../toolchain/testing/gdb.ts';
import type { AttachableTarget } from './target.ts';
import { fakeVcpu } from './testing/x86-vcpu.ts';
import { GENERAL_REGISTERS, readX86Register, writeX86Register, X86_DESCRIPTION } from './x86-registers.ts';

test('registers of all kinds', async () => {
  const { state, vcpu } = fakeVcpu();
  const nothing = () => {};
  const target: AttachableTarget = {
    description: X86_DESCRIPTION,
    generalRegisters: GENERAL_REGISTERS,
    threads: [1],
    physicalAddresses: false,
    threadInfo: () => 'no CPU',
    readRegister: (_, register) => readX86Register(vcpu, register),
    writeRegister: (_, register, value) => writeX86Register(vcpu, register, value),
    readMemory: () => undefined,
    writeMemory: () => false,
    insert: () => false,
    remove: () => false,
    step: nothing,
    resume: nothing,
    interrupt: nothing,
    detach: nothing,
    kill: nothing,
    monitor: () => '',
    attach: () => Promise.resolve(),
    hold: nothing,
  };
  Object.assign(state.regs, { rip: 0xffff_ffff_8100_0000n, rflags: 0x246n, rax: 7n });
  Object.assign(state.sregs, {
    cr0: 0x8000_0011n,
    efer: 0x500n,
    gs: { ...state.sregs.gs, base: 0xffff_8880_0000_0000n },
  });
  state.fpu.xmm[1]!.set(new Uint8Array(Float64Array.of(1.5, -2).buffer));
  state.fpu.mxcsr = 0x1f80;
  const server = await GdbServer.listen(target, 0);
  try {
    const output = await runGdb([
      `target remote localhost:${server.port}`,
      'info threads',
      'print/x $rip',
      'print $eflags',
      'print/x $cr0',
      'print/x $gs_base',
      'print $xmm1.v2_double',
      'print $mxcsr',
      'set var $rbx = $rax + 1',
      'set var $xmm2.v4_int32[3] = 9',
    ]);
    expect(output).toMatch(/\* 1 +Thread 1 \(no CPU\)/);
    expect(output).toContain('$1 = 0xffffffff81000000\n');
    expect(output).toContain('$2 = [ PF ZF IF ]\n');
    expect(output).toContain('$3 = 0x80000011\n');
    expect(output).toContain('$4 = 0xffff888000000000\n');
    expect(output).toContain('$5 = {1.5, -2}\n');
    expect(output).toContain('$6 = [ IM DM ZM OM UM PM ]\n');
    expect(output).not.toMatch(/warning: .*description/);
    expect(state.regs.rbx).toBe(8n);
    expect([...state.fpu.xmm[2]!]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
  } finally {
    server.close();
  }
});
