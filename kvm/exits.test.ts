import { describe, expect, test } from 'vitest';
import { exitReasons, kvm_run, kvm_run_exits } from './api.ts';
import { ExitReader, UNION } from './exits.ts';

const IO_PAGE = 4096;
const run = new ArrayBuffer(2 * IO_PAGE);
const view = new DataView(run);
const bytes = new Uint8Array(run);
const exits = new ExitReader(run);

function exitBy(reason: keyof typeof exitReasons) {
  bytes.fill(0);
  view.setUint32(kvm_run.offsets.exit_reason, exitReasons[reason], true);
}

describe('port I/O', () => {
  function io(values: { direction: number; size: number; port: number; count: number }) {
    exitBy('KVM_EXIT_IO');
    kvm_run_exits.io.write(view, UNION, { ...values, data_offset: BigInt(IO_PAGE) });
  }

  test('out', () => {
    io({ direction: 1, size: 2, port: 0xcf8, count: 1 });
    view.setUint16(IO_PAGE, 0x1234, true);
    expect(exits.read()).toEqual({
      reason: 'IO',
      direction: 'out',
      port: 0xcf8,
      size: 2,
      count: 1,
      data: Uint8Array.of(0x34, 0x12),
    });
  });

  test('in is answered in place', () => {
    io({ direction: 0, size: 1, port: 0x3fd, count: 1 });
    const exit = exits.read();
    if (exit.reason === 'IO') exit.data[0] = 0x60;
    expect(exit).toMatchObject({ direction: 'in' });
    expect(bytes[IO_PAGE]).toBe(0x60);
  });

  test('of a string has all its elements', () => {
    io({ direction: 1, size: 4, port: 0x100, count: 5 });
    expect(exits.read()).toMatchObject({ count: 5, data: new Uint8Array(20) });
  });
});

describe('MMIO', () => {
  test('has an address beyond 32 bits and as many bytes as the access', () => {
    exitBy('KVM_EXIT_MMIO');
    const data = Uint8Array.of(1, 2, 3, 4);
    kvm_run_exits.mmio.write(view, UNION, { phys_addr: 0x12_3456_789an, data, len: 4, is_write: 1 });
    expect(exits.read()).toEqual({ reason: 'MMIO', isWrite: true, address: 0x12_3456_789a, data });
  });

  test('is answered in place', () => {
    exitBy('KVM_EXIT_MMIO');
    kvm_run_exits.mmio.write(view, UNION, { len: 2 });
    const exit = exits.read();
    if (exit.reason === 'MMIO') exit.data.set([0xaa, 0xbb]);
    expect(kvm_run_exits.mmio.read(view, UNION).data).toEqual(Uint8Array.of(0xaa, 0xbb, 0, 0, 0, 0, 0, 0));
  });
});

describe('failures', () => {
  test('of emulation have the bytes of the instruction', () => {
    exitBy('KVM_EXIT_INTERNAL_ERROR');
    const insn_bytes = Uint8Array.of(0x0f, 0xae, 0x00);
    kvm_run_exits.emulation_failure.write(view, UNION, { suberror: 1, ndata: 3, flags: 1n, insn_size: 3, insn_bytes });
    expect(exits.read()).toMatchObject({ reason: 'INTERNAL_ERROR', suberror: 1, instruction: insn_bytes });
  });

  test('of emulation without bytes', () => {
    exitBy('KVM_EXIT_INTERNAL_ERROR');
    kvm_run_exits.internal.write(view, UNION, { suberror: 1, ndata: 0 });
    expect(exits.read()).toEqual({ reason: 'INTERNAL_ERROR', suberror: 1, data: [], instruction: undefined });
  });

  test('of an entry have the reason of the hardware', () => {
    exitBy('KVM_EXIT_FAIL_ENTRY');
    kvm_run_exits.fail_entry.write(view, UNION, { hardware_entry_failure_reason: 0x8000_0021n, cpu: 3 });
    expect(exits.read()).toEqual({ reason: 'FAIL_ENTRY', hardwareReason: 0x8000_0021n, cpu: 3 });
  });
});

test.each([
  ['KVM_EXIT_HLT', { reason: 'HLT' }],
  ['KVM_EXIT_SHUTDOWN', { reason: 'SHUTDOWN' }],
  ['KVM_EXIT_INTR', { reason: 'INTR' }],
  ['KVM_EXIT_DEBUG', { reason: 'DEBUG', arch: expect.any(Uint8Array) }],
  ['KVM_EXIT_XEN', { reason: 'OTHER', name: 'XEN', code: 34 }],
] as const)('%s', (reason, exit) => {
  exitBy(reason);
  expect(exits.read()).toEqual(exit);
});

test('a reason newer than this table is told by its number', () => {
  exitBy('KVM_EXIT_UNKNOWN');
  view.setUint32(kvm_run.offsets.exit_reason, 99, true);
  expect(exits.read()).toEqual({ reason: 'OTHER', name: '99', code: 99 });
});
