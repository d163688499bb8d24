/** Every exit that a guest can cause, by flat guests (node:test, so that it runs where only Node is). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { libc } from '../../kvm/syscall.ts';
import {
  CODE,
  exitsOf,
  flat,
  hlt,
  inAlDx,
  incAx,
  int3,
  jumpFar,
  lidt,
  loadAx,
  movAl,
  movAx,
  movCx,
  movDsAx,
  movDx,
  movSi,
  nop,
  outDxAl,
  outDxAx,
  RAM,
  repOutsb,
  storeAx,
  storeFloat,
} from './flat.ts';

/** The paragraph of the first address without memory. */
const BEYOND = RAM >> 4;

test('IO out: ABC', () => {
  using guest = flat(
    ...movDx(0x3f8),
    ...[0x41, 0x42, 0x43].flatMap((letter) => [...movAl(letter), ...outDxAl]),
    ...hlt,
  );
  const exits = exitsOf(guest.vcpu);
  assert.equal(
    exits.map((exit) => (exit.reason === 'IO' ? String.fromCharCode(exit.data[0]!) : exit.reason)).join(),
    'A,B,C,HLT',
  );
});

test('IO of two bytes', () => {
  using guest = flat(...movDx(0x510), ...movAx(0x1234), ...outDxAx, ...hlt);
  const [exit] = exitsOf(guest.vcpu);
  assert.deepEqual(exit, {
    reason: 'IO',
    direction: 'out',
    port: 0x510,
    size: 2,
    count: 1,
    data: Uint8Array.of(0x34, 0x12),
  });
});

test('IO in: the guest gets what is put into data', () => {
  using guest = flat(...movDx(0x60), ...inAlDx, ...hlt);
  const exit = guest.vcpu.run();
  assert(exit.reason === 'IO' && exit.direction === 'in');
  exit.data[0] = 0x5a;
  assert.equal(guest.vcpu.run().reason, 'HLT');
  assert.equal(guest.vcpu.getRegisters().rax & 0xffn, 0x5an);
});

test('IO of a string: all bytes, in one exit or several', () => {
  using guest = flat(...movDx(0x3f8), ...movSi(CODE), ...movCx(5), ...repOutsb, ...hlt);
  const exits = exitsOf(guest.vcpu);
  const bytes = exits.flatMap((exit) => (exit.reason === 'IO' ? [...exit.data] : []));
  assert.deepEqual(bytes, [...guest.memory.read(CODE, 5)]);
});

test('MMIO: a write and a read beyond memory', () => {
  using guest = flat(...movAx(BEYOND), ...movDsAx, ...movAx(0xbeef), ...storeAx(0x10), ...loadAx(0x20), ...hlt);
  const write = guest.vcpu.run();
  assert.deepEqual(write, { reason: 'MMIO', isWrite: true, address: RAM + 0x10, data: Uint8Array.of(0xef, 0xbe) });
  const read = guest.vcpu.run();
  assert(read.reason === 'MMIO' && !read.isWrite && read.address === RAM + 0x20);
  read.data.set([0x34, 0x12]);
  assert.equal(guest.vcpu.run().reason, 'HLT');
  assert.equal(guest.vcpu.getRegisters().rax & 0xffffn, 0x1234n);
});

test('SHUTDOWN: a triple fault', () => {
  // An interrupt table of no entries.
  using guest = flat(...lidt(0x2000), ...int3);
  assert.equal(guest.vcpu.run().reason, 'SHUTDOWN');
});

test('INTERNAL_ERROR: an instruction that KVM cannot emulate, with its bytes', () => {
  using guest = flat(...movAx(BEYOND), ...movDsAx, ...storeFloat, ...hlt);
  const exit = guest.vcpu.run();
  assert(exit.reason === 'INTERNAL_ERROR' && exit.suberror === 1, exit.reason);
  assert.deepEqual([...exit.instruction!.slice(0, 2)], storeFloat);
});

test('a jump to where no memory is ends in an error, not in a hang', () => {
  using guest = flat(...jumpFar(BEYOND, 0));
  assert.equal(guest.vcpu.run().reason, 'INTERNAL_ERROR');
});

test('DEBUG: single steps', () => {
  using guest = flat(...incAx, ...nop, ...incAx, ...hlt);
  guest.vcpu.setGuestDebug({ singleStep: true });
  const addresses = [1, 2, 3].map(() => {
    assert.equal(guest.vcpu.run().reason, 'DEBUG');
    return Number(guest.vcpu.getRegisters().rip);
  });
  assert.deepEqual(addresses, [CODE + 1, CODE + 2, CODE + 3]);
  guest.vcpu.setGuestDebug({});
  assert.equal(guest.vcpu.run().reason, 'HLT');
});

test('an event instead of an exit', () => {
  using guest = flat(...movDx(0x500), ...outDxAl, ...outDxAl, ...outDxAl, ...hlt);
  const eventFd = libc().eventfd(0, 0);
  guest.vm.bindWriteToEvent(eventFd, { address: 0x500, kind: 'port', size: 1 });
  assert.equal(guest.vcpu.run().reason, 'HLT');
  const count = new Uint8Array(8);
  libc().read(eventFd, count, 8);
  assert.equal(count[0], 3);
  libc().close(eventFd);
});

test('the log of written pages', () => {
  using guest = flat(...movAx(0x800), ...movDsAx, ...storeAx(0), ...hlt);
  guest.vm.mapMemory(guest.memory, { logDirtyPages: true });
  assert.equal(guest.vcpu.run().reason, 'HLT');
  const written = guest.vm.dirtyLog(0, RAM);
  // KVM may count pages that were only read.
  assert.equal(written[1]! & 1, 1, 'page 8');
  assert.deepEqual(
    [...guest.vm.dirtyLog(0, RAM)].filter((byte) => byte !== 0),
    [],
  );
});

test('a request that KVM refuses is an error with its name', () => {
  using guest = flat(...hlt);
  assert.throws(() => guest.vm.setIrqLine(1, true), /^SystemCallError: KVM_IRQ_LINE: ENXIO \(error 6\)$/);
});
