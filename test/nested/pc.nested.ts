/** A PC with guests that are well-behaved in none of their bytes (node:test). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pc } from '../../kvm/x86/pc.ts';
import { CODE, hlt, jumpFar, jumpToItself, movAl, movAx, movDsAx, movDx, outDxAl, RAM, storeAx } from './flat.ts';
import { runFlat as run } from './run-pc.ts';

/** The paragraph of the first address without memory. */
const BEYOND = RAM >> 4;

test('a flat guest prints on COM1, and hlt ends it', async () => {
  const letters = [0x41, 0x42, 0x43].flatMap((letter) => [...movAl(letter), ...outDxAl]);
  assert.deepEqual(await run([...movDx(0x3f8), ...letters, ...hlt]), { reason: { kind: 'halted' }, printed: 'ABC' });
});

test('a loop without exits is left when the time is over', async () => {
  assert.deepEqual((await run([...jumpToItself], 200)).reason, { kind: 'timeout' });
});

test('a storm of port accesses cannot keep the host from anything', async () => {
  // out dx, al; jmp back
  assert.deepEqual((await run([...movDx(0x70), ...outDxAl, 0xeb, 0xfd], 500)).reason, { kind: 'timeout' });
});

test('a storm of accesses to ports without devices, too', async () => {
  assert.deepEqual((await run([...movDx(0x5000), ...outDxAl, 0xeb, 0xfd], 500)).reason, { kind: 'timeout' });
});

test('a storm of MMIO, too', async () => {
  const code = [...movAx(BEYOND), ...movDsAx, ...storeAx(0), 0xeb, 0xfb];
  assert.deepEqual((await run(code, 500)).reason, { kind: 'timeout' });
});

test('a reset through the keyboard controller', async () => {
  assert.deepEqual((await run([...movDx(0x64), ...movAl(0xfe), ...outDxAl, ...hlt])).reason, { kind: 'reset' });
});

test('power-off through the sleep register', async () => {
  const off = (5 << 2) | 0x20;
  assert.deepEqual((await run([...movDx(0x600), ...movAl(off), ...outDxAl, ...hlt])).reason, { kind: 'power-off' });
});

test('a triple fault ends in a report', async () => {
  const { reason } = await run([0x0f, 0x01, 0x1e, 0x00, 0x20, 0xcc]);
  assert(reason.kind === 'failed');
  assert.match(reason.summary, /triple fault/);
  assert.match(reason.report, /^rax +[0-9a-f]{16} /);
});

test('a jump to nowhere ends in a report', async () => {
  const { reason } = await run([...jumpFar(BEYOND, 0)]);
  assert(reason.kind === 'failed');
  assert.match(reason.summary, /KVM cannot emulate an instruction/);
  assert.match(reason.report, /^at 0x10000: nothing is mapped$/m);
});

test('pause, look, go on', async () => {
  const pc = new Pc({
    boot: { flat: { bytes: Uint8Array.from(jumpToItself), address: CODE, mode: 'real' } },
    memory: RAM,
    vcpus: 1,
    output: () => {},
    warn: assert.fail,
  });
  for (let round = 0; round < 20; round++) {
    const running = pc.run();
    setTimeout(() => pc.stop(), round);
    assert.deepEqual(await running, { kind: 'stopped' });
    assert.equal(pc.vcpus[0]!.getRegisters().rip, BigInt(CODE));
  }
  await pc.close();
});
