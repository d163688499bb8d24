/**
 * Address translation: Priv. 1.13, "Virtual Address Translation Process" and "Two-Stage Address Translation".
 *
 * The levels of a scheme are data: satp, vsatp and hgatp name a number of levels, each 9 bits; the G-stage's root has
 * two bits more. One walk serves the S-, VS- and G-stages.
 */
import {
  ACCESS_DEBUG,
  ACCESS_FETCH,
  ACCESS_READ,
  ACCESS_WRITE,
  accessFault,
  guestPageFault,
  pageFault,
} from './access.ts';
import {
  HENVCFG_ADUE,
  HENVCFG_PBMTE,
  MENVCFG_ADUE,
  MENVCFG_PBMTE,
  MSTATUS_MXR,
  SATP_MODE_SHIFT,
  SATP_PPN,
} from './csr-constants.ts';
import {
  HART_HENVCFG,
  HART_HGATP,
  HART_LEAF_SIZE,
  HART_MENVCFG,
  HART_MSTATUS,
  HART_PHYSICAL,
  HART_SATP,
  HART_VSATP,
  HART_VSSTATUS,
} from './layout.ts';
import { CONTEXT_M, CONTEXT_V, hasSum, modeOf, PRIVILEGE_S, PRIVILEGE_U } from './mode.ts';
import { ramAt } from './physical.ts';
import { pmpAllows } from './pmp.ts';
import { raise, raiseGuestPageFault } from './trap.ts';
import { noticeAccess } from './watchpoints.ts';

const PTE_V: u64 = 0x01;
const PTE_R: u64 = 0x02;
const PTE_W: u64 = 0x04;
const PTE_X: u64 = 0x08;
const PTE_U: u64 = 0x10;
const PTE_A: u64 = 0x40;
const PTE_D: u64 = 0x80;
const PTE_PPN_SHIFT: u64 = 10;
const PTE_PPN: u64 = 0x3ffffffffffc00;
const PTE_RESERVED: u64 = 0x1fc0000000000000;
/** Svpbmt: the page's memory type, which has no effect where all accesses are in order. */
const PTE_PBMT: u64 = 0x6000000000000000;
/** Svnapot: the leaf is one of 16 alike that make a page of 64 KiB, which the low bits of the PPN say. */
const PTE_N: u64 = 0x8000000000000000;
const PTE_NAPOT_SIZE: u64 = 0x3c00;
const PTE_NAPOT_64K: u64 = 0x2000;
const NAPOT_SIZE: u64 = 0x10000;

const PAGE_SHIFT: u64 = 12;
const LEVEL_BITS: u64 = 9;
/** The G-stage's root is four times as long (Sv39x4, Sv48x4, Sv57x4). */
const ROOT_BITS_X4: u64 = 2;

/** htinst for a guest-page fault on a page-table access of the VS-stage: as `ld` or `sd` of x0. */
const PSEUDO_READ: u64 = 0x3000;
const PSEUDO_WRITE: u64 = 0x3020;

/** Results of `walk`; the last two have raised nothing yet. */
const WALK_DONE: u32 = 0;
const WALK_RAISED: u32 = 1;
const WALK_PAGE_FAULT: u32 = 2;
const WALK_ACCESS_FAULT: u32 = 3;

/** What a walk needs to know of its stage and of the access that it serves. */
const STAGE_S: u32 = 0;
const STAGE_VS: u32 = 1;
const STAGE_G: u32 = 2;

/** Levels of the scheme that an atp register selects: 0 for Bare, 3, 4 or 5. */
function levelsOf(atp: u64): u64 {
  const mode = atp >> SATP_MODE_SHIFT;
  return mode == 0 ? 0 : mode - 5;
}

function permits(pte: u64, access: u32, mxr: bool): bool {
  if (access == ACCESS_DEBUG) return true;
  if (access == ACCESS_WRITE) return (pte & PTE_W) != 0;
  if (access == ACCESS_READ) return (pte & (mxr ? PTE_R | PTE_X : PTE_R)) != 0;
  return (pte & PTE_X) != 0;
}

/** Whether the mode may use a leaf at all. The G-stage takes every access for a user's. */
function reachableBy(pte: u64, stage: u32, context: u32, access: u32): bool {
  if (access == ACCESS_DEBUG) return true;
  const user = (pte & PTE_U) != 0;
  if (stage == STAGE_G || (context & 3) == PRIVILEGE_U) return user;
  return !user || (hasSum(context) && access != ACCESS_FETCH);
}

