import { expect, test } from 'vitest';
import { testMachine } from './testing/test-machine.ts';
import type { WatchedAccess } from './watchpoints.ts';

const PROGRAM = `
    la   a0, data
before:
    ld   a1, 0(a0)
read:
    sd   a1, 16(a0)
written:
    amoadd.d a2, a1, (a0)
added:
    lw   a3, 20(a0)
reread:
    ld   a4, 5(a0)
straddled:
    ld   a5, 24(a0)
    sd   a5, 32(a0)
    finish 0x5555
.balign 4096
data: .fill 8, 8, 0
`;

/** The labels behind the instructions at which a run stops that watches `length` bytes at data + `offset`. */
async function stops(offset: number, length: number, access: WatchedAccess): Promise<string[]> {
  const { machine, address } = await testMachine(PROGRAM, { harts: 2 });
  machine.watchpoints.add({ address: address('data') + BigInt(offset), length, access });
  machine.hart(1).pc = address('data') + 64n;
  machine.hart(1).setCsr('mtvec', address('data') + 64n);
  const found: string[] = [];
  for (;;) {
    const reason = await machine.run({ instructions: 100_000 });
    if (reason.kind !== 'watchpoint') {
      expect(reason.kind).toBe('pass');
      return found;
    }
    expect(reason.hart).toBe(0);
    const label = ['read', 'written', 'added', 'reread', 'straddled'].find(
      (name) => address(name) === machine.hart(0).pc,
    );
    found.push(`${label} ${reason.access} +${reason.address - address('data')}`);
  }
}

test.each([
  [0, 8, 'read', ['read read +0', 'straddled read +5']],
  [0, 8, 'write', ['added write +0']],
  [0, 8, 'access', ['read read +0', 'added write +0', 'straddled read +5']],
  [12, 1, 'access', ['straddled read +12']],
  [13, 3, 'access', []],
  [22, 1, 'access', ['written write +22', 'reread read +22']],
  [8, 16, 'write', ['written write +16']],
] as const)('+%i, %i bytes, %s: %j', async (offset, length, access, expected) => {
  expect(await stops(offset, length, access)).toEqual(expected);
});

test('a step stops at one too, and one that is deleted watches no more', async () => {
  const { machine, address } = await testMachine(PROGRAM);
  const watchpoint = { address: address('data'), length: 8, access: 'read' } as const;
  machine.watchpoints.add(watchpoint);
  await machine.run({ until: address('before') });
  expect(machine.step()).toEqual({ kind: 'watchpoint', hart: 0, access: 'read', address: address('data') });
  expect([machine.watchpoints.delete(watchpoint), machine.watchpoints.delete(watchpoint)]).toEqual([true, false]);
  expect((await machine.run()).kind).toBe('pass');
});

test('what the host reads is not watched', async () => {
  const { machine, address } = await testMachine(PROGRAM);
  machine.watchpoints.add({ address: address('written'), length: 8, access: 'access' });
  machine.hart(0).readMemory(address('written'), 8);
  machine.hart(0).writeMemory(address('written'), machine.hart(0).readMemory(address('written'), 8));
  expect(machine.hart(0).translate(address('written'))).toBe(address('written'));
  expect((await machine.run()).kind).toBe('pass');
});

test('there is room for 32, of at least a byte', async () => {
  const { machine } = await testMachine(PROGRAM);
  for (let address = 0n; address < 32n; address++) machine.watchpoints.add({ address, length: 1, access: 'read' });
  expect(() => machine.watchpoints.add({ address: 0n, length: 1, access: 'read' })).toThrow('there are 32 watchpoints');
  expect(() => machine.watchpoints.add({ address: 0n, length: 0, access: 'read' })).toThrow('not 0');
});
