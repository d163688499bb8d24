/**
 * Where everything lives in the machine's one linear memory.
 *
 * The core (wasm), translated code (wasm) and the host (TypeScript) read the same numbers, so this file has only
 * constants that both compilers take alike: untyped integers below 2^31. All fields are little-endian.
 *
 *   0x0000_1000  static data of the core itself (asc's --memoryBase)
 *   0x0001_0000  MACHINE: one page of state shared by all harts
 *   0x0002_0000  HARTS: registers and CSRs, one page a hart
 *   0x0010_0000  TLB: data translations, one block a hart
 *   0x0020_0000  FETCH: translations of code pages, one block a hart
 *   0x0040_0000  CODE_MAP: physical page -> decoded page
 *   0x0100_0000  DECODED: decoded pages
 *   0x0fff_0000  BOOT_ROM
 *   0x1000_0000  RAM
 */

export const MACHINE = 0x10000;
export const HARTS = 0x20000;
export const HART_SIZE = 0x1000;
export const MAX_HARTS = 8;
export const TLB = 0x100000;
export const FETCH = 0x200000;
export const CODE_MAP = 0x400000;
export const DECODED = 0x1000000;

/** Boot ROM: read-only for harts, at physical ROM_BASE; directly below RAM so that one page number covers both. */
export const BOOT_ROM = 0xfff0000;
export const ROM_BASE = 0x1000;
export const ROM_SIZE = 0xf000;

export const RAM = 0x10000000;
/** Physical address of RAM's first byte, as a u32 in the core and a positive number in the host. */
export const RAM_BASE = 0x80000000;
/** Most RAM that the linear memory has room for, in bytes. */
export const MAX_RAM = 0xc0000000;
/** 64 KiB wasm pages below RAM: the memory has this many and those of RAM itself. */
export const FIXED_WASM_PAGES = 0x1000;

// --- MACHINE: offsets in the page at MACHINE ---------------------------------------------------------------------

/** u64: results of exports that have 64 bits to give, arguments of those that take 64 bits. */
export const MACHINE_SCRATCH = MACHINE;
/** u64: bytes of RAM, set by the host before the first reset. */
export const MACHINE_RAM_SIZE = MACHINE + 0x08;
/** u32: number of harts, 1 to MAX_HARTS. */
export const MACHINE_HARTS = MACHINE + 0x10;
/** u32: written non-zero by host.mmioRead/mmioWrite when nobody answers at the address; the core clears it. */
export const MACHINE_BUS_ERROR = MACHINE + 0x14;
/** u32: written non-zero by the host (inside a callback too) to leave runHart after the present instruction. */
export const MACHINE_STOP = MACHINE + 0x18;
/** u32: instructions a tick of mtime in counted time; 0 for real time. */
export const MACHINE_INSTRUCTIONS_PER_TICK = MACHINE + 0x1c;
/** u64: counted time, in instructions, at the start of this turn; advanced by the host, never inside runHart. */
export const MACHINE_CLOCK = MACHINE + 0x20;
/** u64: real time in ticks, written by the host before each turn and in host.updateTime. */
export const MACHINE_REAL_TICKS = MACHINE + 0x28;
/** u64: added to the ticks of either clock to get mtime; changes when software writes mtime. */
export const MACHINE_MTIME_OFFSET = MACHINE + 0x30;
/** u64: physical address of the doubleword whose stores are reported to host.tohostWritten; 0 for none. */
export const MACHINE_TOHOST = MACHINE + 0x38;
/** u32: decoded pages in use. */
export const MACHINE_DECODED_PAGES = MACHINE + 0x40;
/** A slot to decode the second of a possible pair in. */
export const MACHINE_NEXT_SLOT = MACHINE + 0x48;
/** u32: number of breakpoints, and their virtual addresses as u64. */
export const MACHINE_BREAKPOINTS = MACHINE + 0x44;
export const MACHINE_BREAKPOINT = MACHINE + 0x800;
export const MAX_BREAKPOINTS = 256;
/** u32: number of watchpoints; each is u64 virtual address, u32 length in bytes, u32 the accesses that it watches (WATCH_…). */
export const MACHINE_WATCHPOINTS = MACHINE + 0x3e0;
export const MACHINE_WATCHPOINT = MACHINE + 0x400;
export const WATCHPOINT_SIZE = 16;
export const WATCHPOINT_LENGTH = 8;
export const WATCHPOINT_ACCESSES = 12;
export const MAX_WATCHPOINTS = 32;
export const WATCH_READ = 1;
export const WATCH_WRITE = 2;
/** What the last watched access was: u32 its kind (WATCH_…, 0 for none since the host cleared it); u64 its virtual address. */
export const MACHINE_WATCHED_ACCESS = MACHINE + 0x3e4;
export const MACHINE_WATCHED_ADDRESS = MACHINE + 0x3e8;

