/** The two that run a program: each gives the bytes of the results' memory. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../cli/errors.ts';
import { type CoreCode, Machine } from '../../machine/index.ts';
import { MEMORY, RAM_BASE, RESULT_SIZE, RESULTS } from './layout.ts';

/** QEMU has not come to the end of a program. */
export class QemuFailure extends Error {}

/** Far more than any run takes: a run that has not ended by then has lost its way. */
const TIMEOUT_MS = 60_000;

export async function runOnMachine(core: CoreCode, program: Uint8Array, blocks: number): Promise<Uint8Array> {
  const machine = await Machine.create({ core, memory: MEMORY, firmware: program });
  try {
    const reason = await machine.run({ timeout: TIMEOUT_MS });
    if (reason.kind !== 'pass') throw new Error(`the machine ended with ${JSON.stringify(reason)}`);
    return machine.memory.read(RESULTS, blocks * RESULT_SIZE);
  } finally {
    machine.dispose();
  }
}

/** Extensions that a run can do without, as QEMU's properties of a CPU call them; by the name that `isa/` has for each. */
const OPTIONAL = new Map(
  'Zfh Zfa Zba Zbb Zbc Zbkb Zbkx Zbs Zicond Zacas Zawrs Zicbom Zicboz Zicbop Svinval Svnapot Svpbmt Svadu Smstateen Sscofpmf Sstc'
    .split(' ')
    .map((name) => [name, name.toLowerCase()]),
);
/** What QEMU's CPU must not have, if it could, because the machine has not. */
const OFF = 'v zve32f zve64f zcb zcmop zimop zicfilp zicfiss ssdbltrp smdbltrp smrnmi debug'.split(' ');

export class Qemu {
  readonly #command: string;
  readonly cpu: string;
  /** Of OPTIONAL, those that it has. */
  readonly extensions: ReadonlySet<string>;

  /** Finds out what this QEMU has. @throws UserError when it cannot be run. */
  constructor(command: string) {
    this.#command = command;
    const on = new Map(OPTIONAL);
    const off = new Set(OFF);
    for (;;) {
      const cpu = [
        'rv64,h=true',
        ...[...on.values()].map((name) => `${name}=true`),
        ...[...off].map((name) => `${name}=false`),
      ];
      const missing = this.#missingProperty(cpu.join());
      if (missing === undefined) {
        this.cpu = cpu.join();
        break;
      }
      const extension = [...on].find(([, name]) => name === missing)?.[0];
      if (extension === undefined && !off.delete(missing))
        throw new UserError(`${command} has no CPU property '${missing}'`);
      if (extension !== undefined) on.delete(extension);
    }
    this.extensions = new Set(on.keys());
  }

  /** Whether it has what privileged blocks are made of: by now all releases do. */
  get hasPrivileged(): boolean {
    return ['Smstateen', 'Svadu', 'Sscofpmf'].every((name) => this.extensions.has(name));
  }

  get missing(): string[] {
    return [...OPTIONAL.keys()].filter((name) => !this.extensions.has(name));
  }

  #missingProperty(cpu: string): string | undefined {
    const args = [
      '-M',
      'virt',
      '-cpu',
      cpu,
      '-display',
      'none',
      '-bios',
      'none',
      '-S',
      '-monitor',
      'stdio',
      '-serial',
      'null',
    ];
    const { error, stderr, status } = spawnSync(this.#command, args, { input: 'quit\n', encoding: 'utf8' });
    if (error) throw new UserError(`${this.#command} cannot be run: ${error.message}`);
    const property = /[Pp]roperty '[^']*?\.?(?:x-)?([\w]+)' not found/.exec(stderr)?.[1];
    if (property === undefined && status !== 0) throw new UserError(`${this.#command} -cpu ${cpu}: ${stderr.trim()}`);
    return property;
  }

  /** The guest's RAM is a file, which has the program before and the results after. */
  run(program: Uint8Array, blocks: number): Uint8Array {
    const folder = mkdtempSync(join(tmpdir(), 'typevisor-'));
    const ram = join(folder, 'ram');
    try {
      writeFileSync(ram, program);
      const file = openSync(ram, 'r+');
      ftruncateSync(file, MEMORY);
      const backend = `memory-backend-file,id=ram,size=${MEMORY},mem-path=${ram},share=on`;
      const args = ['-M', 'virt,memory-backend=ram', '-object', backend, '-m', `${MEMORY / 2 ** 20}`, '-cpu', this.cpu];
      args.push('-bios', 'none', '-display', 'none', '-monitor', 'none', '-serial', 'null');
      const { error, stderr, status } = spawnSync(this.#command, args, { timeout: TIMEOUT_MS, encoding: 'utf8' });
      if (error || status !== 0)
        throw new QemuFailure(`QEMU did not come to the end: ${error?.message ?? `status ${status} ${stderr.trim()}`}`);
      const results = new Uint8Array(blocks * RESULT_SIZE);
      readSync(file, results, 0, results.length, RESULTS - RAM_BASE);
      closeSync(file);
      return results;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
