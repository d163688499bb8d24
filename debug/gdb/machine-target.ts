/** The built-in machine as a target of the debugger: its harts are threads, hart 0 being thread 1. */
import type { Hart, Machine, StopReason } from '../../machine/index.ts';
import { pagePieces } from './page-pieces.ts';
import { GENERAL_REGISTERS, type Register, registerOf, riscvDescription } from './riscv-description.ts';
import { RunGate } from './run-gate.ts';
import type { AttachableTarget, BreakpointKind, Stop } from './target.ts';

/** Exit code of a run that ended for any reason but success. */
const FAILED = 1;
const INTERRUPTED: Stop = { kind: 'interrupt', thread: 1 };
const PRIVILEGE = { U: 0n, S: 1n, M: 3n } as const;

const MONITOR_HELP = `help             this
reset            press the reset button
translate ADDR   the physical address of a virtual one, in the hart's present mode
`;

export class MachineTarget implements AttachableTarget {
  readonly description: string;
  readonly generalRegisters = GENERAL_REGISTERS;
  readonly threads: readonly number[];
  physicalAddresses = false;
  readonly #machine: Machine;
  #killed = false;
  readonly #gate = new RunGate();
  #onStop: ((stop: Stop) => void) | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.threads = machine.harts.map(({ id }) => id + 1);
    this.description = riscvDescription((address) => readCsr(machine.hart(0), address) !== undefined);
  }

  /** Whether the debugger has ended the target. */
  get killed(): boolean {
    return this.#killed;
  }

  /** Keeps the machine from running until `resume`. */
  hold(): void {
    if (this.#gate.close() && this.#machine.running) this.#machine.stop();
  }

  async attach(onStop: (stop: Stop) => void): Promise<void> {
    this.#onStop = onStop;
    const { promise, resolve } = Promise.withResolvers<void>();
    const forget = this.#machine.on('stop', () => resolve());
    if (!this.#machine.running) resolve();
    this.hold();
    await promise;
    forget();
  }

  /** For who runs the machine, before each run. */
  released(): Promise<void> {
    return this.#gate.opened();
  }

  /** For who runs the machine, after each run: true if it is the debugger's business and the run shall go on after `released`. */
  took(reason: StopReason): boolean {
    if (this.#onStop === undefined) return false;
    const stop = stopOf(reason);
    if (stop === undefined) return false;
    if (stop.kind !== 'exited') this.hold();
    this.#onStop(stop);
    return stop.kind !== 'exited';
  }

  threadInfo(thread: number): string {
    const hart = this.#hart(thread);
    return `hart ${hart.id}, ${hart.mode}-mode${hart.waiting ? ', waiting' : ''}`;
  }

  readRegister(thread: number, number: number): Uint8Array | undefined {
    const register = registerOf(number);
    const value = register === undefined ? undefined : readRegister(this.#hart(thread), register);
    return value === undefined ? undefined : new Uint8Array(BigUint64Array.of(value).buffer);
  }

  writeRegister(thread: number, number: number, value: Uint8Array): boolean {
    const register = registerOf(number);
    if (register === undefined || value.length !== 8) return false;
    return writeRegister(this.#hart(thread), register, new DataView(value.slice().buffer).getBigUint64(0, true));
  }

  readMemory(thread: number, address: bigint, length: number): Uint8Array | undefined {
    const bytes: number[] = [];
    for (const { at, size } of pagePieces(address, length)) {
      const piece = attempt(() => this.#read(thread, at, size));
      if (piece === undefined) break;
      bytes.push(...piece);
    }
    return bytes.length === 0 && length > 0 ? undefined : Uint8Array.from(bytes);
  }

  #read(thread: number, at: bigint, size: number): Uint8Array {
    if (this.physicalAddresses) return this.#machine.memory.read(Number(at), size);
    return this.#hart(thread).readMemory(at, size);
  }

  writeMemory(thread: number, address: bigint, bytes: Uint8Array): boolean {
    return succeeds(() => {
      if (this.physicalAddresses) this.#machine.memory.write(Number(address), bytes);
      else this.#hart(thread).writeMemory(address, bytes);
    });
  }

  insert(kind: BreakpointKind, address: bigint, length: number): boolean {
    return succeeds(() => {
      if (isForCode(kind)) this.#machine.breakpoints.add(address);
      else this.#machine.watchpoints.add({ address, length, access: kind });
    });
  }

  remove(kind: BreakpointKind, address: bigint, length: number): boolean {
    if (isForCode(kind)) return this.#machine.breakpoints.delete(address);
    return this.#machine.watchpoints.delete({ address, length, access: kind });
  }

  step(thread: number): void {
    const reason = this.#machine.step(thread - 1);
    if (reason?.kind === 'reset') this.#machine.reset();
    this.#onStop?.((reason && stopOf(reason)) ?? { kind: 'trap', thread });
  }

  resume(): void {
    this.#gate.open();
  }

  interrupt(): void {
    const running = this.#machine.running;
    this.hold();
    // Else nobody has run it yet since `resume`.
    if (!running) this.#onStop?.(INTERRUPTED);
  }

  kill(): void {
    this.#killed = true;
    this.#machine.stop();
    this.resume();
  }

  detach(): void {
    this.#onStop = undefined;
    for (const address of [...this.#machine.breakpoints]) this.#machine.breakpoints.delete(address);
    for (const watchpoint of [...this.#machine.watchpoints]) this.#machine.watchpoints.delete(watchpoint);
    this.physicalAddresses = false;
    this.resume();
  }

  monitor(command: string): string {
    const [name, argument] = command.trim().split(/\s+/);
    if (name === 'help') return MONITOR_HELP;
    if (name === 'reset') {
      this.#machine.reset();
      return 'reset; the debugger notices when it reads registers anew (maintenance flush register-cache)\n';
    }
    if (name === 'translate') return this.#translate(argument);
    return `no such command: ${name}\n${MONITOR_HELP}`;
  }

  #translate(text = ''): string {
    const address = attempt(() => BigInt(text));
    if (text === '' || address === undefined) return `translate: '${text}' is not an address; write it as 0x80000000\n`;
    return this.#machine.harts
      .map((hart) => {
        const physical = hart.translate(address, 'debug');
        const result = physical === undefined ? 'not mapped' : `physical 0x${physical.toString(16)}`;
        return `hart ${hart.id}, ${hart.mode}-mode: ${result}\n`;
      })
      .join('');
  }

  #hart(thread: number): Hart {
    return this.#machine.hart(thread - 1);
  }
}

/** undefined for reasons that are not the debugger's: whoever runs the machine goes on. */
function stopOf(reason: StopReason): Stop | undefined {
  switch (reason.kind) {
    case 'breakpoint':
      return { kind: 'trap', thread: reason.hart + 1 };
    case 'watchpoint':
      return { kind: 'watch', thread: reason.hart + 1, access: reason.access, address: reason.address };
    case 'stopped':
      return INTERRUPTED;
    case 'pass':
      return { kind: 'exited', code: 0 };
    case 'fail':
    case 'tohost':
      return { kind: 'exited', code: reason.code };
    case 'deadlock':
    case 'timeout':
      return { kind: 'exited', code: FAILED };
    default:
      return undefined;
  }
}

function isForCode(kind: BreakpointKind): kind is 'breakpoint' | 'hardware' {
  return kind === 'breakpoint' || kind === 'hardware';
}

function readRegister(hart: Hart, register: Register): bigint | undefined {
  switch (register.kind) {
    case 'x':
      return hart.x[register.index];
    case 'f':
      return hart.f[register.index];
    case 'pc':
      return hart.pc;
    case 'csr':
      return readCsr(hart, register.address);
    case 'priv':
      return PRIVILEGE[hart.mode.at(-1) as keyof typeof PRIVILEGE];
    case 'virt':
      return hart.mode.startsWith('V') ? 1n : 0n;
  }
}

function writeRegister(hart: Hart, register: Register, value: bigint): boolean {
  switch (register.kind) {
    case 'x':
      hart.x[register.index] = value;
      return true;
    case 'f':
      hart.f[register.index] = value;
      return true;
    case 'pc':
      hart.pc = value;
      return true;
    case 'csr':
      return succeeds(() => hart.setCsr(register.address, value));
    default:
      return false;
  }
}

function readCsr(hart: Hart, address: number): bigint | undefined {
  return attempt(() => hart.csr(address));
}

/** undefined for what the machine refuses by a RangeError: the debugger's user may ask for anything. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function succeeds(act: () => void): boolean {
  const done = attempt(() => {
    act();
    return true;
  });
  return done === true;
}
