/** Runs guests on QEMU, with the console through us: the same keys and exit codes as on the built-in machine. */
import { spawn } from 'node:child_process';
import { artefactPath } from './artefacts.ts';
import { type BootOptions, namesOfGuests, uplinksOf } from './boot.ts';
import { storeByContent } from './cache.ts';
import { ConsoleOutput } from './console-output.ts';
import { parseDrive } from './drives.ts';
import { UserError } from './errors.ts';
import { EXIT_PANIC, EXIT_TIMEOUT } from './exit-codes.ts';
import { memoryFileReader, writeExitTrace } from './exit-trace.ts';
import { readUserFile, TemporaryFolder } from './files.ts';
import type { NetSpec } from './networks.ts';
import type { HostPlan, PlannedModule } from './plan.ts';
import { checkQemu, type QemuDebug, type QemuOptions, qemuCommand, qemuCommandLine, shellQuote } from './qemu.ts';
import { Terminal } from './terminal.ts';

export interface QemuRun extends BootOptions<NetSpec> {
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly quiet: boolean;
  readonly dryRun: boolean;
  readonly debug?: QemuDebug | undefined;
  /** Where the exits that were recorded go. */
  readonly traceFile: string | undefined;
}

/**
 * @returns the exit code.
 * @throws UserError when there is no QEMU that will do, or QEMU refuses.
 */
export async function runOnQemu(run: QemuRun, plan: HostPlan): Promise<number> {
  using folder = new TemporaryFolder();
  const memoryFile = run.traceFile === undefined ? undefined : folder.pathOf('memory');
  const commandLine = await guestsOnQemu(run, plan, { memoryFile, debug: run.debug });
  if (run.dryRun) {
    process.stdout.write(`${shellQuote(commandLine)}\n`);
    return 0;
  }
  checkQemu(qemuCommand());
  const exitCode = await new Promise<number>((resolve, reject) => follow(commandLine, run, resolve, reject));
  if (run.traceFile !== undefined && memoryFile !== undefined) {
    const request = { file: run.traceFile, guestNames: namesOfGuests(run) };
    await writeExitTrace(request, memoryFileReader(memoryFile));
  }
  return exitCode;
}

/** The command line of a QEMU that runs these guests, its first element the command. */
export async function guestsOnQemu(
  run: BootOptions<NetSpec>,
  plan: HostPlan,
  { memoryFile, debug }: Pick<QemuOptions, 'memoryFile' | 'debug'> = {},
): Promise<string[]> {
  return qemuCommandLine({
    command: qemuCommand(),
    kernel: await artefactPath('hypervisor.elf'),
    bios: await biosPath(run.bios),
    harts: run.harts ?? 1,
    memory: plan.hostMemory,
    modules: plan.modules.map(withFile),
    drives: (run.drives ?? []).map(parseDrive),
    uplinks: uplinksOf(run),
    memoryFile,
    debug,
  });
}

/** QEMU's `-bios`: its `default` is OpenSBI. */
async function biosPath(bios = 'default'): Promise<string> {
  if (bios === 'typevisor') return artefactPath('firmware.elf');
  if (bios !== 'default') readUserFile(bios);
  return bios;
}

/** QEMU reads files, and what a module has in it may be in none: a compiled guest, the configuration. */
function withFile(module: PlannedModule): PlannedModule {
  const { path, bytes } = module.file;
  const name = path.replace(/^.*[/\\]/, '').replaceAll(',', '-');
  return { ...module, file: { path: storeByContent(name, '.module', bytes), bytes } };
}

function follow(
  [command, ...args]: string[],
  { quiet, timeout, bios }: QemuRun,
  resolve: (exitCode: number) => void,
  reject: (error: Error) => void,
): void {
  const output = new ConsoleOutput({ quiet, carriageReturns: bios !== 'typevisor' });
  // Of its own group, so that an interrupt from the keyboard is ours to handle.
  const qemu = spawn(command!, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  let endedByUs: number | undefined;
  const end = (exitCode: number) => {
    endedByUs ??= exitCode;
    qemu.kill('SIGKILL');
  };
  const terminal = new Terminal({ input: (bytes) => void qemu.stdin.write(bytes), leave: end, consoles: true });
  const timer = timeout === undefined ? undefined : setTimeout(() => end(EXIT_TIMEOUT), timeout * 1000);
  let complaint = '';
  qemu.stdout.on('data', (bytes: Uint8Array) => output.write(bytes));
  qemu.stderr.on('data', (bytes: Uint8Array) => {
    complaint += String(bytes);
  });
  // Keys typed after its end.
  qemu.stdin.on('error', () => {});
  qemu.on('error', reject);
  qemu.on('close', (code) => {
    terminal.close();
    clearTimeout(timer);
    const exitCode = endedByUs ?? output.verdict.exitCode();
    if (exitCode !== undefined) resolve(exitCode);
    else if (code === 0) resolve(EXIT_PANIC);
    else reject(new UserError(`QEMU ended with exit code ${code}: ${complaint.trim().split('\n').at(-1) ?? ''}`));
  });
}
