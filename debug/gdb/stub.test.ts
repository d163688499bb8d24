/** The stub and the machine behind it, as a debugger finds them. */
import { expect, test } from 'vitest';
import { testMachine } from '../../machine/testing/test-machine.ts';
import { MachineTarget } from './machine-target.ts';
import { GdbStub } from './stub.ts';
import { GdbClient } from './testing/client.ts';

const PROGRAM = `
    la   s0, data
    li   a0, 1
loop:
    addi a0, a0, 1
    sd   a0, 8(s0)
    li   t0, 10
    blt  a0, t0, loop
done:
    wfi
    finish 0x5555
.balign 8
data: .dword 0x1122334455667788, 0
`;

/** A machine that is run as the command does it, held by a debugger from the start. */
async function debugged(source = PROGRAM, harts = 1) {
  const { machine, address } = await testMachine(source, { harts });
  const target = new MachineTarget(machine);
  const client = new GdbClient();
  const stub = new GdbStub(target, client.receive);
  client.connect((bytes) => stub.receive(bytes));
  await target.attach((stop) => stub.stopped(stop));
  const ended = (async () => {
    for (;;) {
      await target.released();
      if (target.killed) return 'killed';
      const reason = await machine.run();
      if (!target.took(reason)) return reason.kind;
    }
  })();
  const hex = (symbol: string, offset = 0) => (address(symbol) + BigInt(offset)).toString(16);
  return { machine, target, client, ended, hex };
}

