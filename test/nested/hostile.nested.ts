/** Guests that do what no driver or kernel would: each ends as it must, and leaves nothing behind (node:test). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openNetworks, parseNet } from '../../cli/networks.ts';
import { MemoryDisk } from '../../devices/disk/memory-disk.ts';
import type { StopReason } from '../../kvm/stop-reason.ts';
import { readImage } from '../../kvm/x86/boot/image.ts';
import type { FlatMode } from '../../kvm/x86/boot/load.ts';
import { elf64 } from '../../kvm/x86/boot/testing/images.ts';
import type { PcOptions } from '../../kvm/x86/pc.ts';
import { virtioDevices } from '../../machine/virtio.ts';
import { randomBytes } from '../random.ts';
import { holdings, holdingsAfter } from './leftovers.ts';
import { type Outcome, runPc } from './run-pc.ts';

/** In the folder that this runs in: what `hostileFiles` has assembled. */
const HOSTILE_PROGRAMS = 'hostile';
const MIB = 2 ** 20;
const MEMORY = 4 * MIB;
/** Of a guest that has no end of its own, in milliseconds. */
const TIMEOUT = 400;
/** A guest that has one comes to it, however slow the computer. */
const PATIENCE = Number.POSITIVE_INFINITY;

type End = StopReason['kind'];

interface Expectation {
  /** As the program of a PC with disk, network, console and random numbers. */
  readonly pc: readonly End[];
  /** As a flat program, which has no interrupt controllers: where that is worth a run of its own. */
  readonly flat?: readonly End[];
  readonly vcpus?: number;
}

/** Processors differ in what they make of these, and so do the emulators in place of them. */
const ANY: readonly End[] = ['failed', 'timeout', 'halted', 'reset', 'power-off'];

const expectations: Readonly<Record<string, Expectation>> = {
  'acpi-overwritten': { pc: ['power-off'] },
  controllers: { pc: ['timeout', 'failed'] },
  'control-registers': { pc: ['failed'], flat: ['failed'] },
  'cpuid-storm': { pc: ['timeout'] },
  'halt-for-ever': { pc: ['timeout'], flat: ['halted'] },
  hypercalls: { pc: ['timeout', 'failed'] },
  'init-in-flight': { pc: ['power-off'], vcpus: 2 },
  'ipi-storm': { pc: ['timeout', 'failed'], vcpus: 4 },
  'jump-beyond-memory': { pc: ['failed'] },
  'jump-not-canonical': { pc: ['failed'] },
  'jump-to-device': { pc: ['failed'] },
  loop: { pc: ['timeout'] },
  'looping-page-tables': { pc: ['failed'] },
  'mmio-float': { pc: ['failed'] },
  'mmio-locked': { pc: ['failed', 'timeout'], flat: ['failed', 'halted'] },
  'mmio-widths': { pc: ['timeout'], flat: ['timeout'] },
  msrs: { pc: ['timeout', 'failed'], flat: ['halted', 'failed', 'timeout'] },
  'no-page-tables': { pc: ['failed'] },
  'over-memorys-end': { pc: ['failed'], flat: ['failed'] },
  'packed-loop': { pc: ['power-off'] },
  'port-reads': { pc: ['timeout'] },
  'port-writes': { pc: ['timeout'] },
  'rep-ins': { pc: ['timeout', 'failed'] },
  'rep-mmio': { pc: ['timeout', 'failed'] },
  'rep-outs': { pc: ['timeout', 'failed'] },
  'reset-in-flight': { pc: ['power-off'] },
  'self-ipi': { pc: ['timeout'], flat: ['timeout', 'failed'] },
  'self-modifying': { pc: ['power-off'] },
  'stack-runs-out': { pc: ['failed'] },
  'tables-overwritten': { pc: ['failed'] },
  'triple-fault': { pc: ['failed'], flat: ['failed'] },
  vmrun: { pc: ['power-off'], flat: ['power-off'] },
  'wild-virtio': { pc: ['power-off', 'timeout'], vcpus: 2 },
  x2apic: { pc: ['timeout', 'failed'], vcpus: 2 },
};

const programs = readdirSync(HOSTILE_PROGRAMS)
  .filter((file) => file.endsWith('.bin'))
  .map((file) => file.slice(0, -'.bin'.length))
  .sort();
const program = (name: string) => readFileSync(`${HOSTILE_PROGRAMS}/${name}.bin`);

