/** gdb itself (Debian: gdb-multiarch), attached to a run of the command by `--gdb`. */
import { spawn } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { TemporaryFolder } from '../../cli/files.ts';
import { program } from '../../machine/testing/test-machine.ts';
import { main } from '../../test/typevisor.ts';
import { writeElf } from '../../toolchain/elf.ts';
import { runGdb } from '../../toolchain/testing/gdb.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const SOURCE = `
    la   s0, data
1:  addi a0, a0, 1
    sd   a0, 8(s0)
    j    1b
.balign 8
data: .dword 0x1122334455667788, 0
`;

/** What gdb says to `commands` about a run that waits for it, and the exit code of the run. */
async function debugRun(args: readonly string[], commands: readonly string[]) {
  const run = spawn(process.execPath, [main, ...args, '--gdb', '0', '--gdb-wait'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => run.once('close', resolve));
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let said = '';
      run.stderr.on('data', (bytes: Uint8Array) => {
        said += String(bytes);
        const match = /waiting for gdb: target remote localhost:(\d+)\n/.exec(said);
        if (match !== null) resolve(match[1]!);
      });
      run.once('close', () => reject(new Error(`the run has ended: ${said}`)));
    });
    const output = await runGdb(['set architecture riscv:rv64', `target remote localhost:${port}`, ...commands]);
    return { output, exitCode: await ended };
  } finally {
    run.kill('SIGKILL');
  }
}

test('stops at breakpoints and watchpoints, reads and writes registers, CSRs and memory, and kills', async () => {
  const elf = folder.write('watched.elf', writeElf(program(SOURCE)));
  const { output, exitCode } = await debugRun(
    ['machine', '--bios', elf, '--smp', '2'],
    [
      'info threads',
      'break *0x80000000',
      'continue',
      'x/2i $pc',
      'stepi 2',
      'watch -location *(long *)($s0 + 8)',
      'continue',
      'continue',
      'print $a0',
      'set var $a0 = 100',
      'stepi',
      'stepi',
      'print $a0',
      'set var $mscratch = 0x123',
      'print/x $mscratch',
      'print $priv',
      'print/x *(long *)$s0',
      'monitor translate 0x80000000',
      'kill',
    ],
  );
  expect(output).toMatch(/\* 1 +Thread 1 \(hart 0, M-mode\)/);
  expect(output).toMatch(/ 2 +Thread 2 \(hart 1, M-mode\)/);
  expect(output).toMatch(/Breakpoint 1, 0x0*80000000 in/);
  expect(output).toMatch(/=> 0x0?80000000:\tauipc\ts0,0x0/);
  expect(output.match(/Hardware watchpoint 2/g)!.length).toBeGreaterThanOrEqual(3);
  expect(output).toContain('New value = 1');
  expect(output).toContain('Old value = 1\nNew value = 2');
  expect(output).toContain('$1 = 2\n');
  expect(output).toContain('$2 = 101\n');
  expect(output).toContain('$3 = 0x123\n');
  expect(output).toMatch(/\$4 = 3\b/);
  expect(output).toContain('$5 = 0x1122334455667788\n');
  expect(output).toContain('hart 0, M-mode: physical 0x80000000');
  expect(exitCode).toBe(130);
});

test('a guest is debugged under the hypervisor, and detaching lets it go on', async () => {
  const { output, exitCode } = await debugRun(
    ['run', 'bare/guests/abc.S', '--memory', '8M'],
    ['tbreak *0x80200000', 'continue', 'print $priv', 'print $virt', 'detach'],
  );
  expect(output).toMatch(/Temporary breakpoint 1, 0x0*80200000/);
  expect(output).toContain('$1 = 1\n');
  expect(exitCode).toBe(0);
});
