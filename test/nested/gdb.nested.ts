/** gdb's protocol with guests on KVM, whatever of breakpoints this KVM honours (node:test). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KvmTarget } from '../../debug/gdb/kvm-target.ts';
import { GdbStub } from '../../debug/gdb/stub.ts';
import { GdbClient } from '../../debug/gdb/testing/client.ts';
import { X86_DESCRIPTION } from '../../debug/gdb/x86-registers.ts';
import { Kvm } from '../../kvm/kvm.ts';
import { readImage } from '../../kvm/x86/boot/image.ts';
import { elf64 } from '../../kvm/x86/boot/testing/images.ts';
import { probeDebugSupport } from '../../kvm/x86/debug/support.ts';
import { Pc, type PcOptions } from '../../kvm/x86/pc.ts';
import { CODE, hlt, int3, jumpFar, jumpToItself, movAl, movDx, nop, outDxAl, RAM, storeAx } from './flat.ts';

using kvm = new Kvm();
const support = probeDebugSupport(kvm);
console.log(`# ${JSON.stringify(support)}`);

/** A flat real-mode guest. */
function debugged(...code: number[]) {
  const flat = { bytes: Uint8Array.from(code), address: CODE, mode: 'real' } as const;
  return debuggedPc({ boot: { flat }, memory: RAM, vcpus: 1 });
}

/** A guest that is run as the command does it, held by a debugger before its first instruction. */
async function debuggedPc(options: Pick<PcOptions, 'boot' | 'memory' | 'vcpus'>) {
  let printed = '';
  const pc = new Pc({
    ...options,
    output: (bytes) => {
      printed += Buffer.from(bytes).toString('latin1');
    },
    warn: assert.fail,
  });
  const target = new KvmTarget(pc, support);
  const client = new GdbClient();
  const stub = new GdbStub(target, client.receive);
  client.connect((bytes) => stub.receive(bytes));
  await target.attach((stop) => stub.stopped(stop));
  const ended = (async () => {
    for (;;) {
      await target.released();
      if (target.killed) return 'killed';
      const reason = await target.run(Number.POSITIVE_INFINITY);
      if (!target.took(reason)) return reason.kind;
    }
  })().finally(() => pc.close());
  return { pc, client, ended, printed: () => printed };
}

const STOPPED = 'T05thread:1;';
const RIP = '10';
const littleEndian = (value: number, bytes = 8) =>
  Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
const hex = (address: number) => address.toString(16);

/** movs of letters to COM1: 3 bytes each from CODE + 3 on. */
const letters = [
  ...movDx(0x3f8),
  ...['A', 'B', 'C', 'D', 'E', 'F'].flatMap((letter) => [...movAl(letter.charCodeAt(0)), ...outDxAl]),
];
const letterAt = (index: number) => CODE + 3 + 3 * index;

test('breakpoints, more of them than there are debug registers, registers and memory', async () => {
  const { client, ended, printed } = await debugged(...letters, ...hlt);
  assert.match(client.ask('qSupported')!, /qXfer:features:read\+/);
  assert.equal(client.ask('?'), STOPPED);
  assert.equal(client.ask(`m${hex(CODE)},3`), 'baf803');
  for (const index of [1, 2, 3, 4, 5]) assert.equal(client.ask(`Z0,${hex(letterAt(index))},1`), 'OK');
  for (const index of [1, 2, 3, 4, 5]) {
    assert.equal(await client.wait('vCont;c'), STOPPED);
    assert.equal(client.ask(`p${RIP}`), littleEndian(letterAt(index)));
    assert.equal(printed(), 'ABCDEF'.slice(0, index));
  }
  // What is planted is in nobody's way.
  assert.equal(client.ask(`m${hex(letterAt(5))},3`), 'b046ee');
  assert.equal(client.ask(`P${RIP}=${littleEndian(letterAt(4))}`), 'OK');
  assert.equal(client.ask(`z0,${hex(letterAt(5))},1`), 'OK');
  assert.equal(client.ask(`z0,${hex(letterAt(4))},1`), 'OK');
  assert.equal(await client.wait('vCont;c'), 'W00');
  assert.equal(await ended, 'halted');
  assert.equal(printed(), 'ABCDEEF');
});

test('a breakpoint behind an access to a device', async () => {
  // The next instruction is where a KVM that emulates itself forgets to stop.
  const { client, ended } = await debugged(...movDx(0x3f8), ...movAl(0x41), ...outDxAl, ...outDxAl, ...nop, ...hlt);
  for (const index of [6, 7, 1, 2, 3]) client.ask(`Z0,${hex(CODE + index)},1`);
  const addresses: (string | undefined)[] = [];
  for (let stop = 0; stop < 3; stop++) {
    await client.wait('c');
    addresses.push(client.ask(`p${RIP}`));
  }
  assert.deepEqual(
    addresses,
    [3, 6, 7].map((index) => littleEndian(CODE + index)),
  );
  client.send('D');
  assert.equal(await ended, 'halted');
});

