/** The command as a user meets it: what it prints, and how it ends. */
import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { readFdt } from '../machine/fdt.ts';
import { typevisor } from '../test/typevisor.ts';
import { readElf } from '../toolchain/elf.ts';
import { TemporaryFolder } from './files.ts';

const folder = new TemporaryFolder();
const path = (name: string) => folder.pathOf(name);
const source = (name: string, ...lines: string[]) => folder.write(name, Buffer.from(`${lines.join('\n')}\n`));
afterAll(() => folder[Symbol.dispose]());

const abc = 'bare/guests/abc.S';
const cleanEnd = 'typevisor: done: 1 shut down, 0 failed';

/** A program that ends the machine through the test finisher, with no hypervisor in sight. */
const powerOff = source('power-off.S', 'li t0, 0x100000', 'li t1, 0x5555', 'sw t1, 0(t0)', '1: j 1b');
const failure = source('failure.S', 'li t0, 0x100000', 'li t1, 0x73333', 'sw t1, 0(t0)', '1: j 1b');
const loop = source('loop.S', '1: j 1b');
/** Jumps where a guest has nothing. */
const wild = source('wild.S', 'li t0, 0x40000000', 'jr t0');
/** Prints, then shuts down with the reason "system failure". */
const givesUp = source('gives-up.S', 'li a0, 0', 'li a1, 1', 'li a6, 0', 'li a7, 0x53525354', 'ecall');

