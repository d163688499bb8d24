import { expect, test } from 'vitest';
import { typevisor } from '../test/typevisor.ts';
import { acceleration } from './doctor.ts';

test.each([
  [['svm', 'npt'], 'good', /AMD-V with nested paging/],
  [['vmx', 'ept'], 'good', /VT-x with nested paging/],
  [['vmx'], 'poor', /without nested paging/],
  [['fpu'], 'poor', /software-backed \(kvm_pvm\): .* a host with VT-x or AMD-V mends it/],
])('a processor with %j', (flags, state, text) => {
  const finding = acceleration(new Set(flags), ['kvm_pvm']);
  expect(finding.state).toBe(state);
  expect(finding.text).toMatch(text);
});

test('every line says what was looked at, how it is, and what to do', async () => {
  const { exitCode, stdout, stderr } = await typevisor(['doctor'], { env: { TYPEVISOR_QEMU: '/no/qemu' } });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Node +good +\d+\.\d+\.\d+, typevisor /m);
  expect(stdout).toMatch(/^KVM +(good|poor|missing) +\S/m);
  expect(stdout).toMatch(/^QEMU +missing +needed for --on qemu: .*install QEMU/m);
  expect(exitCode).toBe(0);
});