// --- A hart: offsets in its page, HARTS + hart * HART_SIZE -------------------------------------------------------

/** 32 u64: x0 to x31; x0 stays 0 because decoded code never writes it. */
export const HART_X = 0x000;
/** 32 u64: f0 to f31. */
export const HART_F = 0x100;
export const HART_PC = 0x200;
/** u32: 0 U, 1 S, 3 M; and the virtualization mode V, 0 or 1. */
export const HART_PRIVILEGE = 0x208;
export const HART_VIRTUAL = 0x20c;
/** u32: 1 while wfi waits for an interrupt. */
export const HART_WAITING = 0x210;
/** u32: the hart's number, also mhartid. */
export const HART_ID = 0x214;
/** u32: 1 lets the first instruction of the next runHart pass its breakpoint; the core clears it. */
export const HART_PASS_BREAKPOINT = 0x218;
/** u32: interrupt lines as set by setInterrupt, one bit for each mip position. */
export const HART_LINES = 0x21c;
/** u64: instructions begun since reset (a trapping one too), without those of the present runHart. */
export const HART_CYCLES = 0x220;
/** u32: instructions left in the present inner loop, and the number it started with. */
export const HART_LEFT = 0x228;
export const HART_GRANTED = 0x22c;
/** u32: instructions begun in this runHart before the present inner loop. */
export const HART_EXECUTED = 0x230;
/** u32: non-zero asks the inner loop to be left after the present instruction (something an interrupt depends on). */
export const HART_RECHECK = 0x234;
/** u64: value of the last slow load; address reserved by LR (~0 for none). */
export const HART_VALUE = 0x238;
export const HART_RESERVATION = 0x240;
/** u64: the trap being raised: cause, tval, guest physical address >> 2, tinst; u32: GVA. */
export const HART_TRAP_CAUSE = 0x248;
export const HART_TRAP_TVAL = 0x250;
export const HART_TRAP_TVAL2 = 0x258;
export const HART_TRAP_TINST = 0x260;
export const HART_TRAP_GVA = 0x268;
/** u64: result of the last successful translation: physical address, and bytes of the smallest leaf on the way. */
export const HART_PHYSICAL = 0x270;
export const HART_LEAF_SIZE = 0x278;
/** u32: timer bits of mip as of the last look at the clock. */
export const HART_TIMERS = 0x280;
/** u32: bits of the instruction in HART_SCRATCH_SLOTS. */
export const HART_SCRATCH_BITS = 0x284;
/** u64: the ACLINT's mtimecmp of this hart, written by its device. */
export const HART_MTIMECMP = 0x288;
/** Three decoded slots for an instruction that its page's decoded form cannot hold (decode.ts). */
export const HART_SCRATCH_SLOTS = 0x290;
/** u32: what floating-point instructions may do without a look at FS and fcsr (float/state.ts). */
export const HART_FLOAT_READY = 0x2a8;
export const HART_FCSR = 0x2b0;
/** 8 u32: whether a TLB context has entries, and whether some come from a superpage. */
export const HART_CONTEXT_USED = 0x2c0;

/** u32: instructions begun in the last runHart. */
export const HART_LAST_EXECUTED = 0x2e0;
/** u64: instructions that trapped since reset, which do not retire. */
export const HART_TRAPS = 0x2e8;

/** u32: whether other harts have been made to notice stores to the reserved page. */
export const HART_RESERVATION_SHOWN = 0x2f0;

/** u32: bits of the instruction that trapped. */
export const HART_TRAP_BITS = 0x2f4;

