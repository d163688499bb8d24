/** Zicbom and Zicboz: there are no caches, so managing one is only a check of the access. Blocks are of 64 bytes (Zic64b). */
import { ACCESS_READ, ACCESS_WRITE, accessFault } from './access.ts';
import { MENVCFG_CBCFE, MENVCFG_CBIE, MENVCFG_CBZE } from './csr-constants.ts';
import { environmentAllows } from './environment.ts';
import { HART_PHYSICAL, SLOT_RS1, TLB_ADDEND, TLB_WRITE_TAG } from './layout.ts';
import { stored } from './memory.ts';
import { CONTEXT_V, dataContext, modeOf } from './mode.ts';
import { ramAt } from './physical.ts';
import { pmpAllows } from './pmp.ts';
import { dataEntry, dataTable, enterData } from './tlb.ts';
import { locate } from './translate.ts';
import { raise } from './trap.ts';
import { noticeAccess } from './watchpoints.ts';

const BLOCK_SIZE: u64 = 64;
const BLOCK_MASK: u64 = ~(BLOCK_SIZE - 1);

/** cbo.inval. Its flushing and its invalidating kind (CBIE) are one without caches. */
export function invalidateBlock(hart: usize, slot: usize): bool {
  return environmentAllows(hart, MENVCFG_CBIE) && manage(hart, slot);
}

/** cbo.clean and cbo.flush */
export function cleanBlock(hart: usize, slot: usize): bool {
  return environmentAllows(hart, MENVCFG_CBCFE) && manage(hart, slot);
}

/** Translates the address in rs1, and wants PMP to allow the access to the whole block; else false, raised. */
function reach(hart: usize, context: u32, va: u64, access: u32): bool {
  if (!locate(hart, context, va, 1, access)) return false;
  const block = load<u64>(hart, HART_PHYSICAL) & BLOCK_MASK;
  if (pmpAllows(hart, block, BLOCK_SIZE, access, modeOf(context) & 3)) return true;
  return raise(hart, accessFault(ACCESS_WRITE), va, (context & CONTEXT_V) != 0);
}

/** Wants an access that a load or a store might make; the exception is a store's. */
function manage(hart: usize, slot: usize): bool {
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  const context = dataContext(hart);
  return reach(hart, context, va, ACCESS_READ) || reach(hart, context, va, ACCESS_WRITE);
}

/** cbo.zero: stores zeros to the block that rs1 points into. Only RAM has blocks. */
export function zeroBlock(hart: usize, slot: usize): bool {
  if (!environmentAllows(hart, MENVCFG_CBZE)) return false;
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  const block = va & BLOCK_MASK;
  const context = dataContext(hart);
  const entry = dataEntry(dataTable(hart, context), block);
  if (load<u64>(entry, TLB_WRITE_TAG) == (block & ~(<u64>0xfff))) {
    memory.fill(<usize>(<u32>block + load<u32>(entry, TLB_ADDEND)), 0, <usize>BLOCK_SIZE);
    return true;
  }
  if (!reach(hart, context, va, ACCESS_WRITE)) return false;
  const pa = load<u64>(hart, HART_PHYSICAL) & BLOCK_MASK;
  const linear = ramAt(pa, BLOCK_SIZE);
  if (!linear) return raise(hart, accessFault(ACCESS_WRITE), va, (context & CONTEXT_V) != 0);
  noticeAccess(hart, block, BLOCK_SIZE, ACCESS_WRITE);
  memory.fill(linear, 0, <usize>BLOCK_SIZE);
  stored(hart, pa, linear, <u32>BLOCK_SIZE);
  enterData(hart, context, block, pa, linear, true);
  return true;
}
