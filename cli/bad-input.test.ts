/** Whatever is wrong with the user's input is one clear line on stderr, exit code 1, and no stack trace. */
import { chmodSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SpawnOptions, typevisor } from '../test/typevisor.ts';
import { TemporaryFolder } from './files.ts';

const folder = new TemporaryFolder();
const path = (name: string) => folder.pathOf(name);
afterAll(() => folder[Symbol.dispose]());

const source = (name: string, ...lines: string[]) => folder.write(name, Buffer.from(`${lines.join('\n')}\n`));

async function expectLine(line: RegExp, args: readonly string[], options?: SpawnOptions): Promise<void> {
  const { exitCode, stdout, stderr } = await typevisor(args, options);
  expect(stderr).toMatch(/^typevisor: [^\n]+\n$/);
  expect(stderr).toMatch(line);
  expect(stdout).toBe('');
  expect(exitCode).toBe(1);
}

/** Offsets in an ELF header and a program header: ELF-64 object file format. */
const E_MACHINE = 18;
const EI_CLASS = 4;
const FIRST_PROGRAM_HEADER = 64;
const P_PADDR = 24;
const PROGRAM_HEADER_SIZE = 56;

let guest: Uint8Array;
beforeAll(async () => {
  source('good.S', '_start: ecall', '.rodata', '.dword 1');
  const { stderr } = await typevisor(['asm', path('good.S'), '-o', path('good.elf')]);
  expect(stderr).toBe('');
  guest = folder.read('good.elf');
});

