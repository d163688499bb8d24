/** The computer: harts, memory and devices as one object that runs, stops and can be looked into. */

import type { AccessSize } from '../devices/device.ts';
import type { FinisherCommand } from '../devices/finisher.ts';
import { bootRom } from './boot-rom.ts';
import { Breakpoints } from './breakpoints.ts';
import { Clock, type HostClock } from './clock.ts';
import { Console, type ConsoleDriver } from './console.ts';
import * as layout from './core/layout.ts';
import { Core, type CoreHost } from './core-instance.ts';
import { deviceEvents } from './device-events.ts';
import { Emitter, type Listener } from './events.ts';
import { GuestRam } from './guest-ram.ts';
import { Hart } from './hart.ts';
import { Sleep, systemClock, yieldToHost } from './host.ts';
import { Htif } from './htif.ts';
import { unpackKernel } from './kernel-image.ts';
import { type BootPlan, planBoot } from './loader.ts';
import {
  checkSize,
  DEFAULT_MEMORY,
  type MachineEvents,
  type MachineOptions,
  type MachineStatistics,
  type RestoreOptions,
  type RunOptions,
} from './machine-options.ts';
import { asSnapshotError, readSnapshot, restorePages, writeSnapshot } from './snapshot/format.ts';
import { loadMachineState, readMachineState, type StatefulParts, saveMachineState } from './snapshot/machine-state.ts';
import { describeStop, type StopReason } from './stop-reason.ts';
import { Turns } from './turns.ts';
import { type VirtioDevices, virtioDevices } from './virtio.ts';
import { Watchpoints } from './watchpoints.ts';
import { type Board, wireBoard } from './wiring.ts';

/** Instructions between two looks at the host, and milliseconds between two turns of its event loop. */
const SLICE = 1_000_000;
const HOST_INTERVAL = 8;

export class Machine {
  readonly harts: readonly Hart[];
  readonly memory: GuestRam;
  readonly console: Console;
  readonly breakpoints: Breakpoints;
  readonly watchpoints: Watchpoints;
  /** What was loaded where. */
  readonly boot: BootPlan;
  readonly #core: Core;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #board: Board;
  readonly #virtio: VirtioDevices;
  readonly #htif: Htif | undefined;
  readonly #hostClock: HostClock;
  readonly #pacedByOption: boolean;
  readonly #events = new Emitter<MachineEvents>();
  readonly #sleep = new Sleep();
  readonly #costs = { instructions: 0, running: 0, waiting: 0 };
  #running = false;
  #disposed = false;
  /** Why the present run shall end. */
  #request: StopReason | undefined;
  /** What a listener has thrown while a hart was executing. */
  #thrown: { readonly error: unknown } | undefined;
  /** The hart that a breakpoint or a step has stopped last, and where: there it goes on without stopping again. */
  #stoppedAt: { readonly hart: number; readonly pc: bigint } | undefined;