test('single steps: one instruction each, also those that leave the guest', async () => {
  const { client, ended, printed } = await debugged(
    ...movDx(0x3f8),
    ...movAl(0x41),
    ...outDxAl,
    ...storeAx(0x2000),
    ...hlt,
  );
  const addresses: (string | undefined)[] = [];
  for (let step = 0; step < 4; step++) {
    assert.equal(await client.wait('vCont;s:1'), STOPPED);
    addresses.push(client.ask(`p${RIP}`));
  }
  assert.deepEqual(
    addresses,
    [3, 5, 6, 9].map((index) => littleEndian(CODE + index)),
  );
  assert.equal(printed(), 'A');
  assert.equal(client.ask('m2000,1'), '41');
  assert.equal(await client.wait('c'), 'W00');
  assert.equal(await ended, 'halted');
});

test('an interrupt from outside stops a loop, and kill ends it', async () => {
  const { client, ended } = await debugged(...jumpToItself);
  for (let round = 0; round < 5; round++) {
    const known = client.answers.length;
    client.send('vCont;c');
    setTimeout(() => client.raw('\x03'), 10 * round);
    assert.equal(await client.answer(known), 'T02thread:1;');
    assert.equal(client.ask(`p${RIP}`), littleEndian(CODE));
  }
  client.send('k');
  assert.equal(await ended, 'killed');
});

test('watchpoints stop behind the write, or are refused', async () => {
  const { client, ended } = await debugged(...nop, ...storeAx(0x2000), ...nop, ...hlt);
  const answer = client.ask('Z2,2000,2');
  assert.equal(answer, support.write ? 'OK' : 'E16');
  // x86 cannot watch for reads alone.
  assert.equal(client.ask('Z3,2000,2'), 'E16');
  if (support.write) {
    assert.equal(await client.wait('c'), 'T05watch:2000;thread:1;');
    assert.equal(client.ask(`p${RIP}`), littleEndian(CODE + 1 + storeAx(0).length));
  }
  client.send('D');
  assert.equal(await ended, 'halted');
});

test("an int3 of the guest's own goes to its handler", async () => {
  // mov word [3 * 4], handler; then int3, which comes back to the first nop. A guest that is stepped to its breakpoints runs through
  // handlers and the instruction behind their iret.
  const handler = CODE + 0x20;
  const code = [...[0xc7, 0x06, 0x0c, 0x00, handler & 0xff, handler >> 8], ...int3, ...nop, ...nop, ...hlt];
  const iret = 0xcf;
  const padding = Array.from({ length: 0x20 - code.length }, () => 0xf4);
  const { client, ended, printed } = await debugged(
    ...code,
    ...padding,
    ...movDx(0x3f8),
    ...movAl(0x48),
    ...outDxAl,
    iret,
  );
  // Stack: below the code.
  assert.equal(client.ask(`P7=${littleEndian(0x800)}`), 'OK');
  assert.equal(client.ask(`Z0,${hex(CODE + 8)},1`), 'OK');
  assert.equal(await client.wait('c'), STOPPED);
  assert.equal(client.ask(`p${RIP}`), littleEndian(CODE + 8));
  assert.equal(printed(), 'H');
  client.send('D');
  assert.equal(await ended, 'halted');
});

