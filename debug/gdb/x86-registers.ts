/**
 * The registers of an x86-64 vCPU as gdb numbers them: in the order of its target description (GDB manual, "i386 Features"). Those of
 * `core` and `sse` have the names and order that gdb prescribes; the system's own follow.
 */
import type { Registers, Segment, SpecialRegisters } from '../../kvm/x86/api.ts';
import type { X86Vcpu } from '../../kvm/x86/vcpu.ts';

interface Register {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** A type of gdb's, or one that the feature defines. */
  readonly type: string;
  readonly group?: string;
  readonly read: (vcpu: X86Vcpu) => bigint;
  /** Left out for what cannot be set alone. */
  readonly write?: (vcpu: X86Vcpu, value: bigint) => void;
}

const POINTERS: Readonly<Record<string, string>> = { rbp: 'data_ptr', rsp: 'data_ptr', rip: 'code_ptr' };

const general = (name: keyof Registers): Register => ({
  name,
  size: 8,
  type: POINTERS[name] ?? 'int64',
  read: (vcpu) => vcpu.getRegisters()[name],
  write: (vcpu, value) => vcpu.setRegisters({ [name]: value }),
});

const flags: Register = {
  name: 'eflags',
  size: 4,
  type: 'i386_eflags',
  read: (vcpu) => vcpu.getRegisters().rflags,
  write: (vcpu, value) => vcpu.setRegisters({ rflags: value }),
};

type SegmentName = {
  [K in keyof SpecialRegisters]: SpecialRegisters[K] extends Segment ? K : never;
}[keyof SpecialRegisters];

const selector = (name: SegmentName): Register => ({
  name,
  size: 4,
  type: 'int32',
  read: (vcpu) => BigInt(vcpu.getSpecialRegisters()[name].selector),
});

const segmentBase = (name: SegmentName): Register => ({
  name: `${name}_base`,
  size: 8,
  type: 'int64',
  group: 'system',
  read: (vcpu) => vcpu.getSpecialRegisters()[name].base,
  write: (vcpu, base) => vcpu.setSpecialRegisters({ [name]: { ...vcpu.getSpecialRegisters()[name], base } }),
});

const control = (name: 'cr0' | 'cr2' | 'cr3' | 'cr4' | 'cr8' | 'efer'): Register => ({
  name,
  size: 8,
  type: 'int64',
  group: 'system',
  read: (vcpu) => vcpu.getSpecialRegisters()[name],
  write: (vcpu, value) => vcpu.setSpecialRegisters({ [name]: value }),
});

/** Of the x87 registers and the XMM registers, by their list in struct kvm_fpu. */
const listed = (list: 'fpr' | 'xmm', index: number, name: string, size: number, type: string): Register => ({
  name,
  size,
  type,
  group: list === 'fpr' ? 'float' : 'vector',
  read: (vcpu) => fromBytes(vcpu.getFloatRegisters()[list][index]!.subarray(0, size)),
  write: (vcpu, value) =>
    vcpu.setFloatRegisters({ [list]: vcpu.getFloatRegisters()[list].with(index, toBytes(value, 16)) }),
});

const floatControl = (name: string, field: 'fcw' | 'fsw' | 'last_opcode' | 'mxcsr', group: string): Register => ({
  name,
  size: 4,
  type: name === 'mxcsr' ? 'i386_mxcsr' : 'int',
  group,
  read: (vcpu) => BigInt(vcpu.getFloatRegisters()[field]),
  write: (vcpu, value) => vcpu.setFloatRegisters({ [field]: Number(value) }),
});

/** Halves of the addresses of the last x87 instruction and operand. */
const lastPointer = (name: string, field: 'last_ip' | 'last_dp', shift: bigint): Register => ({
  name,
  size: 4,
  type: 'int',
  group: 'float',
  read: (vcpu) => (vcpu.getFloatRegisters()[field] >> shift) & 0xffff_ffffn,
});

/** KVM has a bit for each register that is in use; the processor's word has 2 bits, of which 3 says empty. */
const floatTags: Register = {
  name: 'ftag',
  size: 4,
  type: 'int',
  group: 'float',
  read: (vcpu) => {
    const { ftwx } = vcpu.getFloatRegisters();
    return [0, 1, 2, 3, 4, 5, 6, 7].reduce(
      (tags, index) => tags | (ftwx & (1 << index) ? 0n : 3n << BigInt(2 * index)),
      0n,
    );
  },
};