  private constructor(core: Core, boot: BootPlan, options: MachineOptions) {
    const { time = 'counted', paced = false, hostClock = systemClock } = options;
    this.#core = core;
    this.boot = boot;
    this.#hostClock = hostClock;
    this.#pacedByOption = paced;
    this.memory = new GuestRam(core);
    this.harts = Array.from({ length: core.harts }, (_, id) => new Hart(core, this.memory, id));
    this.breakpoints = new Breakpoints(core);
    this.watchpoints = new Watchpoints(core);
    this.#clock = new Clock(core, time, hostClock);
    this.console = new Console(this.#consoleDriver());
    const transmit = (bytes: Uint8Array) => this.#output(bytes);
    const now = () => this.#clock.milliseconds;
    this.#virtio = virtioDevices(options, { counted: time === 'counted', transmit, now });
    this.#board = wireBoard({
      core,
      clock: this.#clock,
      transmit: (byte) => this.#output(Uint8Array.of(byte)),
      finish: (command) => this.#finish(command),
      memory: this.memory,
      virtio: this.#virtio.models,
      warn: (message) => this.#events.emit('warning', message),
      wake: () => this.#sleep.wake(),
    });
    this.#turns = new Turns(core, this.#clock, deviceEvents(this.#clock, this.#board.rtc, this.#virtio.models));
    if (boot.htif !== undefined) {
      const output = (bytes: Uint8Array) => this.#output(bytes);
      this.#htif = new Htif({
        ram: this.memory,
        ...boot.htif,
        output,
        exit: (code) => this.#end({ kind: 'tohost', code }),
      });
      core.setU64(layout.MACHINE_TOHOST, BigInt(boot.htif.tohost));
    }
    this.#powerOn();
  }

  /**
   * A machine that has just been switched on.
   * @throws RangeError for a number of harts, a memory size or a number of virtio devices that it cannot have.
   * @throws LoadError, ElfError for files that it cannot boot.
   */
  static async create(options: MachineOptions): Promise<Machine> {
    const { harts = 1, memory = DEFAULT_MEMORY } = options;
    checkSize(harts, memory);
    const kernel = options.kernel && (await unpackKernel(options.kernel, memory));
    const boot = planBoot({ ...options, ...(kernel && { kernel }), harts, memory });
    return Machine.#build(boot, { ...options, harts, memory });
  }

  /**
   * A machine as `snapshot` has left it, there or in another process. Harts, memory, time and what was booted are the snapshot's; devices
   * of the host's (drives, networks) have to be given as they were.
   * @throws SnapshotError for a file that is none, incomplete or damaged, or that has what this machine has not.
   */
  static async restore(snapshot: Uint8Array, options: RestoreOptions): Promise<Machine> {
    const parts = await readSnapshot(snapshot);
    try {
      const { harts, memory, time, boot } = readMachineState(parts);
      checkSize(harts, memory);
      const machine = await Machine.#build(boot, { ...options, harts, memory, time });
      restorePages(machine.memory.span(machine.memory.base, memory, 'w'), parts);
      loadMachineState(parts.state, machine.#statefulParts());
      return machine;
    } catch (error) {
      throw asSnapshotError(error);
    }
  }

  static async #build(boot: BootPlan, options: MachineOptions & { harts: number; memory: number }): Promise<Machine> {
    const { harts, memory } = options;
    const host: CoreHost = {
      mmioRead: (address, size) => machine.#guard(() => machine.#mmioRead(address >>> 0, size as AccessSize)) ?? 0,
      mmioWrite: (address, size, value) => {
        machine.#guard(() => machine.#mmioWrite(address >>> 0, size as AccessSize, value >>> 0));
      },
      updateTime: () => machine.#clock.updateRealTime(),
      tohostWritten: () => machine.#guard(() => machine.#htif?.tohostWritten()),
    };
    const core = await Core.create(options.core, { harts, memory, host });
    const machine = new Machine(core, boot, options);
    return machine;
  }

  /** @throws RangeError if there is no such hart. */
  hart(id: number): Hart {
    const hart = this.harts[id];
    if (hart === undefined)
      throw new RangeError(`there is no hart ${id}; the machine has 0 to ${this.harts.length - 1}`);
    return hart;
  }

  /** Calls `listener` at each such event, until the function that this returns is called. */
  on<Name extends keyof MachineEvents>(name: Name, listener: Listener<MachineEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  get running(): boolean {
    return this.#running;
  }

  /**
   * Executes until there is a reason to stop, in slices between which the host does its other work.
   * @throws Error if the machine is running already or has been disposed of, and what a listener of 'output' throws.
   */
  async run(options: RunOptions = {}): Promise<StopReason> {
    this.#checkIdle('run');
    const { instructions = Number.POSITIVE_INFINITY, timeout = Number.POSITIVE_INFINITY, until } = options;
    const temporary = until !== undefined && !this.breakpoints.has(until) ? until : undefined;
    if (temporary !== undefined) this.breakpoints.add(temporary);
    this.#running = true;
    this.#request = undefined;
    this.#goOn();
    try {
      const reason = await this.#loop(instructions, this.#hostClock.now() + timeout);
      this.#running = false;
      this.#events.emit('stop', reason);
      return reason;
    } finally {
      this.#running = false;
      if (temporary !== undefined) this.breakpoints.delete(temporary);
    }
  }

  /** Ends the present run with 'stopped': at once if called by a listener of 'output', else after the present slice. */
  stop(): void {
    this.#end({ kind: 'stopped' });
  }

  /**
   * Executes one instruction of a hart, past a breakpoint on it.
   * @returns why the machine shall stop, if the instruction asked for that.
   * @throws Error while the machine is running.
   */
  step(id = 0): StopReason | undefined {
    this.#checkIdle('step');
    const hart = this.hart(id);
    this.#request = undefined;
    this.#stoppedAt = { hart: id, pc: hart.pc };
    this.#goOn();
    this.#turns.step(id);
    this.#rethrow();
    this.#noticeWatched(id);
    this.#stoppedAt = { hart: id, pc: hart.pc };
    return this.#request;
  }

  /**
   * The reset button: devices and harts start anew, and what was booted is loaded again; other RAM keeps its contents.
   * @throws Error while the machine is running.
   */
  reset(): void {
    this.#checkIdle('reset');
    this.#powerOn();
    this.#events.emit('reset', undefined);
  }

  /**
   * All that the machine is at this moment, as one file (snapshot/format.ts). In counted time a machine that is restored from it goes on
   * exactly as this one.
   * @throws Error while the machine is running.
   */
  async snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkIdle('snapshot');
    const state = saveMachineState(this.boot, this.#statefulParts());
    const ram = this.memory.span(this.memory.base, this.memory.size, 'r');
    return writeSnapshot({ state, ram, blobs: this.boot.parts.map(({ bytes }) => bytes) });
  }

  #statefulParts(): StatefulParts {
    return { core: this.#core, clock: this.#clock, turns: this.#turns, bus: this.#board.bus };
  }

  /** Ends a run and refuses further ones. */
  dispose(): void {
    this.stop();
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The terminal at the console has another size now. A virtio console tells its driver; a UART has nothing to tell it by. */
  resizeConsole(columns: number, rows: number): void {
    this.#virtio.console?.resize(columns, rows);
  }

  /** What runs have cost so far: instructions, and the host's time. */
  get statistics(): MachineStatistics {
    return { ...this.#costs, devices: this.#board.bus.statistics };
  }

  #checkIdle(method: string): void {
    if (this.#disposed) throw new Error(`${method}: the machine has been disposed of`);
    if (this.#running) throw new Error(`${method}: the machine is running; stop it and wait for its run to end`);
  }

  #powerOn(): void {
    for (const { address, bytes, memorySize } of this.boot.parts) {
      const span = this.memory.span(address, memorySize, 'w');
      span.set(bytes);
      span.fill(0, bytes.length);
    }
    const { start, next, deviceTreeAddress: deviceTree } = this.boot;
    this.#core.bytes.set(bootRom({ start, next, deviceTree }), layout.BOOT_ROM);
    this.#clock.reset();
    this.#turns.reset();
    for (const { id } of this.harts) this.#core.exports.resetHart(id);
    this.#board.bus.reset();
    this.#stoppedAt = undefined;
  }

  /** Before harts execute again. */
  #goOn(): void {
    this.#core.setU32(layout.MACHINE_STOP, 0);
    for (const hart of this.harts) hart.x[0] = 0n;
    const at = this.#stoppedAt;
    if (at !== undefined && this.hart(at.hart).pc === at.pc) {
      this.#core.setU32(this.#core.hart(at.hart, layout.HART_PASS_BREAKPOINT), 1);
    }
    this.#stoppedAt = undefined;
  }

  async #loop(instructions: number, deadline: number): Promise<StopReason> {
    let left = instructions;
    let lastYield = this.#hostClock.now();
    while (left > 0) {
      const start = performance.now();
      const turns = this.#turns.run(Math.min(left, SLICE));
      this.#costs.running += performance.now() - start;
      this.#costs.instructions += turns.executed;
      left -= turns.executed;
      this.#rethrow();
      if (turns.end === 'stop') this.#noticeWatched(turns.hart);
      if (this.#request !== undefined) return this.#request;
      if (turns.end === 'breakpoint') {
        const address = this.hart(turns.hart).pc;
        this.#stoppedAt = { hart: turns.hart, pc: address };
        return { kind: 'breakpoint', hart: turns.hart, address };
      }
      if (turns.end === 'idle') {
        if (turns.until < Number.POSITIVE_INFINITY) await this.#idle(turns.until, deadline);
        else if (!this.#listening) return { kind: 'deadlock' };
        else if (await this.#idle(this.#clock.after(left), deadline)) left = 0;
      }
      if (this.#hostClock.now() >= lastYield + HOST_INTERVAL) {
        await yieldToHost();
        lastYield = this.#hostClock.now();
      }
      if (this.#request !== undefined) return this.#request;
      if (this.#hostClock.now() >= deadline) return { kind: 'timeout' };
    }
    return { kind: 'instructions' };
  }

  /** Lets time pass until something may wake a hart; true if that is the moment `until` (see `Clock.nextTimer`) of counted time. */
  async #idle(until: number, deadline: number): Promise<boolean> {
    const skips = this.#clock.mode === 'counted' && until < Number.POSITIVE_INFINITY;
    if (skips && !this.#paced) {
      this.#turns.skipTo(until);
      return true;
    }
    const wait = skips ? this.#clock.duration(until) : until;
    const left = deadline - this.#hostClock.now();
    const start = performance.now();
    const woken = await this.#sleep.sleep(Math.min(wait, left));
    this.#costs.waiting += performance.now() - start;
    if (!skips || woken || wait > left) return false;
    this.#turns.skipTo(until);
    return true;
  }

  /** Whether somebody watches who lives in real time: the user, or one that a device talks to. */
  get #paced(): boolean {
    return this.#pacedByOption || this.#virtio.models.some(({ paced }) => paced === true);
  }

  /** Whether something may come from the host that a hart would hear of. */
  get #listening(): boolean {
    return this.#board.uart.listening || this.#virtio.models.some(({ listening }) => listening === true);
  }

  /** An exception must not leave through the core, which would lose its place: the hart stops, and the run throws it. */
  #guard<Result>(act: () => Result): Result | undefined {
    try {
      return act();
    } catch (error) {
      this.#thrown ??= { error };
      this.#core.requestStop();
      return undefined;
    }
  }

  /** Whether the hart has stopped after an access to a watchpoint. */
  #noticeWatched(hart: number): void {
    const watched = this.watchpoints.take();
    if (watched !== undefined) this.#request ??= { kind: 'watchpoint', hart, ...watched };
  }

  #rethrow(): void {
    const thrown = this.#thrown;
    this.#thrown = undefined;
    if (thrown !== undefined) throw thrown.error;
  }

  #mmioRead(address: number, size: AccessSize): number {
    const value = this.#board.bus.read(address, size);
    if (value === undefined) this.#core.setU32(layout.MACHINE_BUS_ERROR, 1);
    return value ?? 0;
  }

  #mmioWrite(address: number, size: AccessSize, value: number): void {
    if (!this.#board.bus.write(address, size, value)) this.#core.setU32(layout.MACHINE_BUS_ERROR, 1);
  }

  #output(bytes: Uint8Array): void {
    this.console.receive(bytes);
    this.#events.emit('output', bytes);
  }

  #finish(command: FinisherCommand): void {
    this.#end(command.command === 'fail' ? { kind: 'fail', code: command.code } : { kind: command.command });
  }

  /** Ends the present run, unless it has a reason to end already. */
  #end(reason: StopReason): void {
    this.#request ??= reason;
    this.#core.requestStop();
    this.#sleep.wake();
  }

  #consoleDriver(): ConsoleDriver {
    return {
      isRunning: () => this.#running,
      run: async (timeout) => describeStop(await this.run({ timeout })),
      stop: () => this.stop(),
      onStop: (listener) => this.on('stop', (reason) => listener(describeStop(reason))),
      send: (bytes) => {
        (this.#virtio.console ?? this.#board.uart).receive(bytes);
        this.#sleep.wake();
      },
    };
  }
}