/** The good guest with bytes changed. */
function damaged(name: string, change: (view: DataView<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(guest);
  change(new DataView(bytes.buffer));
  return folder.write(name, bytes);
}

describe('files', () => {
  test('there is none', () => expectLine(/: no guest given; try: typevisor run /, ['run']));
  test('missing', () => expectLine(/nowhere\.elf: no such file$/m, ['run', path('nowhere.elf')]));
  test('missing source', () => expectLine(/nowhere\.ts: no such file$/m, ['run', path('nowhere.ts')]));
  test('a folder', () => expectLine(/: is a folder, not a file$/m, ['run', folder.path]));
  test('empty', () => expectLine(/: the file is empty$/m, ['run', folder.write('empty.bin', new Uint8Array())]));
  test('missing initrd', () =>
    expectLine(/none\.cpio: no such file/, ['run', path('good.S'), '--initrd', 'none.cpio']));
  test('missing firmware', () => expectLine(/none\.bin: no such file/, ['run', path('good.S'), '--bios', 'none.bin']));
  test('unwritable output', () =>
    expectLine(/: no such file$/m, ['asm', path('good.S'), '-o', path('no-folder/out.elf')]));
});

describe('ELF files', () => {
  test('for another architecture', () =>
    expectLine(/other\.elf: .*AArch64/, ['run', damaged('other.elf', (view) => view.setUint16(E_MACHINE, 183, true))]));
  test('32-bit', () =>
    expectLine(/rv32\.elf: .*32-bit/, ['run', damaged('rv32.elf', (view) => view.setUint8(EI_CLASS, 1))]));
  test('truncated', () =>
    expectLine(/cut\.elf: .*truncated/, ['run', folder.write('cut.elf', guest.subarray(0, guest.length / 2))]));
  test('truncated in its header', () =>
    expectLine(/head\.elf: .*truncated/, ['run', folder.write('head.elf', guest.subarray(0, 20))]));
  test('with segments that overlap', () => {
    const change = (view: DataView) => {
      const first = view.getBigUint64(FIRST_PROGRAM_HEADER + P_PADDR, true);
      view.setBigUint64(FIRST_PROGRAM_HEADER + PROGRAM_HEADER_SIZE + P_PADDR, first, true);
    };
    return expectLine(/two segments overlap: 0x80200000/, ['run', damaged('overlap.elf', change)]);
  });
  test('with a segment outside guest memory', () =>
    expectLine(/segment 0x80200000\.\..* is outside guest memory 0x80000000\.\.0x801fffff/, [
      ...['run', path('good.elf'), '--memory', '2M'],
    ]));
  test('given to objdump, and none', () =>
    expectLine(/text\.txt: this is not an ELF file/, ['objdump', folder.write('text.txt', Buffer.from('text'))]));
});

describe('sources', () => {
  test('an assembler error', async () => {
    const file = source('bad.S', '_start:', '    nonsense a0');
    await expectLine(/bad\.S:2:5: .*nonsense/, ['run', file]);
  });
  test('an included file that is missing', async () => {
    const file = source('includes.S', '#include "nothing.h"', '_start:');
    await expectLine(/includes\.S:1:1: .*cannot include 'nothing\.h': .*no such file/, ['run', file]);
  });
  test('an undefined symbol', async () => {
    const file = source('undefined.S', '_start:', '    call nobody');
    await expectLine(/undefined\.S:2: .*nobody/, ['run', file]);
  });
  test('a compiler error', async () => {
    const file = source('bad.ts', 'export function main(): void {', '  const x: i32 = y;', '}');
    await expectLine(/bad\.ts:2:18: .*'y'/, ['run', file]);
  });
  test('a guest without main', async () => {
    const file = source('empty.ts', 'export function other(): void {}');
    await expectLine(/no exported member 'main'/, ['run', file]);
  });
  test('floating point', async () => {
    const text = 'let x: f64 = 1;\nexport function main(): void {\n  x = x * 2;\n}\n';
    await expectLine(/float\.ts:3: .*float/, ['run', folder.write('float.ts', Buffer.from(text))]);
  });
  test('a missing import', async () => {
    const file = folder.write(
      'import.ts',
      Buffer.from("import { x } from './nothing';\nexport function main(): void { x(); }\n"),
    );
    await expectLine(/import\.ts:1:.*nothing.*not found/, ['run', file]);
  });
  test('asm of something else', () => expectLine(/not an assembly source/, ['asm', path('good.elf')]));
});

describe('options', () => {
  const good = () => path('good.S');
  test.each([
    ['--memory', '64X', /--memory 64X: not a size/],
    ['--memory', '5000', /--memory 5000: 5000 bytes are not a multiple of 4 KiB/],
    ['--memory', '64K', /--memory 64K: too small; give at least 1M/],
    ['--memory', '8G', /host memory together, and the built-in machine has at most 3G/],
    ['--host-memory', '64M', /--host-memory 64M: too small for 1 guest/],
    ['--smp', '9', /--smp 9: give a whole number from 1 to 8/],
    ['--timeout', '0', /--timeout 0: give a number of seconds above 0/],
    ['--on', 'mars', /--on mars: no such host; there are auto, machine, qemu and kvm/],
    ['--memry', '64M', /unknown option '--memry' \(Did you mean --memory\?\)/],
  ])('%s %s', (option, value, line) => expectLine(line, ['run', good(), option, value]));
  test('--dry-run without QEMU', () => expectLine(/add --on qemu/, ['run', good(), '--dry-run']));
  test('without its value', () => expectLine(/'--memory <size>' argument missing/, ['run', good(), '--memory']));
  test('an unknown command', () => expectLine(/unknown command 'rum' \(Did you mean run\?\)/, ['rum']));
});

describe('the bare machine', () => {
  test('has nothing to run', () => expectLine(/nothing to run: give a --kernel/, ['machine']));
  test('too little memory', () =>
    expectLine(/does not fit into RAM/, ['machine', '--bios', path('good.elf'), '--memory', '1M']));
  test.each([
    [['--linux'], /Linux has not been fetched yet: run typevisor get linux first/],
    [
      ['--bios', 'opensbi', '--kernel', 'k'],
      /: no such file|OpenSBI has not been fetched yet: run typevisor get linux/,
    ],
  ])('%j without what typevisor get linux fetches', (options, line) =>
    expectLine(line, ['machine', ...options], { env: { TYPEVISOR_CACHE: folder.path } }),
  );
  test('a memory size it cannot have', () =>
    expectLine(/--memory 1028K: the machine has up to 3G, in steps of 64 KiB/, [
      ...['machine', '--bios', path('good.elf'), '--memory', '1028K'],
    ]));
  test('an initrd larger than memory', () =>
    expectLine(/the initrd at 0x81200000\.\..* does not fit into RAM at 0x80000000\.\.0x81ffffff/, [
      ...['machine', '--kernel', folder.write('kernel.bin', new Uint8Array(64)), '--memory', '32M'],
      ...['--initrd', folder.write('large.cpio', new Uint8Array(33 * 2 ** 20))],
    ]));
  test('a truncated compressed kernel', () =>
    expectLine(/the kernel is compressed by gzip, and damaged or incomplete/, [
      ...['machine', '--kernel', folder.write('Image.gz', gzipSync(Buffer.from('kernel')).subarray(0, 20))],
    ]));
  test('an ELF for another machine', () =>
    expectLine(/x86-64/, [
      'machine',
      '--kernel',
      damaged('kernel.elf', (view) => view.setUint16(E_MACHINE, 62, true)),
    ]));
});

describe('get', () => {
  test('something else', () => expectLine(/get windows: there is only linux to get/, ['get', 'windows']));
  test('of no suite', () => expectLine(/--suite \.\.: not the name of a suite/, ['get', 'linux', '--suite', '..']));
  test('without apt', () =>
    expectLine(
      /this system has no apt and dpkg, .*; give your own files: typevisor machine --kernel/,
      ['get', 'linux'],
      {
        env: { PATH: folder.path, TYPEVISOR_CACHE: folder.path },
      },
    ));
});

describe('KVM', () => {
  const onKvm = (line: RegExp, ...args: string[]) => expectLine(line, ['run', '--on', 'kvm', ...args]);
  const flat = folder.write('flat.bin', Uint8Array.of(0xf4));

  test.each([
    ['--at', '0x1000'],
    ['--mode', 'long'],
    ['--restore', 'vm.snapshot'],
  ])('%s elsewhere', (option, value) =>
    expectLine(new RegExp(`${option} is for guests on KVM: add --on kvm`), ['run', path('good.S'), option, value]),
  );
  test('has no guest', () => onKvm(/no guest given; try: typevisor run --on kvm /));
  test('has two', () => onKvm(/KVM runs one guest at a time; leave out b/, 'a', 'b'));
  test('a file that is no guest for x86', () => onKvm(/good\.S: not a guest for x86-64: /, path('good.S')));
  test('a damaged one', () => {
    const bytes = new Uint8Array(0x1000);
    bytes.set([0x55, 0xaa], 0x1fe);
    bytes.set(new TextEncoder().encode('HdrS'), 0x202);
    return onKvm(/old\.bin: a Linux kernel of boot protocol 0\.0; 2\.12 or newer/, folder.write('old.bin', bytes));
  });
  test.each([
    [['--raw', flat, '--at', 'here'], /--at here: not an address/],
    [
      ['--raw', flat, '--at', '0x1000', '--mode', 'long'],
      /flat\.bin: 0x1000: below 0x10000 are stack and tables of long/,
    ],
    [['--raw', flat, '--mode', 'virtual'], /--mode virtual: no such mode; there are real, protected, long/],
    [['x', '--mode', 'long'], /--mode is how a flat program is entered: add --raw/],
    [['--at', '0x1000'], /no guest given/],
    [['x', '--at', '0x1000'], /--at is where a flat program is loaded: add --raw/],
    [['--raw', flat, '--trace'], /--trace is about the RISC-V hypervisor/],
    [['--raw', flat, '--bios', 'x'], /--bios: guests on KVM are entered without firmware/],
    [['--raw', flat, '--vcpus', '9'], /--vcpus 9: give a whole number from 1 to 8/],
    [['--raw', flat, '--memory', '1M'], /--memory 1M: too small; give at least 2M/],
    [['--raw', flat, '--net'], /--net: a guest on KVM has no other guests to talk to; write --net user/],
    [['--raw', flat, '--net', 'x'], /--net x: write user or none/],
    [['--raw', flat, '--save', 'x'], /--save: a flat program cannot be saved/],
    [['x', '--restore', flat], /--restore: the snapshot has the guest; name no other/],
    [['--restore', flat], /flat\.bin: this is not a snapshot/],
    [['--raw', path('nothing')], /nothing: no such file/],
  ])('%j', (args, line) => onKvm(line, ...args));
  test('--raw elsewhere', () =>
    expectLine(/--raw is for guests on KVM: add --on kvm/, ['run', '--on', 'machine', '--raw', flat]));
});

describe('QEMU', () => {
  /** A program that answers as QEMU would. */
  function fakeQemu(name: string, version: string): string {
    const file = path(name);
    const script = `console.log('QEMU emulator version ${version}'); process.exit(process.argv[2] === '--version' ? 0 : 1);`;
    writeFileSync(file, `#!${process.execPath}\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const runWith = (qemu: string, line: RegExp) =>
    expectLine(line, ['run', path('good.S'), '--on', 'qemu'], { env: { TYPEVISOR_QEMU: qemu } });

  test('is not there', () => runWith(path('no-qemu'), /no-qemu: cannot be run; install QEMU/));
  if (process.platform !== 'win32') {
    test('is too old', () =>
      runWith(fakeQemu('old-qemu', '5.2.0'), /is version 5\.2\.0; QEMU 7\.0 or newer is needed/));
    test('has no hypervisor extension', () =>
      runWith(fakeQemu('plain-qemu', '8.0.0'), /its rv64 CPU has no hypervisor extension/));
  }
});
