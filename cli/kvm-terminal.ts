/** A guest on KVM with the user's terminal as its console. */
import type { StopReason } from '../kvm/stop-reason.ts';
import type { Pc } from '../kvm/x86/pc.ts';
import { EXIT_BAD_INPUT, EXIT_GUEST_FAILED, EXIT_INTERRUPTED, EXIT_SUCCESS, EXIT_TIMEOUT } from './exit-codes.ts';
import type { RunController } from './machine-terminal.ts';
import { Terminal } from './terminal.ts';

/** A debugger: it runs the guest itself, with breakpoints. */
export interface KvmController extends RunController<StopReason> {
  /** @param timeout milliseconds */
  run(timeout: number): Promise<StopReason>;
  /** Makes `run` return. */
  stop(): void;
  /** After a reset there is another machine. */
  replace(pc: Pc): void;
}

export interface KvmDebugger {
  readonly controller: KvmController;
  /** Before the last machine is given back. */
  readonly close: () => void;
}

/** As KvmSaver. */
export interface Saver {
  prepare(pc: Pc): Promise<boolean>;
  save(pc: Pc): Promise<boolean>;
  cancel(): void;
}

export interface KvmGuest {
  /** A machine with the guest before its first instruction. */
  readonly create: () => Pc;
  /** Puts the first machine where a snapshot was. */
  readonly restore: ((pc: Pc) => void) | undefined;
  /** Makes a debugger for the first machine, if there is to be one. */
  readonly debug: ((pc: Pc) => Promise<KvmDebugger>) | undefined;
  /** Called when all threads have started, before the guest's first instruction. */
  readonly loaded: () => void;
  readonly saver: Saver | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
}

/**
 * Until the guest ends, the user leaves or the time is over; a guest that asks for a reset gets a new machine.
 * @returns the exit code
 */
export async function runKvmGuest({ create, restore, debug, loaded, saver, timeout }: KvmGuest): Promise<number> {
  let pc = create();
  let left: number | undefined;
  /** From when it is asked for until it is done. */
  let saving: 'preparing' | 'stopping' | Promise<boolean> | undefined;
  let terminal: Terminal | undefined;
  let debugging: KvmDebugger | undefined;
  const stop = () => (debugging?.controller ?? pc).stop();
  const ask = async (asked: Saver) => {
    if (saving !== undefined) return;
    saving = 'preparing';
    const prepared = await asked.prepare(pc);
    if (saving !== 'preparing') return;
    saving = prepared ? 'stopping' : undefined;
    if (prepared) stop();
  };
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000;
  try {
    await pc.ready();
    restore?.(pc);
    debugging = await debug?.(pc);
    const controller = debugging?.controller;
    loaded();
    // What is typed is for the guest as it is from here on.
    terminal = new Terminal({
      input: (bytes) => pc.type(bytes),
      leave: (code) => {
        left = code;
        stop();
        controller?.resume();
      },
      save: saver === undefined ? undefined : () => void ask(saver),
    });
    for (;;) {
      await controller?.released();
      if (left !== undefined) return left;
      if (controller?.killed) return EXIT_INTERRUPTED;
      const timeLeft = Math.max(0, deadline - performance.now());
      const reason = await (controller?.run(timeLeft) ?? pc.run({ timeout: timeLeft }));
      if (reason.kind === 'timeout') left ??= EXIT_TIMEOUT;
      if (left !== undefined) {
        await saving;
        return saver === undefined || (await saver.save(pc)) ? left : EXIT_BAD_INPUT;
      }
      if (saver !== undefined && saving === 'stopping') {
        saving = saver.save(pc).finally(() => {
          saving = undefined;
        });
        if (reason.kind === 'stopped') continue;
      }
      if (controller?.took(reason)) continue;
      if (reason.kind !== 'reset') return exitCodeOf(reason);
      saver?.cancel();
      await pc.close();
      pc = create();
      controller?.replace(pc);
    }
  } finally {
    saver?.cancel();
    await saving;
    debugging?.close();
    await pc.close();
    terminal?.close();
  }
}

function exitCodeOf(reason: StopReason): number {
  if (reason.kind !== 'failed') return EXIT_SUCCESS;
  process.stderr.write(`typevisor: vCPU ${reason.vcpu}: ${reason.summary}\n${reason.report}\n`);
  return EXIT_GUEST_FAILED;
}
