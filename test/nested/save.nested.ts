/** Snapshots of a guest that writes all the time (node:test). */
import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KvmSaver } from '../../cli/kvm-save.ts';
import { readKvmSnapshot } from '../../cli/kvm-snapshot.ts';
import { readImage } from '../../kvm/x86/boot/image.ts';
import { Pc, type PcOptions, RESTORED } from '../../kvm/x86/pc.ts';

const MEMORY = 16 * 2 ** 20;
const LOAD_ADDRESS = 0x10_0000;
const MULTIBOOT_MAGIC = 0x1bad_b002;
const HAS_ADDRESSES = 1 << 16;

/** Counts in a word of each page from 2 to 6 MiB, for ever: a multiboot image. */
function countingImage(): Uint8Array {
  // 1: mov edi, 0x200000; 2: inc dword [edi]; add edi, 0x1000; cmp edi, 0x600000; jb 2b; jmp 1b
  const code = [
    0xbf, 0, 0, 0x20, 0, 0xff, 0x07, 0x81, 0xc7, 0, 0x10, 0, 0, 0x81, 0xff, 0, 0, 0x60, 0, 0x72, 0xf0, 0xeb, 0xe9,
  ];
  const header = Uint32Array.of(
    ...[MULTIBOOT_MAGIC, HAS_ADDRESSES, -(MULTIBOOT_MAGIC + HAS_ADDRESSES)],
    ...[LOAD_ADDRESS, LOAD_ADDRESS, 0, 0, LOAD_ADDRESS + 32],
  );
  return Uint8Array.from([...new Uint8Array(header.buffer), ...code]);
}

function pc(boot: PcOptions['boot']): Pc {
  return new Pc({ boot, memory: MEMORY, vcpus: 1, output: () => {}, warn: assert.fail });
}

const image = countingImage();
const origin = { source: { image: readImage(image)!, commandLine: 'counting', ramDisk: undefined }, image };
const path = join(tmpdir(), 'counting.snapshot');

/** Where its registers and memory are. */
function position({ vcpus, memory }: Pc) {
  return { registers: vcpus[0]!.getRegisters(), memory: Buffer.from(memory.bytes) };
}

async function assertRestored(expected: ReturnType<typeof position>): Promise<void> {
  const file = openSync(path, 'r');
  const restored = pc(RESTORED);
  const { load, source } = await readKvmSnapshot(path, file);
  assert.equal(source.commandLine, 'counting');
  await restored.ready();
  load(restored);
  const { registers, memory } = position(restored);
  assert.deepEqual(registers, expected.registers);
  assert(memory.equals(expected.memory), 'its memory is another');
  const running = restored.run({ timeout: 50 });
  assert.deepEqual(await running, { kind: 'timeout' });
  assert(!restored.memory.bytes.every((byte, index) => byte === memory[index]), 'it does not go on');
  await restored.close();
  closeSync(file);
  rmSync(path);
}

async function runningFor(guest: Pc, milliseconds: number) {
  assert.deepEqual(await guest.run({ timeout: milliseconds }), { kind: 'timeout' });
}

test('a guest that stands still is saved, and restored in another machine', async () => {
  const guest = pc({ system: origin.source });
  await runningFor(guest, 50);
  assert(await new KvmSaver(path, origin).save(guest));
  const at = position(guest);
  await guest.close();
  await assertRestored(at);
});

test('a guest that runs is copied meanwhile, and is saved as it is when it stops', async () => {
  const guest = pc({ system: origin.source });
  const saver = new KvmSaver(path, origin);
  const running = guest.run();
  assert(await saver.prepare(guest));
  guest.stop();
  await running;
  const saved = saver.save(guest);
  const at = position(guest);
  // It goes on while the file is brought to the disk.
  await runningFor(guest, 50);
  assert(await saved);
  await guest.close();
  await assertRestored(at);
});

test('a copy that is not complete when the guest is left is made in whole', async () => {
  const guest = pc({ system: origin.source });
  const saver = new KvmSaver(path, origin);
  await runningFor(guest, 50);
  const prepared = saver.prepare(guest);
  const saved = saver.save(guest);
  const at = position(guest);
  assert.equal(await prepared, false);
  assert(await saved);
  await guest.close();
  await assertRestored(at);
});

test('a guest that ends while it is copied leaves no file behind', async () => {
  const guest = pc({ system: origin.source });
  const saver = new KvmSaver(path, origin);
  const prepared = saver.prepare(guest);
  saver.cancel();
  await guest.close();
  assert.equal(await prepared, false);
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith('counting.snapshot')),
    [],
  );
});

test('a file that is damaged in its memory is refused', async () => {
  const guest = pc({ system: origin.source });
  assert(await new KvmSaver(path, origin).save(guest));
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.of(1, 2, 3), 0, 3, 0x1234);
  const { load } = await readKvmSnapshot(path, file);
  assert.throws(() => load(guest), /the checksum of its memory is wrong/);
  await guest.close();
  closeSync(file);
  rmSync(path);
});
