/**
 * The functions of `bare/rv/intrinsics.ts` and `bare/rv/csr.ts`, each the instruction it stands for. Nothing that is reached this
 * way is merged, moved or removed, and loads and stores of memory stay on their side of it.
 */
import { csrByName } from '../../isa/csrs.ts';
import type { Builder } from './builder.ts';
import { CompileError } from './errors.ts';
import type { MachineDetail, Value, ValueType } from './ir.ts';

/** One instruction. Arguments are the function's, in the order of `operands`. */
export interface InstructionIntrinsic {
  readonly kind: 'instruction';
  readonly detail: MachineDetail;
  readonly result: ValueType;
}
/** Copies a register that compiled code otherwise leaves alone, or that has a fixed meaning. */
export interface RegisterIntrinsic {
  readonly kind: 'register';
  readonly register: number;
  readonly write: boolean;
}
/** `sbi_call`: see `bare/rv/intrinsics.ts`. */
export interface SbiIntrinsic {
  readonly kind: 'sbi';
}
/** The caller's stack pointer: this function's own and its frame. */
export interface FrameIntrinsic {
  readonly kind: 'frame';
}
export type Intrinsic = InstructionIntrinsic | RegisterIntrinsic | SbiIntrinsic | FrameIntrinsic;

type Operands = MachineDetail['operands'];

function instruction(
  name: string,
  operands: Operands = [],
  result: ValueType = 'none',
  fields: MachineDetail['fields'] = {},
): InstructionIntrinsic {
  return { kind: 'instruction', detail: { instruction: name, operands, fields, ordered: false }, result };
}
const load = (name: string, result: ValueType): InstructionIntrinsic => instruction(name, ['rs1'], result);
const store = (name: string): InstructionIntrinsic => instruction(name, ['rs1', 'rs2']);

/** Sets of a fence: I device input, O device output, R memory reads, W memory writes (Unpriv., FENCE). */
const I = 8;
const O = 4;
const R = 2;
const W = 1;
const fence = (pred: number, succ: number): InstructionIntrinsic => instruction('fence', [], 'none', { pred, succ });

const REGISTER = { ra: 1, sp: 2, tp: 4 } as const;

export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  fence_rw_rw: fence(R | W, R | W),
  fence_r_r: fence(R, R),
  fence_w_w: fence(W, W),
  fence_r_rw: fence(R, R | W),
  fence_rw_w: fence(R | W, W),
  fence_w_r: fence(W, R),
  fence_w_o: fence(W, O),
  fence_i_r: fence(I, R),
  fence_io_io: fence(I | O, I | O),
  fence_iorw_iorw: fence(I | O | R | W, I | O | R | W),
  fence_i: instruction('fence.i'),
  wfi: instruction('wfi'),
  pause: instruction('fence', [], 'none', { pred: W, succ: 0 }),
  ebreak: instruction('ebreak'),
  ecall: instruction('ecall'),

  sfence_vma: instruction('sfence.vma', ['rs1', 'rs2']),
  sfence_vma_all: instruction('sfence.vma'),
  sfence_vma_address: instruction('sfence.vma', ['rs1']),
  sfence_vma_asid: instruction('sfence.vma', ['rs2']),
  hfence_gvma: instruction('hfence.gvma', ['rs1', 'rs2']),
  hfence_gvma_all: instruction('hfence.gvma'),
  hfence_gvma_address: instruction('hfence.gvma', ['rs1']),
  hfence_gvma_vmid: instruction('hfence.gvma', ['rs2']),
  hfence_vvma: instruction('hfence.vvma', ['rs1', 'rs2']),
  hfence_vvma_all: instruction('hfence.vvma'),
  hfence_vvma_address: instruction('hfence.vvma', ['rs1']),
  hfence_vvma_asid: instruction('hfence.vvma', ['rs2']),

  hlv_b: load('hlv.b', 'i64'),
  hlv_bu: load('hlv.bu', 'i64'),
  hlv_h: load('hlv.h', 'i64'),
  hlv_hu: load('hlv.hu', 'i64'),
  hlv_w: load('hlv.w', 'i64'),
  hlv_wu: load('hlv.wu', 'i64'),
  hlv_d: load('hlv.d', 'i64'),
  hlvx_hu: load('hlvx.hu', 'i64'),
  hlvx_wu: load('hlvx.wu', 'i64'),
  hsv_b: store('hsv.b'),
  hsv_h: store('hsv.h'),
  hsv_w: store('hsv.w'),
  hsv_d: store('hsv.d'),

  mmio_read8: load('lbu', 'i32'),
  mmio_read16: load('lhu', 'i32'),
  mmio_read32: load('lw', 'i32'),
  mmio_read64: load('ld', 'i64'),
  mmio_write8: store('sb'),
  mmio_write16: store('sh'),
  mmio_write32: store('sw'),
  mmio_write64: store('sd'),

  sbi_call: { kind: 'sbi' },
  read_tp: { kind: 'register', register: REGISTER.tp, write: false },
  write_tp: { kind: 'register', register: REGISTER.tp, write: true },
  read_sp: { kind: 'register', register: REGISTER.sp, write: false },
  read_ra: { kind: 'register', register: REGISTER.ra, write: false },
  frame_address: { kind: 'frame' },
};

/** The forms of a CSR access: suffix of the function, instruction, and the instruction with a 5-bit immediate. */
const CSR_FORMS: Record<string, { register: string; immediate: string; result: boolean; argument: boolean }> = {
  csrr: { register: 'csrrs', immediate: 'csrrsi', result: true, argument: false },
  csrw: { register: 'csrrw', immediate: 'csrrwi', result: false, argument: true },
  csrs: { register: 'csrrs', immediate: 'csrrsi', result: false, argument: true },
  csrc: { register: 'csrrc', immediate: 'csrrci', result: false, argument: true },
  csrrw: { register: 'csrrw', immediate: 'csrrwi', result: true, argument: true },
  csrrs: { register: 'csrrs', immediate: 'csrrsi', result: true, argument: true },
  csrrc: { register: 'csrrc', immediate: 'csrrci', result: true, argument: true },
};
const CSR_IMMEDIATE_LIMIT = 32n;

/**
 * The instruction of a function of the module `csr`, such as `csrs_hstatus(v)`. A constant below 32 goes into the instruction.
 * @throws CompileError when there is no such CSR
 */
export function csrAccess(builder: Builder, name: string, args: readonly Value[]): Value | undefined {
  const [, formName, csrName] = /^(csr[a-z]+)_(\w+)$/.exec(name) ?? [];
  const form = formName === undefined ? undefined : CSR_FORMS[formName];
  if (form === undefined) {
    throw new CompileError(`'${name}' is no CSR access; write csrr_NAME(), csrw_NAME(v), csrs_NAME(v), csrc_NAME(v)`);
  }
  const csr = csrByName.get(csrName!)?.address;
  if (csr === undefined) throw new CompileError(`${name}: there is no CSR called '${csrName}'`);
  const type = form.result ? 'i64' : 'none';
  const [argument] = args;
  if (argument?.isConstant && argument.immediate >= 0n && argument.immediate < CSR_IMMEDIATE_LIMIT) {
    const fields = { csr, imm: Number(argument.immediate) };
    return builder.machine({ instruction: form.immediate, operands: [], fields, ordered: false }, [], type);
  }
  const operands: Operands = form.argument ? ['rs1'] : [];
  return builder.machine({ instruction: form.register, operands, fields: { csr }, ordered: false }, [...args], type);
}