/** Whether hardware sets A and D (Svadu) or leaves it to a page fault (Svade). */
function mayUpdate(hart: usize, stage: u32): bool {
  if (!(load<u64>(hart, HART_MENVCFG) & MENVCFG_ADUE)) return false;
  return stage != STAGE_VS || (load<u64>(hart, HART_HENVCFG) & HENVCFG_ADUE) != 0;
}

/** The bits that are reserved in entries of a stage: without Svpbmt those of the memory type too. */
function reservedBits(hart: usize, stage: u32): u64 {
  const allowed =
    load<u64>(hart, HART_MENVCFG) & MENVCFG_PBMTE &&
    (stage != STAGE_VS || (load<u64>(hart, HART_HENVCFG) & HENVCFG_PBMTE) != 0);
  return allowed ? PTE_RESERVED : PTE_RESERVED | PTE_PBMT;
}

/** Whether PBMT and N, as far as they are allowed, have one of their reserved values. */
function isReserved(pte: u64, level: u64): bool {
  if ((pte & PTE_PBMT) == PTE_PBMT) return true;
  if (!(pte & (PTE_R | PTE_X))) return (pte & (PTE_PBMT | PTE_N)) != 0;
  return (pte & PTE_N) != 0 && (level != 1 || (pte & PTE_NAPOT_SIZE) != PTE_NAPOT_64K);
}

function executableReadable(hart: usize, stage: u32, context: u32): bool {
  // vsstatus.MXR is for the VS-stage alone, that of HS-level for both (Priv. 1.13, "vsstatus").
  if (load<u64>(hart, HART_MSTATUS) & MSTATUS_MXR) return true;
  return stage == STAGE_VS && (context & CONTEXT_V) != 0 && (load<u64>(hart, HART_VSSTATUS) & MSTATUS_MXR) != 0;
}

/** Physical address of a page-table entry of the VS-stage, or false having raised a guest-page or access fault. */
function entryThroughG(hart: usize, entry: u64, va: u64, access: u32, write: bool): bool {
  const kind = write ? ACCESS_WRITE : ACCESS_READ;
  const result = guestStage(hart, entry, kind, CONTEXT_V | PRIVILEGE_S);
  if (result == WALK_DONE) return true;
  if (result == WALK_ACCESS_FAULT) return raise(hart, accessFault(access), va, true);
  return raiseGuestPageFault(hart, guestPageFault(access), va, entry, write ? PSEUDO_WRITE : PSEUDO_READ);
}

/**
 * Walks one stage's tables. `address` is what the stage translates, `va` the original virtual address for xtval.
 * On success HART_PHYSICAL has the translation and HART_LEAF_SIZE the size of the leaf.
 */
function walk(hart: usize, stage: u32, atp: u64, address: u64, va: u64, access: u32, context: u32): u32 {
  const levels = levelsOf(atp);
  const mxr = executableReadable(hart, stage, context);
  const reserved = reservedBits(hart, stage);
  let table = (atp & SATP_PPN) << PAGE_SHIFT;
  for (let level = levels; level > 0; level--) {
    const shift = PAGE_SHIFT + LEVEL_BITS * (level - 1);
    const bits = level == levels && stage == STAGE_G ? LEVEL_BITS + ROOT_BITS_X4 : LEVEL_BITS;
    const entry = table + ((address >> shift) & (((<u64>1) << bits) - 1)) * 8;
    let physical = entry;
    if (stage == STAGE_VS) {
      if (!entryThroughG(hart, entry, va, access, false)) return WALK_RAISED;
      physical = load<u64>(hart, HART_PHYSICAL);
    }
    const linear = ramAt(physical, 8);
    if (!linear || !pmpAllows(hart, physical, 8, ACCESS_READ, PRIVILEGE_S)) return WALK_ACCESS_FAULT;
    let pte = load<u64>(linear);
    if (!(pte & PTE_V) || (pte & (PTE_R | PTE_W)) == PTE_W || pte & reserved) return WALK_PAGE_FAULT;
    if (isReserved(pte, level)) return WALK_PAGE_FAULT;
    let target = ((pte & PTE_PPN) >> PTE_PPN_SHIFT) << PAGE_SHIFT;
    if (!(pte & (PTE_R | PTE_X))) {
      if (pte & (PTE_D | PTE_A | PTE_U)) return WALK_PAGE_FAULT;
      table = target;
      continue;
    }
    const napot = (pte & PTE_N) != 0;
    const size = napot ? NAPOT_SIZE : (<u64>1) << shift;
    if (napot) target &= ~(NAPOT_SIZE - 1);
    if (!reachableBy(pte, stage, context, access) || !permits(pte, access, mxr)) return WALK_PAGE_FAULT;
    if (target & (size - 1)) return WALK_PAGE_FAULT;
    const wanted = access == ACCESS_WRITE ? PTE_A | PTE_D : PTE_A;
    if ((pte & wanted) != wanted && access != ACCESS_DEBUG) {
      if (!mayUpdate(hart, stage)) return WALK_PAGE_FAULT;
      if (stage == STAGE_VS && !entryThroughG(hart, entry, va, access, true)) return WALK_RAISED;
      if (!pmpAllows(hart, physical, 8, ACCESS_WRITE, PRIVILEGE_S)) return WALK_ACCESS_FAULT;
      pte |= wanted;
      store<u64>(linear, pte);
    }
    store<u64>(hart, target | (address & (size - 1)), HART_PHYSICAL);
    store<u64>(hart, size, HART_LEAF_SIZE);
    return WALK_DONE;
  }
  return WALK_PAGE_FAULT;
}

