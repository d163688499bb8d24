/** The two that run the guests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { artefactPath } from '../../cli/artefacts.ts';
import { type BootOptions, boot, hostPlan } from '../../cli/boot.ts';
import { storeByContent } from '../../cli/cache.ts';
import { parseDrive } from '../../cli/drives.ts';
import { checkQemu, qemuCommandLine } from '../../cli/qemu.ts';
import { describeStop, type Machine } from '../../machine/index.ts';

export interface Host {
  /** Runs until all guests have ended or `stop` is called; says how it ended. */
  run(output: (text: string) => void): Promise<string>;
  stop(): void;
  /** Bytes of the process that the guests run in, where the system tells. */
  memory(): number | undefined;
}

export interface QemuOptions {
  /** Of the program. */
  readonly command: string;
  /** Each instruction takes 2^shift ns; undefined for the host's time. */
  readonly shift: number | undefined;
}

/** @throws UserError */
export async function qemuHost(options: BootOptions, { command, shift }: QemuOptions): Promise<Host> {
  checkQemu(command);
  const plan = await hostPlan(options);
  const counted = shift === undefined ? [] : ['-icount', `shift=${shift},sleep=off`];
  const [program, ...args] = qemuCommandLine({
    command,
    kernel: await artefactPath('hypervisor.elf'),
    bios: 'default',
    harts: options.harts ?? 1,
    memory: plan.hostMemory,
    modules: plan.modules.map((module) => {
      const path = storeByContent('load', '.module', module.file.bytes);
      return { ...module, file: { path, bytes: module.file.bytes } };
    }),
    drives: (options.drives ?? []).map(parseDrive),
    uplinks: [],
  });
  let qemu: ChildProcess | undefined;
  return {
    run(output) {
      const process = spawn(program!, [...args, ...counted], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      qemu = process;
      let complaint = '';
      process.stdout.on('data', (bytes: Uint8Array) => output(Buffer.from(bytes).toString('latin1')));
      process.stderr.on('data', (bytes: Uint8Array) => {
        complaint += String(bytes);
      });
      return new Promise((resolve, reject) => {
        process.on('error', reject);
        process.on('close', (code) => resolve(`QEMU: ${complaint.trim() || `exit code ${code}`}`));
      });
    },
    stop: () => void qemu?.kill('SIGKILL'),
    memory: () => residentBytes(qemu?.pid),
  };
}

/** Linux, proc(5). */
function residentBytes(process: number | undefined): number | undefined {
  const file = `/proc/${process}/status`;
  if (!existsSync(file)) return undefined;
  const kilobytes = /^VmRSS:\s*([0-9]+) kB/m.exec(readFileSync(file, 'latin1'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

export async function machineHost(options: BootOptions): Promise<Host> {
  const machine: Machine = await boot(options);
  return {
    async run(output) {
      machine.on('output', (bytes) => output(Buffer.from(bytes).toString('latin1')));
      const end = describeStop(await machine.run());
      machine.dispose();
      return `the machine: ${end}`;
    },
    stop: () => machine.stop(),
    memory: () => process.memoryUsage.rss(),
  };
}
