/** Why KVM_RUN came back, as a value with a type for each reason (struct kvm_run). */
import {
  exitReasons,
  KVM_EXIT_IO_OUT,
  KVM_INTERNAL_ERROR_EMULATION,
  KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES,
  kvm_run,
  kvm_run_exits,
} from './api.ts';

/** Port I/O (x86). `data` is in place: what is read is to be put there before the next `run`. */
export interface IoExit {
  readonly reason: 'IO';
  readonly direction: 'in' | 'out';
  readonly port: number;
  /** Bytes of one access: 1, 2 or 4. */
  readonly size: number;
  /** Accesses; more than one for `rep ins` and `rep outs`. */
  readonly count: number;
  /** size * count bytes. */
  readonly data: Uint8Array;
}

/** An access to guest-physical memory that has none. `data` is in place, as for IoExit. */
export interface MmioExit {
  readonly reason: 'MMIO';
  readonly isWrite: boolean;
  readonly address: number;
  /** As many bytes as the access has: 1 to 8. */
  readonly data: Uint8Array;
}

/** KVM could not go on. */
export interface InternalErrorExit {
  readonly reason: 'INTERNAL_ERROR';
  /** KVM_INTERNAL_ERROR_*; 1 is an instruction that KVM cannot emulate. */
  readonly suberror: number;
  readonly data: readonly bigint[];
  /** The bytes at the instruction pointer, where KVM tells them. */
  readonly instruction: Uint8Array | undefined;
}

/** A breakpoint, a watchpoint or a single step. */
export interface DebugExit {
  readonly reason: 'DEBUG';
  /** In place, struct kvm_debug_exit_arch of the architecture; for x86 `readDebugExit` reads it. */
  readonly arch: Uint8Array;
}

export type Exit =
  | IoExit
  | MmioExit
  | InternalErrorExit
  /** The guest halted, and the interrupt controller is not in the kernel. */
  | { readonly reason: 'HLT' }
  /** A triple fault (x86). */
  | { readonly reason: 'SHUTDOWN' }
  /** Someone outside asked for it: `Vcpu.kick`, or a signal. */
  | { readonly reason: 'INTR' }
  | DebugExit
  /** The hardware refused the state of the vCPU. */
  | { readonly reason: 'FAIL_ENTRY'; readonly hardwareReason: bigint; readonly cpu: number }
  | { readonly reason: 'SYSTEM_EVENT'; readonly type: number; readonly data: readonly bigint[] }
  /** The hardware exited for a reason that KVM does not know. */
  | { readonly reason: 'UNKNOWN'; readonly hardwareReason: bigint }
  /** Anything else: its name in linux/kvm.h without KVM_EXIT_, or its number. */
  | { readonly reason: 'OTHER'; readonly name: string; readonly code: number };

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Offset of the union that is each exit's own. */
export const UNION = kvm_run.size;
const mmio = kvm_run_exits.mmio.offsets;
/** Bytes of the union. */
const UNION_SIZE = 256;

const { KVM_EXIT_IO } = exitReasons;
const REASON_WORD = kvm_run.offsets.exit_reason / 4;
const IO_ACCESS_WORD = (UNION + kvm_run_exits.io.offsets.direction) / 4;
const IO_COUNT_WORD = (UNION + kvm_run_exits.io.offsets.count) / 4;
const IO_OFFSET_WORD = (UNION + kvm_run_exits.io.offsets.data_offset) / 4;

const names = new Map(Object.entries(exitReasons).map(([name, code]) => [code, name.slice('KVM_EXIT_'.length)]));

/** Reads exits of one vCPU from its mapped struct kvm_run. */
export class ExitReader {
  readonly #bytes: Uint8Array;
  /** The same, for what every exit has to read. */
  readonly #words: Uint32Array;
  readonly #view: DataView;
  /** The only one of its kind, since there are so many: an allocation for each would be a good part of its cost. */
  readonly #ioExit: Writable<IoExit>;
  /** Where its data is: its buffer is at one place, and mostly one byte long. */
  #ioOffset = 0;
  readonly #mmioData: readonly Uint8Array[];