const CORE: readonly Register[] = [
  ...(['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp'] as const).map(general),
  ...(['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'] as const).map(general),
  flags,
  ...(['cs', 'ss', 'ds', 'es', 'fs', 'gs'] as const).map(selector),
  ...Array.from({ length: 8 }, (_, index) => listed('fpr', index, `st${index}`, 10, 'i387_ext')),
  floatControl('fctrl', 'fcw', 'float'),
  floatControl('fstat', 'fsw', 'float'),
  floatTags,
  lastPointer('fiseg', 'last_ip', 32n),
  lastPointer('fioff', 'last_ip', 0n),
  lastPointer('foseg', 'last_dp', 32n),
  lastPointer('fooff', 'last_dp', 0n),
  floatControl('fop', 'last_opcode', 'float'),
];

const SSE: readonly Register[] = [
  ...Array.from({ length: 16 }, (_, index) => listed('xmm', index, `xmm${index}`, 16, 'vec128')),
  floatControl('mxcsr', 'mxcsr', 'vector'),
];

const SEGMENTS: readonly Register[] = (['fs', 'gs'] as const).map(segmentBase);

const SYSTEM: readonly Register[] = [
  segmentBase('cs'),
  ...(['cr0', 'cr2', 'cr3', 'cr4', 'cr8', 'efer'] as const).map(control),
];

const FEATURES: readonly (readonly [name: string, types: string, registers: readonly Register[]])[] = [
  [
    'org.gnu.gdb.i386.core',
    flagsType('i386_eflags', 'CF . PF . AF . ZF SF TF IF DF OF . . NT . RF VM AC VIF VIP ID'),
    CORE,
  ],
  [
    'org.gnu.gdb.i386.sse',
    vectorType() + flagsType('i386_mxcsr', 'IE DE ZE OE UE PE DAZ IM DM ZM OM UM PM . . FZ'),
    SSE,
  ],
  ['org.gnu.gdb.i386.segments', '', SEGMENTS],
  ['typevisor.x86.system', '', SYSTEM],
];
const ALL = FEATURES.flatMap(([, , registers]) => registers);

/** The general registers, flags and selectors. */
export const GENERAL_REGISTERS = 24;

export const X86_DESCRIPTION =
  '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd">' +
  `<target version="1.0"><architecture>i386:x86-64</architecture>${FEATURES.map(feature).join('')}</target>`;

/** In memory's byte order; undefined for a number that is none. */
export function readX86Register(vcpu: X86Vcpu, number: number): Uint8Array | undefined {
  const register = ALL[number];
  return register && toBytes(register.read(vcpu), register.size);
}

/** @returns false for a number that is none, and for a register that cannot be set. */
export function writeX86Register(vcpu: X86Vcpu, number: number, value: Uint8Array): boolean {
  const register = ALL[number];
  if (register?.write === undefined || value.length !== register.size) return false;
  register.write(vcpu, fromBytes(value));
  return true;
}

function feature([name, types, registers]: (typeof FEATURES)[number]): string {
  const lines = registers.map(({ name: register, size, type, group }) => {
    const number = ALL.findIndex((each) => each.name === register);
    const member = group === undefined ? '' : ` group="${group}"`;
    return `<reg name="${register}" bitsize="${8 * size}" regnum="${number}" type="${type}"${member}/>`;
  });
  return `<feature name="${name}">${types}${lines.join('')}</feature>`;
}

/** @param bits names from bit 0 on, `.` for one without */
function flagsType(id: string, bits: string): string {
  const fields = bits
    .split(' ')
    .map((name, bit) => (name === '.' ? '' : `<field name="${name}" start="${bit}" end="${bit}"/>`));
  return `<flags id="${id}" size="4">${fields.join('')}</flags>`;
}

function vectorType(): string {
  const parts = [
    ['v4_float', 'ieee_single', 4],
    ['v2_double', 'ieee_double', 2],
    ['v16_int8', 'int8', 16],
    ['v8_int16', 'int16', 8],
    ['v4_int32', 'int32', 4],
    ['v2_int64', 'int64', 2],
  ] as const;
  const vectors = parts.map(([id, type, count]) => `<vector id="${id}" type="${type}" count="${count}"/>`);
  const fields = parts.map(([id]) => `<field name="${id}" type="${id}"/>`);
  return `${vectors.join('')}<union id="vec128">${fields.join('')}<field name="uint128" type="uint128"/></union>`;
}

function toBytes(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

function fromBytes(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