// CSRs, each a u64. Those that are views of another (sstatus, sie, sip, hip, …) have no storage of their own.
export const HART_MSTATUS = 0x300;
export const HART_MEDELEG = 0x308;
export const HART_MIDELEG = 0x310;
export const HART_MIE = 0x318;
/** The bits of mip that software writes; lines and timers are added by interrupts.ts. */
export const HART_MIP = 0x320;
export const HART_MTVEC = 0x328;
export const HART_MSCRATCH = 0x330;
export const HART_MEPC = 0x338;
export const HART_MCAUSE = 0x340;
export const HART_MTVAL = 0x348;
export const HART_MTVAL2 = 0x350;
export const HART_MTINST = 0x358;
export const HART_MCOUNTEREN = 0x360;
export const HART_MCOUNTINHIBIT = 0x368;
export const HART_MENVCFG = 0x370;
/** Added to the counts to get mcycle and minstret; while one is inhibited, its value itself. */
export const HART_MCYCLE = 0x378;
export const HART_MINSTRET = 0x380;
export const HART_STVEC = 0x388;
export const HART_SSCRATCH = 0x390;
export const HART_SEPC = 0x398;
export const HART_SCAUSE = 0x3a0;
export const HART_STVAL = 0x3a8;
export const HART_SCOUNTEREN = 0x3b0;
export const HART_SENVCFG = 0x3b8;
export const HART_SATP = 0x3c0;
export const HART_STIMECMP = 0x3c8;
export const HART_HSTATUS = 0x3d0;
export const HART_HEDELEG = 0x3d8;
export const HART_HIDELEG = 0x3e0;
export const HART_HCOUNTEREN = 0x3e8;
export const HART_HTIMEDELTA = 0x3f0;
export const HART_HTVAL = 0x3f8;
export const HART_HTINST = 0x400;
export const HART_HGATP = 0x408;
export const HART_HENVCFG = 0x410;
export const HART_VSSTATUS = 0x418;
export const HART_VSTVEC = 0x420;
export const HART_VSSCRATCH = 0x428;
export const HART_VSEPC = 0x430;
export const HART_VSCAUSE = 0x438;
export const HART_VSTVAL = 0x440;
export const HART_VSATP = 0x448;
export const HART_VSTIMECMP = 0x450;
/** 16 bytes of pmpcfg, then 16 u64 of pmpaddr. */
export const HART_PMPCFG = 0x460;
export const HART_PMPADDR = 0x470;

/** 4 u64 each: mstateen0 to 3, hstateen0 to 3. */
export const HART_MSTATEEN = 0x600;
export const HART_HSTATEEN = 0x620;
/** u32: which programmable counters count just now, one bit each; whether any does so only in some modes. */
export const HART_HPM_COUNTING = 0x640;
export const HART_HPM_FILTERED = 0x644;
/** 32 u64 each, those of counters 0 to 2 unused: mhpmevent, mhpmcounter (see hpm.ts), and its value when last looked at. */
export const HART_HPM_EVENT = 0x700;
export const HART_HPM_COUNTER = 0x800;
export const HART_HPM_SEEN = 0x900;

// --- TLB: per hart, per context, direct-mapped -------------------------------------------------------------------

/** Contexts: U 0, S 1, S with SUM 2, M 3, VU 4, VS 5, VS with SUM 6. */
export const TLB_CONTEXTS = 8;
/** Entries a context; each is u64 read tag, u64 write tag, u32 addend (va + addend is the linear address). */
export const TLB_ENTRIES = 512;
export const TLB_ENTRY = 32;
export const TLB_WRITE_TAG = 8;
export const TLB_ADDEND = 16;
export const TLB_CONTEXT_SIZE = 0x4000;
export const TLB_HART_SIZE = 0x20000;
/** A tag that nothing looked up equals: a page address with up to 3 low bits of a misaligned access (see execute.ts), never bit 11. */
export const TLB_EMPTY = 0x800;

/** Entries a context for code; each is u64 page address, u32 decoded page. */
export const FETCH_ENTRIES = 256;
export const FETCH_ENTRY = 16;
export const FETCH_DECODED = 8;
export const FETCH_CONTEXT_SIZE = 0x1000;
export const FETCH_HART_SIZE = 0x8000;

// --- Decoded code ------------------------------------------------------------------------------------------------

/** A slot for each two bytes of code; slot.ts describes its fields. */
export const SLOT = 8;
export const SLOT_RD = 2;
/** rs2 of stores and branches, which have an immediate but no rd. */
export const SLOT_SOURCE = 2;
export const SLOT_RS1 = 3;
export const SLOT_LENGTH = 4;
export const SLOT_IMMEDIATE = 4;
/** rs2 of instructions without an immediate. */
export const SLOT_RS2 = 5;
/** rs3 and format of floating-point instructions. */
export const SLOT_RS3 = 6;
/** What HART_FLOAT_READY must have for the interpreter's own case of a floating-point instruction. */
export const SLOT_READY = 7;
/** Slots of a page, and the one after it that leads to the next page. */
export const DECODED_PAGE_SIZE = 0x4010;
export const MAX_DECODED_PAGES = 4096;

// --- Results of runHart ------------------------------------------------------------------------------------------

export const EXIT_BUDGET = 0;
export const EXIT_WAITING = 1;
export const EXIT_BREAKPOINT = 2;
export const EXIT_STOP = 3;
