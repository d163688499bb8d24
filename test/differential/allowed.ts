/**
 * Differences in which QEMU (10.0) is not what the specification says, or the specification leaves both. What blocks could not go on
 * after is not generated instead (code.ts, state.ts).
 */
import { STUB } from './runtime.ts';

export interface Difference {
  readonly field: string;
  readonly machine: bigint;
  readonly qemu: bigint;
}

/** A field of the machine's result. */
type Read = (field: string) => bigint;

const WRS_NTO = 0xd00073n;
const BREAKPOINT = 3n;
const LOAD_MISALIGNED = 4n;
const STORE_MISALIGNED = 6n;
const SD = 1n << 63n;
const FS = 3n << 13n;
const MSTATUS_GVA = 1n << 38n;
const MSTATUS_MPV = 1n << 39n;
const HSTATUS_GVA = 1n << 6n;

/** `trap 3 ` of `trap 3 htval`. */
const trapOf = (field: string): string => /^trap \d+ /.exec(field)?.[0] ?? '';

/** Whether the trap that the field belongs to has just been taken into HS-mode, whose stub called. */
function isFreshHsTrap(field: string, read: Read): boolean {
  const trap = trapOf(field);
  return trap !== '' && read(`${trap}mepc`) === BigInt(STUB) && (read(`${trap}mstatus`) & MSTATUS_MPV) === 0n;
}

const isAccessFault = (cause: bigint): boolean => cause === 5n || cause === 7n;
const isGuestPageFault = (cause: bigint): boolean => cause >= 20n && cause <= 23n && cause !== 22n;

const allowed: readonly ((difference: Difference, read: Read) => boolean)[] = [
  // mtinst and htinst may be 0 instead of a transformed instruction: QEMU 7 never has one, later ones not for cache blocks.
  ({ field, qemu }) => field.endsWith('tinst') && qemu === 0n,
  // QEMU 7 takes a misaligned atomic instruction for a load.
  ({ field, machine, qemu }) => field.endsWith('mcause') && machine === STORE_MISALIGNED && qemu === LOAD_MISALIGNED,
  // It reports the doubleword of a misaligned access to what is no memory.
  ({ field, machine, qemu }, read) =>
    field.endsWith('mtval') && isAccessFault(read(`${trapOf(field)}mcause`)) && (machine & -8n) === (qemu & -8n),
  // QEMU leaves out SD, the summary of FS, where vsstatus has been written; and that a comparison makes FS dirty by raising a flag.
  // Of mstatus.GVA, which says whether mtval has a guest virtual address, it knows only to set it for traps of guests.
  ({ field, machine, qemu }) => {
    const gva = field.endsWith('mstatus') ? MSTATUS_GVA : 0n;
    const different = (machine ^ qemu) & ~gva;
    return field.endsWith('status') && (different & ~(SD | FS)) === 0n && (different === 0n || (machine & FS) === FS);
  },
  // Of traps that are no guest-page faults, QEMU's mtval2 and htval are those of the last that was.
  ({ field }, read) => field.endsWith('mtval2') && !isGuestPageFault(read(`${trapOf(field)}mcause`)),
  ({ field }, read) => field.endsWith('htval') && !isGuestPageFault(read(`${trapOf(field)}scause`)),
  // The instruction's bits are optional in xtval: QEMU leaves them out for wrs.nto.
  ({ field, machine, qemu }) => field.endsWith('tval') && machine === WRS_NTO && qemu === 0n,
  // QEMU writes htval, htinst and hstatus.GVA when it traps into VS-mode too.
  ({ field }, read) => /htval|htinst/.test(field) && !isFreshHsTrap(field, read),
  ({ field, machine, qemu }, read) =>
    field.endsWith('hstatus') && (machine ^ qemu) === HSTATUS_GVA && !isFreshHsTrap(field, read),
  // What mstateen0 closes is 0 in hstateen0, but not in QEMU.
  ({ field, machine, qemu }, read) => field === 'hstateen0' && machine === (qemu & read('mstateen0')),
  // At a breakpoint stval is the instruction's address, so GVA is set for a guest's; not in QEMU.
  ({ field, machine, qemu }, read) =>
    field.endsWith('hstatus') && (machine ^ qemu) === HSTATUS_GVA && read(`${trapOf(field)}scause`) === BREAKPOINT,
];

export function isAllowed(difference: Difference, read: Read): boolean {
  return allowed.some((each) => each(difference, read));
}
