/** A virtual CPU: runs the guest until it exits. */
import { exitReasons, ioctls, kvm_run, structs } from './api.ts';
import { type Exit, ExitReader } from './exits.ts';
import { Handle } from './handle.ts';
import { interruptThread } from './kick.ts';
import { libc, mapFile, SystemCallError } from './syscall.ts';

const { KVM_RUN } = ioctls;
const EINTR = 4;
const EAGAIN = 11;
const IMMEDIATE_EXIT = kvm_run.offsets.immediate_exit;
/** The lowest byte of 4, and no number is larger. */
const EXIT_REASON = kvm_run.offsets.exit_reason;

/** Where struct kvm_run of a vCPU is mapped in this process. */
export interface RunMapping {
  readonly address: number;
  /** Bytes. */
  readonly size: number;
}

export class Vcpu extends Handle {
  readonly mapping: RunMapping;
  readonly #runBytes: Uint8Array;
  readonly #exits: ExitReader;
  readonly #ioctl = libc().ioctlInt;

  /** @param mapping of the same vCPU, made by another isolate of this process */
  constructor(fd: number, mapping: RunMapping | { readonly size: number }) {
    super(fd, 'vCPU');
    const address = 'address' in mapping ? mapping.address : mapFile(fd, mapping.size, 'vCPU');
    this.mapping = { address, size: mapping.size };
    const run = libc().view(address, mapping.size);
    this.#runBytes = new Uint8Array(run);
    this.#exits = new ExitReader(run);
  }

  /**
   * Runs the guest on the calling thread until it exits. What an `IO` or `MMIO` exit reads is to be put into its `data` before
   * the next call, which completes the instruction. An `IO` exit is good until then: the next one may be the same object.
   * @throws SystemCallError when the kernel refuses to run it
   */
  run(): Exit {
    if (this.#ioctl(this.fd, KVM_RUN, 0) >= 0) return this.#exits.read();
    const errno = libc().errno();
    if (errno !== EINTR && errno !== EAGAIN) throw new SystemCallError('KVM_RUN', errno);
    Atomics.store(this.#runBytes, IMMEDIATE_EXIT, 0);
    // So that another isolate that reads it sees the same; KVM does not always write it.
    this.#runBytes[EXIT_REASON] = exitReasons.KVM_EXIT_INTR;
    return { reason: 'INTR' };
  }

  /**
   * Completes the instruction of the last exit without running the guest further, so that its registers are those behind it.
   * An instruction that needs more exits gives the next one; what is asked for from outside meanwhile is not lost.
   */
  finishInstruction(): Exit {
    Atomics.store(this.#runBytes, IMMEDIATE_EXIT, 1);
    return this.run();
  }

  /**
   * Makes `run` return INTR, at once or at its next call. From any thread.
   * @param tid of the thread that runs this vCPU, as gettid tells it
   */
  kick(tid: number): void {
    Atomics.store(this.#runBytes, IMMEDIATE_EXIT, 1);
    interruptThread(tid);
  }

  /** KVM_MP_STATE_*: runnable, halted, waiting for its start. */
  get mpState(): number {
    return this.get('KVM_GET_MP_STATE', ioctls.KVM_GET_MP_STATE, structs.kvm_mp_state).mp_state;
  }

  set mpState(state: number) {
    const bytes = structs.kvm_mp_state.encode({ mp_state: state });
    this.callBytes('KVM_SET_MP_STATE', ioctls.KVM_SET_MP_STATE, bytes);
  }

  override [Symbol.dispose](): void {
    libc().munmap(this.mapping.address, this.mapping.size);
    super[Symbol.dispose]();
  }
}