const littleEndian = (value: bigint) =>
  [...new Uint8Array(BigUint64Array.of(value).buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

test('a session: registers, memory, a breakpoint, the end', async () => {
  const { client, ended, hex } = await debugged();
  expect(client.ask('qSupported:multiprocess+;swbreak+')).toContain('QStartNoAckMode+');
  expect(client.between).toBe('+');
  expect(client.ask('QStartNoAckMode')).toBe('OK');
  expect(client.ask('?')).toBe('T05thread:1;');
  expect(client.ask(`m${hex('data')},8`)).toBe('8877665544332211');
  expect(client.ask(`Z0,${hex('done')},4`)).toBe('OK');
  expect(await client.wait('vCont;c')).toBe('T05thread:1;');
  const registers = client.ask('g')!;
  expect(registers).toHaveLength(33 * 16);
  expect(registers.slice(16 * 10, 16 * 11)).toBe(littleEndian(10n));
  expect(registers.slice(16 * 32)).toBe(littleEndian(BigInt(`0x${hex('done')}`)));
  expect(client.ask('pa')).toBe(littleEndian(10n));
  expect(client.ask(`P20=${littleEndian(BigInt(`0x${hex('done', 4)}`))}`)).toBe('OK');
  expect(client.ask(`z0,${hex('done')},4`)).toBe('OK');
  // Past the wfi, which nothing would end.
  expect(await client.wait('c')).toBe('W00');
  expect(await ended).toBe('pass');
  expect(client.ask('?')).toBe('W00');
  expect(client.ask('c')).toBe('W00');
  expect(client.between).toBe('++');
});

test('steps one instruction, also of a thread', async () => {
  const { client, machine } = await debugged(PROGRAM, 2);
  const before = machine.harts.map(({ pc }) => pc);
  expect(client.ask('s')).toBe('T05thread:1;');
  expect(client.ask('vCont;s:2;c')).toBe('T05thread:2;');
  expect(machine.harts.map(({ pc }, hart) => pc - before[hart]!)).toEqual([4n, 4n]);
  expect(client.ask('vCont?')).toBe('vCont;c;C;s;S');
  expect(client.ask('vCont;s:9')).toBe('E16');
});

test('watchpoints say what was accessed, and where', async () => {
  const { client, hex } = await debugged();
  expect(client.ask(`Z2,${hex('data', 8)},8`)).toBe('OK');
  expect(await client.wait('vCont;c')).toBe(`T05watch:${hex('data', 8)};thread:1;`);
  expect(client.ask('pa')).toBe(littleEndian(2n));
  expect(await client.wait('vCont;c')).toBe(`T05watch:${hex('data', 8)};thread:1;`);
  expect(client.ask('pa')).toBe(littleEndian(3n));
  expect(client.ask(`z2,${hex('data', 8)},8`)).toBe('OK');
  expect(client.ask(`z2,${hex('data', 8)},8`)).toBe('E16');
  expect(client.ask(`Z3,${hex('data', 8)},0`)).toBe('E16');
  expect(client.ask(`Z9,${hex('data', 8)},1`)).toBe('');
});

test('Ctrl-C stops a loop', async () => {
  const { client } = await debugged('1: j 1b');
  const answers = client.answers.length;
  client.send('vCont;c');
  client.raw('\x03');
  expect(await client.answer(answers)).toBe('T02thread:1;');
  expect(client.ask('qC')).toBe('QC1');
});

test('harts are threads, each with registers of its own', async () => {
  const { client, machine } = await debugged(PROGRAM, 3);
  expect(client.ask('qfThreadInfo')).toBe('m1,2,3');
  expect(client.ask('qsThreadInfo')).toBe('l');
  expect(Buffer.from(client.ask('qThreadExtraInfo,2')!, 'hex').toString()).toBe('hart 1, M-mode');
  machine.hart(2).x[5] = 0x77n;
  expect(client.ask('Hg3')).toBe('OK');
  expect(client.ask('p5')).toBe(littleEndian(0x77n));
  expect(client.ask('Hg0')).toBe('OK');
  expect([client.ask('T3'), client.ask('T4'), client.ask('Hg4'), client.ask('Hcxyz')]).toEqual([
    'OK',
    'E16',
    'E16',
    'E16',
  ]);
});

test('the description numbers the CSRs that there are', async () => {
  const { client, machine } = await debugged();
  let description = '';
  for (let offset = 0; ; offset += 0x800) {
    const part = client.ask(`qXfer:features:read:target.xml:${offset.toString(16)},800`)!;
    description += part.slice(1);
    if (part.startsWith('l')) break;
  }
  const number = (name: string) =>
    Number(new RegExp(`name="${name}" bitsize="64" regnum="(\\d+)"`).exec(description)?.[1]);
  expect([number('zero'), number('t6'), number('pc'), number('priv')]).toEqual([0, 31, 32, 4161]);
  const mscratch = number('mscratch');
  expect(mscratch).toBe(65 + 0x340);
  machine.hart(0).setCsr('mscratch', 0x1234n);
  expect(client.ask(`p${mscratch.toString(16)}`)).toBe(littleEndian(0x1234n));
  expect(client.ask(`P${mscratch.toString(16)}=${littleEndian(7n)}`)).toBe('OK');
  expect(machine.hart(0).csr('mscratch')).toBe(7n);
  expect(client.ask(`p${(4161).toString(16)}`)).toBe(littleEndian(3n));
  expect(client.ask('qXfer:features:read:other.xml:0,10')).toBe('E00');
});

test('memory in physical terms, and of what is not there', async () => {
  const { client, machine } = await debugged();
  expect(client.ask('M80001000,2:abcd')).toBe('OK');
  expect(client.ask('X80001002,3:#x\x00')).toBe('OK');
  expect([...machine.memory.read(0x8000_1000, 5)]).toEqual([0xab, 0xcd, 0x23, 0x78, 0]);
  expect(client.ask('m100,4')).toBe('E0e');
  expect(client.ask('m807ffffe,10')).toBe('0000');
  expect(client.ask('M100,1:00')).toBe('E0e');
  expect(client.ask('qqemu.PhyMemMode')).toBe('0');
  expect(client.ask('Qqemu.PhyMemMode:1')).toBe('OK');
  expect(client.ask('m80001000,2')).toBe('abcd');
  expect(client.ask('mffffffffffffff00,4')).toBe('E0e');
});

test.each([
  'm',
  'm,',
  'mzz,1',
  'm80000000',
  'M80000000,4:00',
  'M80000000',
  'Pzz',
  'P5=0',
  'P5',
  'p99999',
  'G0',
  'Z0',
  'Z0,,',
])('%s is answered by an error', async (packet) => {
  const { client } = await debugged();
  expect(client.ask(packet)).toMatch(/^(E[0-9a-f]{2}|)$/);
  expect(client.ask('?')).toBe('T05thread:1;');
});

test.each(['x', 'qNonsense', 'vMustReplyEmpty', '', 'R00'])('%j is not supported', async (packet) => {
  expect((await debugged()).client.ask(packet)).toBe('');
});

test('monitor commands', async () => {
  const { client, machine } = await debugged();
  const monitor = (command: string) =>
    Buffer.from(client.ask(`qRcmd,${Buffer.from(command).toString('hex')}`)!, 'hex').toString();
  expect(monitor('help')).toContain('translate ADDR');
  expect(monitor('translate 0x80000010')).toBe('hart 0, M-mode: physical 0x80000010\n');
  expect(monitor('translate')).toContain("'' is not an address");
  expect(monitor('dance')).toContain('no such command: dance');
  client.ask('s');
  monitor('reset');
  expect(machine.hart(0).pc).toBe(0x1000n);
});

test('detach takes the breakpoints away and lets the machine run', async () => {
  const { client, machine, ended, hex } = await debugged(PROGRAM.replace('wfi', 'nop'));
  client.ask(`Z1,${hex('done')},4`);
  client.ask(`Z2,${hex('data', 8)},8`);
  expect(client.ask('D')).toBe('OK');
  expect(await ended).toBe('pass');
  expect([machine.breakpoints.size, machine.watchpoints.size]).toEqual([0, 0]);
});

test('kill ends the run', async () => {
  const { client, ended } = await debugged('1: j 1b');
  client.send('k');
  expect(await ended).toBe('killed');
});

test('while the target runs, it can be let alone or killed, and nothing else', async () => {
  const { client, ended } = await debugged('1: j 1b');
  client.send('vCont;c');
  expect(
    ['g', 'm80000000,4', 'Z0,80000000,4', 'vCont;s:1', 'qThreadExtraInfo,1'].map((each) => client.ask(each)),
  ).toEqual(Array.from({ length: 5 }, () => 'E16'));
  client.send('k');
  expect(await ended).toBe('killed');
});

test('an answer that was lost is sent again', async () => {
  const { client } = await debugged();
  client.ask('qC');
  client.raw('-');
  expect(client.answers).toEqual(['QC1', 'QC1']);
  client.raw('$qC#00');
  expect(client.between.endsWith('-')).toBe(true);
});