test('two CPUs are two threads: the second one is started, stops at a breakpoint, and steps alone', async () => {
  const started = 0x8000;
  const code = [
    ...[0xc7, 0x04, 0x25, 0x00, 0x80, 0, 0, 0x90, 0x90, 0xeb, 0xfd], // mov dword [0x8000], "nop; nop; jmp to the second nop"
    ...[0xbb, 0, 0, 0xe0, 0xfe], //                                     mov ebx, 0xfee00000: the local APIC
    ...[0xc7, 0x83, 0xf0, 0x00, 0, 0, 0xff, 0x01, 0, 0], //             mov dword [rbx + 0xf0], 0x1ff: it is on
    ...[0xc7, 0x83, 0x10, 0x03, 0, 0, 0, 0, 0, 1], //                   mov dword [rbx + 0x310], 1 << 24: to CPU 1
    ...[0xc7, 0x83, 0x00, 0x03, 0, 0, 0x00, 0x45, 0, 0], //             mov dword [rbx + 0x300], 0x4500: INIT
    ...[0xc7, 0x83, 0x00, 0x03, 0, 0, 0x08, 0x46, 0, 0], //             mov dword [rbx + 0x300], 0x4608: start at 0x8000
    ...jumpToItself,
  ];
  const image = readImage(elf64({ content: Uint8Array.from(code) }))!;
  const system = { image, commandLine: '', ramDisk: undefined };
  const { client, ended, pc } = await debuggedPc({ boot: { system }, memory: 4 * 2 ** 20, vcpus: 2 });
  const info = (thread: number) => Buffer.from(client.ask(`qThreadExtraInfo,${thread}`)!, 'hex').toString();
  assert.equal(client.ask('qfThreadInfo'), 'm1,2');
  assert.deepEqual([info(1), info(2)], ['vCPU 0, 64-bit, ring 0', 'vCPU 1, real mode, waiting']);
  // A guest that is stepped to its breakpoints runs freely on a CPU that it has just started, until it is stopped.
  while (!pc.vcpus[1]!.isRunnable) {
    const known = client.answers.length;
    client.send('c');
    setTimeout(() => client.raw('\x03'), 50);
    assert.match(await client.answer(known), /^T02/);
  }
  assert.equal(client.ask(`Z0,${hex(started + 1)},1`), 'OK');
  assert.equal(await client.wait('c'), 'T05thread:2;');
  // The offset in its segment, which begins there.
  assert.equal(client.ask(`p${RIP}`), littleEndian(1));
  assert.equal(info(2), 'vCPU 1, real mode');
  const first = pc.vcpus[0]!.instructionAddress;
  assert.equal(await client.wait('vCont;s:2'), 'T05thread:2;');
  assert.equal(client.ask(`p${RIP}`), littleEndian(2));
  assert.equal(pc.vcpus[0]!.instructionAddress, first);
  assert.equal(await client.wait('c'), 'T05thread:2;');
  assert.equal(client.ask(`p${RIP}`), littleEndian(1));
  client.send('k');
  assert.equal(await ended, 'killed');
});

test('a guest that cannot go on is looked into first', async () => {
  const { client, ended } = await debugged(...nop, ...jumpFar(RAM >> 4, 0));
  assert.equal(await client.wait('c'), 'T0bthread:1;');
  assert.equal(client.ask(`m${hex(CODE)},1`), '90');
  assert.equal(await client.wait('c'), 'W01');
  assert.equal(await ended, 'failed');
});

test('what is asked for and is not there is an error', async () => {
  const { client, ended } = await debugged(...jumpToItself);
  assert.deepEqual(
    ['m20000,4', `M${hex(RAM)},1:00`, 'pff', 'P12=00', 'Pff=00', 'Z2,0,1000000', 'T2'].map((each) => client.ask(each)),
    ['E0e', 'E0e', 'E16', 'E16', 'E16', 'E16', 'E16'],
  );
  // CR0 with paging and without protection.
  const [, cr0] = /<reg name="cr0" bitsize="64" regnum="(\d+)"/.exec(X86_DESCRIPTION)!;
  assert.equal(client.ask(`P${hex(Number(cr0))}=${littleEndian(0x8000_0000)}`), 'E16');
  assert.equal(client.ask(`m${hex(RAM - 2)},8`), '0000');
  const monitor = (command: string) =>
    Buffer.from(client.ask(`qRcmd,${Buffer.from(command).toString('hex')}`)!, 'hex').toString();
  assert.match(monitor('help'), /^translate ADDR/m);
  assert.equal(monitor('translate 0x1234'), 'vCPU 0: physical 0x1234\n');
  assert.match(monitor('translate'), /'' is not an address/);
  assert.match(monitor('state'), /^at 0x1000: eb fe/m);
  assert.match(Buffer.from(client.ask('qThreadExtraInfo,1')!, 'hex').toString(), /^vCPU 0, real mode$/);
  client.send('k');
  assert.equal(await ended, 'killed');
});

test('the command, confined, with a debugger at its port', async () => {
  const file = join(os.tmpdir(), 'letters.bin');
  writeFileSync(file, Uint8Array.from([...letters, ...hlt]));
  const script = ['bin/typevisor.cjs', 'run', '--on', 'kvm', '--raw', file, '--gdb', '0', '--gdb-wait'];
  const run = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let printed = '';
  run.stdout.on('data', (bytes) => {
    printed += bytes;
  });
  const ended = new Promise<number | null>((resolve) => run.on('close', resolve));
  const port = await new Promise<number>((resolve, reject) => {
    run.stderr.on('data', (bytes) => {
      said += bytes;
      const match = /waiting for gdb: target remote localhost:(\d+)\n/.exec(said);
      if (match !== null) resolve(Number(match[1]));
    });
    run.on('close', () => reject(new Error(said)));
  });
  const client = new GdbClient();
  const socket = connect(port, '127.0.0.1');
  socket.on('data', client.receive);
  client.connect((bytes) => void socket.write(bytes));
  assert.equal(await client.wait('?'), STOPPED);
  assert.equal(await client.wait(`Z0,${hex(letterAt(2))},1`), 'OK');
  assert.equal(await client.wait('c'), STOPPED);
  assert.equal(await client.wait(`p${RIP}`), littleEndian(letterAt(2)));
  client.send('k');
  assert.equal(await ended, 130);
  assert.equal(printed, 'AB');
});
