/**
 * The hypervisor's own address space: identity-mapped Sv39 in which code cannot be written, data not executed, and page 0, each
 * stack's guard page and all devices are not there at all.
 */
import { csrr_satp, csrw_satp, SATP_MODE_SHIFT } from '../../rv/csr.ts';
import { sfence_vma_all } from '../../rv/intrinsics.ts';
import { linkTable } from '../link-table.ts';
import { panic } from '../report/panic.ts';
import { PAGE_SIZE } from './allocator.ts';
import { allocate } from './heap.ts';
import {
  GIGAPAGE,
  initializePageTable,
  mapRange,
  PageTable,
  PTE_A,
  PTE_D,
  PTE_G,
  PTE_R,
  PTE_V,
  PTE_W,
  PTE_X,
} from './page-table.ts';

const SATP_SV39: u64 = 8;
/** Sv39 identity-maps the lower half of its addresses. */
export const HS_ADDRESS_END: usize = 0x40_0000_0000;
const ALWAYS: u64 = PTE_A | PTE_D | PTE_G | PTE_V;
const READ_WRITE: u64 = PTE_R | PTE_W | ALWAYS;
const READ_ONLY: u64 = PTE_R | ALWAYS;
const READ_EXECUTE: u64 = PTE_R | PTE_X | ALWAYS;

let hostTable = changetype<PageTable>(<usize>0);

export function initializeHostPageTable(): void {
  hostTable = changetype<PageTable>(allocate(offsetof<PageTable>()));
  initializePageTable(hostTable, 3, 0);
  const image = linkTable();
  mapHost(image.textStart, image.textEnd, READ_EXECUTE);
  mapHost(image.rodataStart, image.rodataEnd, READ_ONLY);
  mapHost(image.dataStart, image.stackBottom - PAGE_SIZE, READ_WRITE);
  for (let bottom = image.stackBottom; bottom < image.imageEnd; bottom += image.stackStride) {
    mapHost(bottom, bottom + image.stackStride - PAGE_SIZE, READ_WRITE);
  }
}

/** Maps memory outside the image for reading and writing. */
export function mapHostMemory(start: usize, end: usize): void {
  mapHost(start, end, READ_WRITE);
}

/** Maps [start, end), widened to whole pages. */
function mapHost(start: usize, end: usize, flags: u64): void {
  const first = start & ~(PAGE_SIZE - 1);
  mapRange(hostTable, first, first, ((end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1)) - first, flags, GIGAPAGE);
}

/** Turns translation on for the hart that calls. */
export function enableHostPageTable(): void {
  csrw_satp((SATP_SV39 << SATP_MODE_SHIFT) | (hostTable.root >> 12));
  if (csrr_satp() >> SATP_MODE_SHIFT != SATP_SV39) panic('this hart has no Sv39');
  sfence_vma_all();
}
