/** The states in which guests are entered: real mode, 32-bit protected mode, 64-bit long mode (Intel SDM 3A, chapters 2 to 5). */
import type { GuestMemory } from '../memory.ts';
import type { Registers, Segment, SpecialRegisters } from './api.ts';
import { BOOT_STACK_TOP, GDT_ADDRESS, PAGE_TABLES_ADDRESS } from './memory-map.ts';
import type { X86Vcpu } from './vcpu.ts';

/** Bit 1 of RFLAGS always reads 1. */
const RFLAGS_RESERVED = 2n;

const CR0_PE = 1n << 0n;
const CR0_ET = 1n << 4n;
const CR0_PG = 1n << 31n;
const CR4_PAE = 1n << 5n;
const EFER_LME = 1n << 8n;
const EFER_LMA = 1n << 10n;

/** Selectors of Linux's boot protocols: __BOOT_CS and __BOOT_DS. */
const CODE_SELECTOR = 0x10;
const DATA_SELECTOR = 0x18;
const TASK_SELECTOR = 0x20;

/** Types of segments, accessed already (SDM 3A, tables 3-1 and 3-2). */
const TYPE_DATA_READ_WRITE = 3;
const TYPE_CODE_READ = 11;
const TYPE_BUSY_TSS = 11;
/** Of a 32-bit task state segment and of a 64-bit one. */
const TSS_SIZE = 0x68;

const flat: Segment = {
  base: 0n,
  limit: 0xffff_ffff,
  selector: DATA_SELECTOR,
  type: TYPE_DATA_READ_WRITE,
  present: 1,
  dpl: 0,
  db: 1,
  s: 1,
  l: 0,
  g: 1,
  avl: 0,
  unusable: 0,
  padding: 0,
};
const code32: Segment = { ...flat, selector: CODE_SELECTOR, type: TYPE_CODE_READ };
const code64: Segment = { ...code32, db: 0, l: 1 };
const task: Segment = { ...flat, selector: TASK_SELECTOR, type: TYPE_BUSY_TSS, limit: TSS_SIZE - 1, s: 0, g: 0, db: 0 };

/** Real mode, at an address below 1 MiB: CS is 0 below 64 KiB, else the address's paragraph; other segments are 0. */
export function enterRealMode(vcpu: X86Vcpu, address: number): void {
  if (!Number.isInteger(address) || address < 0 || address >= 0x10_0000) {
    throw new RangeError(`real mode reaches addresses below 1 MiB, not 0x${address.toString(16)}`);
  }
  const base = address < 0x1_0000 ? 0 : address & ~0xf;
  const { cs, ds, es, fs, gs, ss } = vcpu.getSpecialRegisters();
  const zero = (segment: Segment) => ({ ...segment, selector: 0, base: 0n });
  vcpu.setSpecialRegisters({
    cs: { ...cs, selector: base >> 4, base: BigInt(base) },
    ds: zero(ds),
    es: zero(es),
    fs: zero(fs),
    gs: zero(gs),
    ss: zero(ss),
  });
  vcpu.setRegisters({ rip: BigInt(address - base), rflags: RFLAGS_RESERVED });
}

/** 32-bit protected mode without paging, all segments flat, interrupts off. The GDT is put into guest memory at 0x500. */
export function enterProtectedMode(vcpu: X86Vcpu, memory: GuestMemory, registers: Partial<Registers>): void {
  vcpu.setSpecialRegisters({ ...flatSegments(memory, code32), cr0: CR0_PE | CR0_ET, cr3: 0n, cr4: 0n, efer: 0n });
  vcpu.setRegisters({ rsp: BigInt(BOOT_STACK_TOP), rflags: RFLAGS_RESERVED, ...registers });
}

/** 64-bit mode, the first 4 GiB mapped one to one, interrupts off. GDT and page tables are put into guest memory below 64 KiB. */
export function enterLongMode(vcpu: X86Vcpu, memory: GuestMemory, registers: Partial<Registers>): void {
  vcpu.setSpecialRegisters({
    ...flatSegments(memory, code64),
    cr0: CR0_PE | CR0_ET | CR0_PG,
    cr3: BigInt(writePageTables(memory)),
    cr4: CR4_PAE,
    efer: EFER_LME | EFER_LMA,
  });
  vcpu.setRegisters({ rsp: BigInt(BOOT_STACK_TOP), rflags: RFLAGS_RESERVED, ...registers });
}

function flatSegments(memory: GuestMemory, cs: Segment) {
  const table = new BigUint64Array(5);
  for (const segment of [cs, flat, task]) table[segment.selector >> 3] = descriptor(segment);
  memory.write(GDT_ADDRESS, new Uint8Array(table.buffer));
  const gdt = { base: BigInt(GDT_ADDRESS), limit: table.byteLength - 1, padding: [] };
  const idt = { base: 0n, limit: 0, padding: [] };
  return { cs, ds: flat, es: flat, fs: flat, gs: flat, ss: flat, tr: task, gdt, idt };
}

/** A segment descriptor (SDM 3A, figure 3-8). All bases here are 0. */
function descriptor({ limit, type, s, dpl, present, avl, l, db, g }: Segment): bigint {
  const units = g === 1 ? limit >>> 12 : limit;
  const access = type | (s << 4) | (dpl << 5) | (present << 7);
  const flags = avl | (l << 1) | (db << 2) | (g << 3);
  const high = (access << 8) | (units & 0xf_0000) | (flags << 20);
  return (BigInt(high >>> 0) << 32n) | BigInt(units & 0xffff);
}

/** In words, for people. */
export function modeOf({ cr0, efer, cs, ss }: SpecialRegisters): string {
  if ((cr0 & CR0_PE) === 0n) return 'real mode';
  const width = (efer & EFER_LMA) !== 0n && cs.l === 1 ? 64 : cs.db === 1 ? 32 : 16;
  return `${width}-bit, ring ${ss.dpl}`;
}

const TABLE_SIZE = 4096;
const ENTRIES = 512;
const GIBIBYTES = 4;
const LARGE_PAGE = 0x20_0000;
const PRESENT_WRITABLE = 0x3n;
const PAGE_SIZE_BIT = 0x80n;

/** Level 4, level 3, and a level 2 for each of 4 GiB in pages of 2 MiB; returns the root. */
function writePageTables(memory: GuestMemory): number {
  const root = PAGE_TABLES_ADDRESS;
  const level3 = root + TABLE_SIZE;
  const level2 = level3 + TABLE_SIZE;
  const tables = new BigUint64Array((2 + GIBIBYTES) * ENTRIES);
  tables[0] = BigInt(level3) | PRESENT_WRITABLE;
  for (let gibibyte = 0; gibibyte < GIBIBYTES; gibibyte++) {
    tables[ENTRIES + gibibyte] = BigInt(level2 + gibibyte * TABLE_SIZE) | PRESENT_WRITABLE;
  }
  for (let page = 0; page < GIBIBYTES * ENTRIES; page++) {
    tables[2 * ENTRIES + page] = BigInt(page * LARGE_PAGE) | PAGE_SIZE_BIT | PRESENT_WRITABLE;
  }
  memory.write(root, new Uint8Array(tables.buffer));
  return root;
}