  constructor(run: ArrayBuffer) {
    this.#bytes = new Uint8Array(run);
    this.#words = new Uint32Array(run);
    this.#view = new DataView(run);
    this.#ioExit = { reason: 'IO', direction: 'in', port: 0, size: 0, count: 0, data: this.#bytes.subarray(0, 0) };
    const at = UNION + mmio.data;
    this.#mmioData = Array.from({ length: 9 }, (_, length) => this.#bytes.subarray(at, at + length));
  }

  read(): Exit {
    const code = this.#words[REASON_WORD]!;
    if (code === KVM_EXIT_IO) return this.#io();
    switch (code) {
      case exitReasons.KVM_EXIT_MMIO:
        return this.#mmio();
      case exitReasons.KVM_EXIT_HLT:
        return { reason: 'HLT' };
      case exitReasons.KVM_EXIT_SHUTDOWN:
        return { reason: 'SHUTDOWN' };
      case exitReasons.KVM_EXIT_INTR:
        return { reason: 'INTR' };
      case exitReasons.KVM_EXIT_DEBUG:
        return { reason: 'DEBUG', arch: this.#bytes.subarray(UNION, UNION + UNION_SIZE) };
      case exitReasons.KVM_EXIT_FAIL_ENTRY: {
        const { hardware_entry_failure_reason: hardwareReason, cpu } = kvm_run_exits.fail_entry.read(this.#view, UNION);
        return { reason: 'FAIL_ENTRY', hardwareReason, cpu };
      }
      case exitReasons.KVM_EXIT_INTERNAL_ERROR:
        return this.#internalError();
      case exitReasons.KVM_EXIT_SYSTEM_EVENT: {
        const { type, ndata, data } = kvm_run_exits.system_event.read(this.#view, UNION);
        return { reason: 'SYSTEM_EVENT', type, data: data.slice(0, ndata) };
      }
      case exitReasons.KVM_EXIT_UNKNOWN: {
        const { hardware_exit_reason: hardwareReason } = kvm_run_exits.hw.read(this.#view, UNION);
        return { reason: 'UNKNOWN', hardwareReason };
      }
      default:
        return { reason: 'OTHER', name: names.get(code) ?? String(code), code };
    }
  }

  #io(): IoExit {
    const words = this.#words;
    const exit = this.#ioExit;
    // One read for direction, size and port.
    const access = words[IO_ACCESS_WORD]!;
    const size = (access >>> 8) & 0xff;
    const count = words[IO_COUNT_WORD]!;
    // Within the mapping, so its upper half is zero.
    const offset = words[IO_OFFSET_WORD]!;
    if (this.#ioOffset !== offset || exit.size !== size || exit.count !== count) {
      exit.data = this.#bytes.subarray(offset, offset + size * count);
      exit.size = size;
      exit.count = count;
      this.#ioOffset = offset;
    }
    exit.direction = (access & 0xff) === KVM_EXIT_IO_OUT ? 'out' : 'in';
    exit.port = access >>> 16;
    return exit;
  }

  #mmio(): MmioExit {
    const view = this.#view;
    const at = UNION + mmio.phys_addr;
    return {
      reason: 'MMIO',
      isWrite: view.getUint8(UNION + mmio.is_write) !== 0,
      address: view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true),
      data: this.#mmioData[view.getUint32(UNION + mmio.len, true)]!,
    };
  }

  #internalError(): InternalErrorExit {
    const { suberror, ndata, data } = kvm_run_exits.internal.read(this.#view, UNION);
    const { flags, insn_size, insn_bytes } = kvm_run_exits.emulation_failure.read(this.#view, UNION);
    const told =
      suberror === KVM_INTERNAL_ERROR_EMULATION &&
      ndata > 0 &&
      (Number(flags) & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES) !== 0;
    return {
      reason: 'INTERNAL_ERROR',
      suberror,
      data: data.slice(0, ndata),
      instruction: told ? insn_bytes.slice(0, insn_size) : undefined,
    };
  }
}