async function assemble(file: string): Promise<string> {
  const elf = `${file}.elf`;
  expect(await typevisor(['asm', file, '-o', elf])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  return elf;
}

describe('run', () => {
  test('an assembly guest', async () => {
    const { exitCode, stdout, stderr } = await typevisor(['run', abc, '--memory', '8M']);
    const lines = stdout.split('\n');
    expect(lines).toContain('ABC');
    expect(lines).toContain('typevisor: guest abc: shut down');
    expect(lines.at(-2)).toBe(cleanEnd);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  test('a TypeScript guest', async () => {
    const { exitCode, stdout } = await typevisor(['run', 'bare/guests/hello.ts', '--memory', '8M']);
    expect(stdout).toContain('Hello from hart 0, the device tree is at 0x80');
    expect(exitCode).toBe(0);
  });

  test('a TypeScript guest that fails a check says where, and counts as failed', async () => {
    const file = source(
      'bounds.ts',
      'const a = new StaticArray<u8>(2);',
      'export function main(hart: u64): void {',
      '  a[2 + <i32>hart] = 1;',
      '}',
    );
    const { exitCode, stdout } = await typevisor(['run', file, '--memory', '8M']);
    expect(stdout).toMatch(/abort: Index out of range at .*:\d+:\d+/);
    expect(exitCode).toBe(2);
  });

  test('ELF and raw binary', async () => {
    const elf = path('abc.elf');
    await typevisor(['asm', abc, '-o', elf]);
    const raw = folder.write('abc.bin', readElf(folder.read('abc.elf')).segments[0]!.bytes);
    for (const file of [elf, raw]) {
      expect((await typevisor(['run', file, '--memory', '8M', '--quiet'])).stdout).toBe('ABC\n');
    }
  });

  test('an assembly guest with files that it includes, which lie beside it', async () => {
    mkdirSync(path('parts'), { recursive: true });
    source('parts/outer.h', '#include "inner.h"');
    source('parts/inner.h', "#define LETTER 'Q'");
    const file = source(
      'includes.S',
      '#include "parts/outer.h"',
      'li a0, LETTER',
      'li a7, 1',
      'ecall',
      'li a7, 8',
      'ecall',
    );
    expect((await typevisor(['run', file, '--memory', '8M', '--quiet'])).stdout).toBe('Q\n');
  });

  test('several at once, with a report of each', async () => {
    const { exitCode, stdout } = await typevisor(['run', abc, wild, abc, '--memory', '8M']);
    expect(stdout).toMatch(/^typevisor: guest abc: shut down$/m);
    expect(stdout).toMatch(/^typevisor: guest wild: stopped: /m);
    expect(stdout).toMatch(/^typevisor: guest abc-2: shut down$/m);
    expect(stdout).toMatch(/^typevisor: done: 2 shut down, 1 failed$/m);
    expect(exitCode).toBe(2);
  });

  test('on several harts', async () => {
    const { exitCode, stdout } = await typevisor(['run', abc, '--memory', '8M', '--smp', '4']);
    expect(stdout).toContain('ABC');
    expect(exitCode).toBe(0);
  });

  test('--quiet leaves what the guest printed', async () => {
    const outcome = await typevisor(['run', abc, '--memory', '8M', '--quiet']);
    expect(outcome).toEqual({ exitCode: 0, stdout: 'ABC\n', stderr: '' });
  });

  test('--quiet leaves nothing of the report of a guest that was stopped', async () => {
    expect(await typevisor(['run', wild, '--memory', '8M', '--quiet'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: '',
    });
  });

  test('--trace shows each exit', async () => {
    const { stdout } = await typevisor(['run', abc, '--memory', '8M', '--trace']);
    expect(stdout.match(/^typevisor: exit of abc: environment call from VS-mode/gm)).toHaveLength(5);
  });

  test('--trace FILE writes each exit, and prints a table of them', async () => {
    const file = path('exits.json');
    const { stderr, exitCode } = await typevisor(['run', abc, '--memory', '8M', '--trace', file]);
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'));
    const calls = traceEvents.filter(({ name }: { name: string }) => name.startsWith('SBI '));
    // The shutdown does not come back, so it is no exit that has ended.
    expect(calls).toHaveLength(4);
    expect(calls.every(({ args }: { args: { instructions: number } }) => args.instructions > 20)).toBe(true);
    expect(traceEvents[0]).toEqual({ name: 'process_name', ph: 'M', pid: 1, args: { name: 'abc' } });
    expect(stderr).toMatch(/^exits +instructions +us +all us +cause$/m);
    expect(exitCode).toBe(0);
  });

  test('--trace does not write over what could be a source', async () => {
    const { stderr, exitCode } = await typevisor(['run', abc, '--trace', abc]);
    expect(stderr).toBe(`typevisor: --trace ${abc}: name a file that ends in .json\n`);
    expect(exitCode).toBe(1);
  });

  test('stdin is the console', async () => {
    const echo = source(
      'echo.ts',
      "import { print, readByte } from 'typevisor/guests/console';",
      'export function main(): void {',
      '  let byte = readByte();',
      '  while (byte != 0x0a) {',
      "    if (byte >= 0) print('<' + String.fromCharCode(byte) + '>');",
      '    byte = readByte();',
      '  }',
      '}',
    );
    const { stdout } = await typevisor(['run', echo, '--memory', '8M', '--quiet', '--timeout', '20'], {
      input: 'xyz\n',
    });
    expect(stdout).toContain('<x><y><z>');
  });

  test("the guest's command line and RAM disk are in its device tree", async () => {
    const show = source(
      'show.ts',
      "import { print, printCString } from 'typevisor/guests/console';",
      "import { fdtFind, fdtProperty, fdtPropertyData } from 'typevisor/lib/fdt';",
      'export function main(hart: u64, dtb: usize): void {',
      "  const chosen = fdtFind(dtb, '/chosen');",
      "  printCString(fdtPropertyData(fdtProperty(dtb, chosen, 'bootargs')));",
      "  print(fdtProperty(dtb, chosen, 'linux,initrd-start') ? ' with initrd\\n' : ' without\\n');",
      '}',
    );
    const initrd = folder.write('initrd', Buffer.from('contents'));
    const args = ['run', show, '--memory', '8M', '--quiet', '--append', 'root=/dev/ram quiet'];
    expect((await typevisor([...args, '--initrd', initrd])).stdout).toBe('root=/dev/ram quiet with initrd\n');
    expect((await typevisor(args)).stdout).toBe('root=/dev/ram quiet without\n');
  });
});

describe('exit codes', () => {
  test('2 when the hypervisor stops a guest', async () => {
    expect((await typevisor(['run', wild, '--memory', '8M'])).exitCode).toBe(2);
  });
  test('2 when a guest gives a failure as the reason of its shutdown', async () => {
    expect((await typevisor(['run', givesUp, '--memory', '8M'])).exitCode).toBe(2);
  });
  test('3 when the machine ends without a report', async () => {
    const [program] = readElf(readFileSync(await assemble(powerOff))).segments;
    const bios = folder.write('power-off.bin', program!.bytes);
    const { exitCode, stderr } = await typevisor(['run', abc, '--memory', '8M', '--bios', bios]);
    expect(stderr).toBe('typevisor: the hypervisor gave no report: the guest powered the machine off\n');
    expect(exitCode).toBe(3);
  });
  test('124 when the time is over', async () => {
    const { exitCode } = await typevisor(['run', loop, '--memory', '8M', '--timeout', '0.5']);
    expect(exitCode).toBe(124);
  });
  test('130 after an interrupt', async () => {
    const { exitCode } = await typevisor(['run', loop, '--memory', '8M', '--timeout', '20'], {
      onOutput: (stdout, kill) => {
        if (stdout.includes('guest loop: ')) kill('SIGINT');
      },
    });
    expect(exitCode).toBe(130);
  });
});

describe('run --on qemu --dry-run', () => {
  test('prints a command line', async () => {
    const { exitCode, stdout } = await typevisor(['run', abc, '--on', 'qemu', '--dry-run', '--smp', '2'], {
      env: { TYPEVISOR_QEMU: 'my qemu' },
    });
    expect(stdout).toMatch(/^'my qemu' -M virt -cpu rv64,h=true -smp 2 -m \d+M .* -bios default -kernel \S+\.elf /);
    expect(stdout).toMatch(
      / -device guest-loader,addr=0x88000000,kernel=\S+ -device guest-loader,addr=0x88200000,kernel=\S+\n$/,
    );
    expect(exitCode).toBe(0);
  });
});

describe('build', () => {
  test('an ELF that runs with guests given beside it', async () => {
    const elf = path('hypervisor.elf');
    expect(await typevisor(['build', '-o', elf])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const { stdout } = await typevisor(['machine', '--kernel', elf, '--timeout', '20']);
    expect(stdout).toContain('typevisor: done: 0 shut down, 0 failed');
  });

  test('with a guest inside', async () => {
    const elf = path('with-guest.elf');
    await typevisor(['build', '--guest', abc, '-o', elf]);
    const { exitCode, stdout } = await typevisor(['machine', '--kernel', elf, '--memory', '256M', '--timeout', '20']);
    expect(stdout).toContain('ABC');
    expect(stdout).toContain(cleanEnd);
    expect(exitCode).toBe(0);
  });

  test('a flat binary with the header of a Linux Image', async () => {
    const image = path('Image');
    await typevisor(['build', '--guest', abc, '--flat', '-o', image]);
    expect(String.fromCharCode(...folder.read('Image').subarray(56, 60))).toBe('RSC\x05');
    const { stdout } = await typevisor(['machine', '--kernel', image, '--memory', '256M', '--timeout', '20']);
    expect(stdout).toContain(cleanEnd);
  });
});

describe('machine', () => {
  test('ends as its program does', async () => {
    const [good, bad, endless] = [await assemble(powerOff), await assemble(failure), await assemble(loop)];
    const bare = (elf: string, ...more: string[]) => typevisor(['machine', '--bios', elf, ...more]);
    expect((await bare(good)).exitCode).toBe(0);
    expect(await bare(bad)).toMatchObject({ exitCode: 2, stderr: 'typevisor: the guest ended with failure code 7\n' });
    expect((await bare(endless, '--timeout', '0.5')).exitCode).toBe(124);
  });

  test('--dump-dtb writes its device tree', async () => {
    const file = path('virt.dtb');
    await typevisor(['machine', '--smp', '3', '--memory', '64M', '--append', 'quiet', '--dump-dtb', file]);
    const { root } = readFdt(folder.read('virt.dtb'));
    expect(root.find('cpus')!.children.filter(({ name }) => name.startsWith('cpu@'))).toHaveLength(3);
    expect(root.find('chosen')!.strings('bootargs')).toEqual(['quiet']);
  });
});

describe('objdump', () => {
  test('shows the instructions of a source with their labels', async () => {
    const { exitCode, stdout } = await typevisor(['objdump', abc]);
    expect(stdout).toMatch(/<_start>:\n; bare\/guests\/abc\.S:5\n80200000:\s.*\bli\s+s0,65\n/);
    expect(exitCode).toBe(0);
  });
});

describe('help', () => {
  test.each([['run'], ['build'], ['machine'], ['get'], ['asm'], ['objdump']])('of %s has examples', async (command) => {
    const { exitCode, stdout, stderr } = await typevisor([command, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: typevisor ${command} `));
    expect(stdout).toContain(`\nExamples:\n  typevisor ${command} `);
    expect(stdout).toContain('\nExit codes:\n');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('without a command is the usage, and a failure', async () => {
    const { exitCode, stdout, stderr } = await typevisor([]);
    expect(stderr).toMatch(/^Usage: typevisor /);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });
});
