/**
 * Linux from power-on to a prompt, on the machine and on QEMU's translator, by turns in one run: seconds and guest instructions. The
 * kernel is Debian's, as `typevisor get linux` fetches it; a further one is named in the environment (`further`).
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { artefact } from '../cli/artefacts.ts';
import { fetchedLinux } from '../cli/linux/fetched.ts';
import { Machine } from '../machine/index.ts';
import type { BenchRow } from './row.ts';

const PEER = 'QEMU TCG';
const MIB = 2 ** 20;
const MEMORY = 512 * MIB;
const APPEND = 'console=ttyS0';
const GDB_PORT = 28_734;
const TIMEOUT = 900_000;

interface Boot {
  readonly name: string;
  /** Paths. */
  readonly kernel: string;
  readonly initrd: string;
  /** What is printed when it has come up. */
  readonly mark: string;
}

interface Result {
  readonly seconds: number;
  /** Millions. */
  readonly instructions: number;
}

/** @throws UserError before `typevisor get linux`; Error naming the missing Debian package where there is no QEMU or gdb */
export async function runLinuxBench(): Promise<BenchRow[]> {
  const boots: Boot[] = [{ name: 'Debian to a shell', ...fetchedLinux(), mark: '~ # ' }, ...further()];
  const core = await WebAssembly.compile(await artefact('core.wasm'));
  const rows: BenchRow[] = [];
  for (const boot of boots) {
    const ours = await runOurs(boot, core);
    const theirs = { seconds: await qemuSeconds(boot), instructions: await qemuInstructions(boot) };
    rows.push(
      row(`linux: ${boot.name}`, 's', ours.seconds, theirs.seconds),
      row(`linux: ${boot.name}, instructions`, 'M', ours.instructions, theirs.instructions),
    );
  }
  return rows;
}

/** A kernel of the user's own beside Debian's; not compressed, since QEMU does not unpack it. */
function further(): Boot[] {
  const { TYPEVISOR_BENCH_KERNEL: kernel, TYPEVISOR_BENCH_INITRD: initrd, TYPEVISOR_BENCH_MARK: mark } = process.env;
  if (!kernel || !initrd || !mark) return [];
  return [{ name: 'a further kernel', kernel, initrd, mark }];
}

function row(name: string, unit: string, value: number, peerValue: number): BenchRow {
  return { name, unit, value, peer: PEER, peerValue, ratio: value / peerValue };
}

async function runOurs({ kernel, initrd, mark }: Boot, core: WebAssembly.Module): Promise<Result> {
  using machine = await Machine.create({
    core,
    memory: MEMORY,
    time: 'real',
    firmware: await artefact('firmware.elf'),
    kernel: readFileSync(kernel),
    initrd: readFileSync(initrd),
    append: APPEND,
  });
  const start = performance.now();
  await machine.console.expect(mark, { timeout: TIMEOUT });
  return { seconds: (performance.now() - start) / 1000, instructions: machine.statistics.instructions / 1e6 };
}

async function qemuSeconds(boot: Boot): Promise<number> {
  const start = performance.now();
  return onQemu(boot, [], () => (performance.now() - start) / 1000);
}

/** Counting makes QEMU slower, so this is a run of its own. */
function qemuInstructions(boot: Boot): Promise<number> {
  const counting = ['-icount', 'shift=0', '-gdb', `tcp:localhost:${GDB_PORT}`];
  return onQemu(boot, counting, () => {
    const attach = ['-ex', 'set architecture riscv:rv64', '-ex', `target remote localhost:${GDB_PORT}`];
    const arguments_ = ['-nx', '-batch', ...attach, '-ex', 'print/d $minstret'];
    const text = tool('gdb-multiarch', 'gdb-multiarch', () =>
      execFileSync('gdb-multiarch', arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const count = /\$1 = (\d+)/.exec(text)?.[1];
    if (count === undefined) throw new Error(`gdb does not tell QEMU's minstret: ${text.trim().split('\n').at(-1)}`);
    return Number(count) / 1e6;
  });
}

/** Boots, and calls `measure` when the mark is printed. */
function onQemu({ kernel, initrd, mark }: Boot, options: readonly string[], measure: () => number): Promise<number> {
  const board = ['-machine', 'virt', '-cpu', 'rv64', '-m', `${MEMORY / MIB}`, '-nographic', '-monitor', 'none'];
  const files = ['-kernel', kernel, '-initrd', initrd, '-append', APPEND];
  const qemu = spawn('qemu-system-riscv64', [...board, ...files, ...options], {
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    let output = '';
    qemu.on('error', (error) => reject(missing(error, 'qemu-system-riscv64', 'qemu-system-misc')));
    qemu.on('close', () => reject(new Error(`QEMU ended before it printed '${mark}'`)));
    qemu.stdout.on('data', (bytes: Uint8Array) => {
      output += String(bytes);
      if (!output.includes(mark)) return;
      qemu.stdout.removeAllListeners('data');
      try {
        resolve(measure());
      } catch (error) {
        reject(error);
      } finally {
        qemu.kill('SIGKILL');
      }
    });
  });
}

function tool(command: string, debianPackage: string, run: () => string): string {
  try {
    return run();
  } catch (error) {
    throw missing(error, command, debianPackage);
  }
}

function missing(error: unknown, command: string, debianPackage: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return new Error(`${command} is not installed; on Debian: apt install ${debianPackage}`);
}
