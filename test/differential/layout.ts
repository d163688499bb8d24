/**
 * Where everything of a differential run lies in RAM, which QEMU and the machine both start with:
 *
 *   0x8000_0000  the runtime (runtime.ts)
 *   0x8020_0000  page tables of the present block, made from its own
 *   0x8024_0000  data of the present block
 *   0x8030_0000  blocks: descriptor, registers, page tables, code
 *   RESULTS      what each block left behind
 */
import { COMPARED } from './state.ts';

export const RAM_BASE = 0x8000_0000;
/** Of RAM, in bytes. */
export const MEMORY = 64 * 2 ** 20;

export const TABLES = 0x8020_0000;
export const TABLE_PAGES = 24;
export const DATA = 0x8024_0000;
export const DATA_PAGES = 8;
export const PAGE = 0x1000;
export const BLOCKS = 0x8030_0000;
export const RESULTS = 0x8200_0000;

/** User code may not be the supervisor's, so it runs at another address: RAM again, through pages with U. */
export const USER_ALIAS = 0x1_0000_0000;
/** Virtual addresses whose pages are mapped at random; nothing is at these physical ones. */
export const WINDOW = 0x1_c000_0000;
export const WINDOW_PAGES = 32;

/** Byte offsets in a block, which is PAGE-aligned. */
export const BLOCK_NEXT = 0;
/** Physical addresses of the code's start and of the `ecall` that ends it. */
export const BLOCK_CODE = 8;
export const BLOCK_END = 16;
/** Where it is entered, and mstatus for that: by mret, or if it is virtual by sret. */
export const BLOCK_ENTRY = 24;
export const BLOCK_STATUS = 32;
/** What the data is filled from. */
export const BLOCK_SEED = 40;
/** Bits of mip that are pending. */
export const BLOCK_PENDING = 48;
export const BLOCK_VIRTUAL = 56;
export const BLOCK_X = 64;
export const BLOCK_F = BLOCK_X + 32 * 8;
export const BLOCK_CSRS = BLOCK_F + 32 * 8;
/** TABLE_PAGES pages, then code. */
export const BLOCK_TABLES = PAGE;
export const BLOCK_CODE_OFFSET = PAGE * (1 + TABLE_PAGES);
export const BLOCK_CODE_PAGES = 1;
export const BLOCK_SIZE = BLOCK_CODE_OFFSET + BLOCK_CODE_PAGES * PAGE;

/** Traps that are written down; of more only the count is. */
export const LOGGED_TRAPS = 12;
/** A block ends at so many. */
export const MOST_TRAPS = 48;

/** CSRs that are written down at each trap. */
export const TRAP_CSRS = [
  ...[
    'mcause',
    'mepc',
    'mtval',
    'mtval2',
    'mtinst',
    'mstatus',
    'hstatus',
    'scause',
    'sepc',
    'stval',
    'htval',
    'htinst',
  ],
  ...['vsstatus', 'vscause', 'vsepc', 'vstval'],
];

/** 64-bit fields of a result, in order. */
export const RESULT_FIELDS: readonly string[] = [
  ...Array.from({ length: 32 }, (_, n) => `x${n}`),
  ...Array.from({ length: 32 }, (_, n) => `f${n}`),
  ...COMPARED,
  ...['data', 'tables', 'traps'],
  ...Array.from({ length: LOGGED_TRAPS }, (_, n) => TRAP_CSRS.map((csr) => `trap ${n} ${csr}`)).flat(),
];

export const RESULT_X = 0;
export const RESULT_F = 32 * 8;
export const RESULT_CSRS = 64 * 8;
export const RESULT_DATA = RESULT_CSRS + COMPARED.length * 8;
export const RESULT_TABLES = RESULT_DATA + 8;
export const RESULT_TRAPS = RESULT_DATA + 16;
export const RESULT_LOG = RESULT_DATA + 24;
export const RESULT_SIZE = RESULT_FIELDS.length * 8;

/** Blocks of one run, as far as memory reaches. */
export const MOST_BLOCKS = Math.floor((RESULTS - BLOCKS) / BLOCK_SIZE);