/** Guest physical to supervisor physical address. */
function guestStage(hart: usize, gpa: u64, access: u32, context: u32): u32 {
  const hgatp = load<u64>(hart, HART_HGATP);
  const levels = levelsOf(hgatp);
  if (levels == 0) {
    store<u64>(hart, gpa, HART_PHYSICAL);
    store<u64>(hart, ~(<u64>0), HART_LEAF_SIZE);
    return WALK_DONE;
  }
  if (gpa >> (PAGE_SHIFT + LEVEL_BITS * levels + ROOT_BITS_X4)) return WALK_PAGE_FAULT;
  return walk(hart, STAGE_G, hgatp, gpa, 0, access, context);
}

/** The S- or VS-stage of `context`: result in HART_PHYSICAL, or false having raised. */
function firstStage(hart: usize, context: u32, va: u64, access: u32): bool {
  const virtualized = (context & CONTEXT_V) != 0;
  const atp = virtualized ? load<u64>(hart, HART_VSATP) : load<u64>(hart, HART_SATP);
  const levels = levelsOf(atp);
  if (levels == 0 || context == CONTEXT_M) {
    store<u64>(hart, va, HART_PHYSICAL);
    store<u64>(hart, ~(<u64>0), HART_LEAF_SIZE);
    return true;
  }
  const unused = 64 - (PAGE_SHIFT + LEVEL_BITS * levels);
  if (<u64>(<i64>(va << unused) >> unused) != va) return raise(hart, pageFault(access), va, virtualized);
  const result = walk(hart, virtualized ? STAGE_VS : STAGE_S, atp, va, va, access, context);
  if (result == WALK_PAGE_FAULT) return raise(hart, pageFault(access), va, virtualized);
  if (result == WALK_ACCESS_FAULT) return raise(hart, accessFault(access), va, virtualized);
  return result == WALK_DONE;
}

/**
 * Translates `va` for an access of `size` bytes (within a page) in `context` (mode.ts) and checks PMP. On success
 * HART_PHYSICAL is the physical address and HART_LEAF_SIZE the smallest leaf on the way, ~0 if there was none;
 * else false, with the exception raised.
 */
export function locate(hart: usize, context: u32, va: u64, size: u64, access: u32): bool {
  if (!firstStage(hart, context, va, access)) return false;
  const virtualized = (context & CONTEXT_V) != 0;
  if (virtualized) {
    const gpa = load<u64>(hart, HART_PHYSICAL);
    const leaf = load<u64>(hart, HART_LEAF_SIZE);
    const result = guestStage(hart, gpa, access, context);
    if (result == WALK_PAGE_FAULT) return raiseGuestPageFault(hart, guestPageFault(access), va, gpa, 0);
    if (result == WALK_ACCESS_FAULT) return raise(hart, accessFault(access), va, true);
    if (leaf < load<u64>(hart, HART_LEAF_SIZE)) store<u64>(hart, leaf, HART_LEAF_SIZE);
  }
  if (access == ACCESS_DEBUG) return true;
  const privilege = modeOf(context) & 3;
  if (pmpAllows(hart, load<u64>(hart, HART_PHYSICAL), size, access, privilege)) return true;
  return raise(hart, accessFault(access), va, virtualized);
}

/** The same for an access that a hart makes, which a debugger may watch. */
export function translate(hart: usize, context: u32, va: u64, size: u64, access: u32): bool {
  if (!locate(hart, context, va, size, access)) return false;
  noticeAccess(hart, va, size, access);
  return true;
}