/** A PC with one device of each kind, whose warnings are counted. */
async function runSystem(code: Uint8Array, vcpus: number, timeout = TIMEOUT) {
  const { networks, close } = await openNetworks([parseNet('user')]);
  const drives = [{ disk: new MemoryDisk(64 * 512) }];
  const surroundings = { counted: false, transmit: () => {}, now: () => Math.floor(performance.now()) };
  const { models } = virtioDevices({ drives, networks, console: 'virtio', rng: true }, surroundings);
  const warnings: string[] = [];
  const image = readImage(elf64({ content: code }))!;
  const options: Partial<PcOptions> = {
    memory: MEMORY,
    vcpus,
    virtio: models,
    warn: (message) => warnings.push(message),
  };
  const boot = { system: { image, commandLine: '', ramDisk: undefined } };
  const outcome = await runPc({ ...options, boot }, timeout);
  close();
  return { ...outcome, warnings };
}

const runFlat = (mode: FlatMode, address: number, bytes: Uint8Array, timeout = TIMEOUT) =>
  runPc({ boot: { flat: { mode, address, bytes } }, memory: MEMORY }, timeout);

const timeFor = (ends: readonly End[]) => (ends.includes('timeout') ? TIMEOUT : PATIENCE);

let tried = 0;

async function leavesNothing<T extends Outcome>(run: () => Promise<T>): Promise<T> {
  const before = holdings();
  const outcome = await run();
  tried++;
  assert.deepEqual(await holdingsAfter(before), before);
  const { reason } = outcome;
  if (reason.kind === 'failed') {
    assert.match(reason.summary, /\S/);
    assert.match(reason.report, /^at 0x[0-9a-f]+:/m, 'a report has the bytes of the instruction');
  }
  return outcome;
}

test('there is an expectation for each program', async () => {
  assert.deepEqual(programs, Object.keys(expectations).sort());
  // What a process loads and starts once.
  await runSystem(program('acpi-overwritten'), 2);
});

for (const [name, { pc, flat, vcpus = 1 }] of Object.entries(expectations)) {
  test(`${name}, on a PC`, async () => {
    const { reason } = await leavesNothing(() => runSystem(program(name), vcpus, timeFor(pc)));
    assert(pc.includes(reason.kind), JSON.stringify(reason));
  });
  if (flat === undefined) continue;
  test(`${name}, as a flat program`, async () => {
    const { reason } = await leavesNothing(() => runFlat('long', MIB, program(name), timeFor(flat)));
    assert(flat.includes(reason.kind), JSON.stringify(reason));
  });
}

/** The seed of both its CPUs, in place of the one that is there. */
function seeded(seed: number): Uint8Array {
  const code = Uint8Array.from(program('wild-virtio'));
  const view = new DataView(code.buffer);
  for (const [old, value] of [
    [0x9e37_79b9, 0x9e37_79b9 ^ seed],
    [0x1_2345, 0x1_2345 + seed],
  ] as const) {
    const at = code.findIndex((_, index) => index + 4 <= code.length && view.getUint32(index, true) === old);
    view.setUint32(at, value, true);
  }
  return code;
}

test('rings that change while devices look at them: devices complain, and go on for the next driver', async () => {
  const complaints = new Set<string>();
  for (let seed = 1; seed <= 3; seed++) {
    const { reason, warnings } = await leavesNothing(() => runSystem(seeded(seed), 2, PATIENCE));
    assert.equal(reason.kind, 'power-off', JSON.stringify(reason));
    for (const each of warnings) complaints.add(each.replaceAll(/\d+/g, 'N'));
    // No more of them from each device than people read.
    assert(warnings.length <= 4 * 9, `${warnings.length} warnings`);
  }
  console.log(`# ${complaints.size} kinds of complaint`);
  assert(complaints.size >= 5, [...complaints].join('\n'));
});

for (const mode of ['real', 'protected', 'long'] as const) {
  test(`random bytes as a program, in ${mode} mode`, async () => {
    const ends = new Set<string>();
    for (let seed = 1; seed <= 4; seed++) {
      const { reason } = await leavesNothing(() => runFlat(mode, 0x1_0000, randomBytes(seed, 0x4_0000), 200));
      assert(ANY.includes(reason.kind), JSON.stringify(reason));
      ends.add(reason.kind);
    }
    console.log(`# ${mode}: ${[...ends].join(', ')}`);
  });
}

test('a guest that resets its machine again and again', async () => {
  const reset = Uint8Array.of(0xb0, 0xfe, 0xe6, 0x64, 0xf4); // mov al, 0xfe; out 0x64, al; hlt
  const run = () => leavesNothing(() => runFlat('long', MIB, reset));
  await run();
  const before = process.memoryUsage.rss();
  for (let round = 0; round < 20; round++) assert.equal((await run()).reason.kind, 'reset');
  const grown = (process.memoryUsage.rss() - before) / MIB;
  console.log(`# ${grown.toFixed(0)} MiB more after 20 machines`);
  assert(grown < 100, `${grown} MiB`);
});

test('the number of hostile runs', () => {
  console.log(`# ${tried} hostile runs tried`);
  assert(tried > 60);
});
