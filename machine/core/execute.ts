/**
 * The interpreter: runs the hart's instructions from decoded slots until something else has to be done.
 *
 * `slot` is the present instruction's slot and stands for the pc: pc = bias + slot / 4, since a slot of eight bytes
 * decodes two bytes of code. A case ends by `continue` after moving `slot`, or, to jump elsewhere, by `break` with
 * `target` set; what takes longer than a few operations is a call. `left` counts down the instructions granted.
 */
import { div, divu, divuw, divw, mulh, mulhsu, mulhu, rem, remu, remuw, remw } from './arithmetic.ts';
import { isBreakpoint } from './breakpoints.ts';
import { codeAddress, DIVIDED_PAGE, decodeSlot, enterPage, fetchSingle } from './code.ts';
import {
  OP_ADD,
  OP_ADD_UW,
  OP_ADDI,
  OP_ADDIW,
  OP_ADDW,
  OP_AND,
  OP_ANDI,
  OP_ANDN,
  OP_AUIPC,
  OP_BEQ,
  OP_BGE,
  OP_BGEU,
  OP_BLT,
  OP_BLTU,
  OP_BNE,
  OP_CLZ,
  OP_CTZ,
  OP_CZERO_EQZ,
  OP_CZERO_NEZ,
  OP_DIV,
  OP_DIVU,
  OP_DIVUW,
  OP_DIVW,
  OP_FLD,
  OP_FLW,
  OP_FSD,
  OP_FSW,
  OP_JAL,
  OP_JALR,
  OP_LB,
  OP_LBU,
  OP_LD,
  OP_LH,
  OP_LHU,
  OP_LUI,
  OP_LW,
  OP_LWU,
  OP_MAX,
  OP_MAXU,
  OP_MIN,
  OP_MINU,
  OP_MUL,
  OP_MULH,
  OP_MULHSU,
  OP_MULHU,
  OP_MULW,
  OP_NONE,
  OP_OR,
  OP_ORI,
  OP_REM,
  OP_REMU,
  OP_REMUW,
  OP_REMW,
  OP_REV8,
  OP_RORI,
  OP_RORIW,
  OP_SB,
  OP_SD,
  OP_SEXT_B,
  OP_SEXT_H,
  OP_SH,
  OP_SH1ADD,
  OP_SH2ADD,
  OP_SH3ADD,
  OP_SLL,
  OP_SLLI,
  OP_SLLIW,
  OP_SLLW,
  OP_SLT,
  OP_SLTI,
  OP_SLTIU,
  OP_SLTU,
  OP_SRA,
  OP_SRAI,
  OP_SRAIW,
  OP_SRAW,
  OP_SRL,
  OP_SRLI,
  OP_SRLIW,
  OP_SRLW,
  OP_SUB,
  OP_SUBW,
  OP_SW,
  OP_XOR,
  OP_XORI,
  OP_ZEXT_H,
} from './decoder.generated.ts';
import { DOUBLE, SINGLE } from './float/format.ts';
import { READY_TO_READ, READY_TO_WRITE } from './float/ready.ts';
import { refreshFloat } from './float/state.ts';
import {
  HART_EXECUTED,
  HART_F,
  HART_FLOAT_READY,
  HART_GRANTED,
  HART_LEFT,
  HART_PASS_BREAKPOINT,
  HART_PC,
  HART_SCRATCH_BITS,
  HART_TRAP_BITS,
  SLOT_IMMEDIATE,
  SLOT_LENGTH,
  SLOT_RD,
  SLOT_RS1,
  SLOT_RS2,
  SLOT_SOURCE,
  TLB_ADDEND,
  TLB_CONTEXT_SIZE,
  TLB_ENTRY,
  TLB_WRITE_TAG,
} from './layout.ts';
import { dataContext } from './mode.ts';
import {
  OP_BEQ_NEAR,
  OP_BGE_NEAR,
  OP_BGEU_NEAR,
  OP_BLT_NEAR,
  OP_BLTU_NEAR,
  OP_BNE_NEAR,
  OP_BREAKPOINT,
  OP_CROSSING,
  OP_J,
  OP_J_NEAR,
  OP_JAL_NEAR,
  OP_JR,
  OP_LI,
  OP_LOAD_X0,
  OP_MV,
  OP_NOP,
  OP_PAGE_END,
} from './ops.ts';
import { BREAK, DONE, RECHECK, SPENT, TRAP } from './outcome.ts';
import { executeRare, loadFloatSlow, loadSlow, loadX0, storeFloatSlow, storeSlow } from './rare.ts';
import { dataTable } from './tlb.ts';

const PAGE_MASK: u64 = ~(<u64>0xfff);
/** No page has this address. */
const NO_PAGE: u64 = 1;
/** From an address to its entry's offset in the data table (tlb.ts, dataEntry). */
const ENTRY_SHIFT: u32 = 7;
/** Above a single in a register: NaN boxing. */
const SINGLE_BOXING: u64 = 0xffffffff00000000;
/** The index takes in higher bits of the address, so that arrays a power of two apart do not evict each other. */
const FOLD_SHIFT: u32 = 16;
const ENTRY_MASK: u32 = TLB_CONTEXT_SIZE - TLB_ENTRY;

function rs1(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS1));
}

function rs2(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS2));
}

/** rs2 of a store or branch. */
function source(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_SOURCE));
}

function setRd(hart: usize, slot: usize, value: u64): void {
  store<u64>(hart + load<u8>(slot, SLOT_RD), value);
}

/** Writes rd of a word instruction: the value is sign-extended. */
function setWord(hart: usize, slot: usize, value: i32): void {
  store<u64>(hart + load<u8>(slot, SLOT_RD), <u64>(<i64>value));
}

function immediate(slot: usize): i32 {
  return load<i32>(slot, SLOT_IMMEDIATE) >> 8;
}

function wide(slot: usize): u64 {
  return <u64>(<i64>immediate(slot));
}

/** Distance to the next instruction's slot. */
function length(slot: usize): usize {
  return load<u8>(slot, SLOT_LENGTH);
}

/** The entry that an access at `va` may hit. */
function lookUp(table: usize, va: u64): usize {
  return table + (((<u32>va >> ENTRY_SHIFT) ^ (<u32>va >> FOLD_SHIFT)) & ENTRY_MASK);
}

/** Equal to an entry's tag if `va` is in that page and aligned to `size`. */
function tagOf(va: u64, size: u64): u64 {
  return va & (PAGE_MASK | (size - 1));
}

function linear(entry: usize, va: u64): usize {
  return <usize>(<u32>va + load<u32>(entry, TLB_ADDEND));
}

function leave(hart: usize, pc: u64, left: u32, outcome: u32): u32 {
  store<u64>(hart, pc, HART_PC);
  store<u32>(hart, left, HART_LEFT);
  return outcome;
}

/** Leaves after an instruction that ended with `outcome`, with HART_PC where that says. */
function finish(hart: usize, slot: usize, bias: u64, page: usize, left: u32, outcome: u32): u32 {
  const pc = bias + <u64>(slot >> 2);
  if (outcome == RECHECK) return leave(hart, pc + <u64>(length(slot) >> 2), left, outcome);
  if (outcome == TRAP) {
    const code = codeAddress(page) + (<u32>pc & 0xfff);
    const half: u32 = page ? load<u16>(code) : 0;
    const bits = (half & 3) == 3 ? load<u32>(code) : half;
    store<u32>(hart, page ? bits : load<u32>(hart, HART_SCRATCH_BITS), HART_TRAP_BITS);
    return leave(hart, pc, left, outcome);
  }
  return leave(hart, load<u64>(hart, HART_PC), left, outcome);
}

/** Runs from HART_PC with HART_LEFT instructions granted; on return both are up to date. */
export function execute(hart: usize): u32 {
  refreshFloat(hart);
  const table = dataTable(hart, dataContext(hart));
  let left = load<u32>(hart, HART_LEFT);
  let target = load<u64>(hart, HART_PC);
  /** The page that `slot` lies in: virtual address, and decoded form or 0 if the slot is the hart's own. */
  let pageAddress: u64 = NO_PAGE;
  let page: usize = 0;
  let bias: u64 = 0;
  let slot: usize = 0;
  while (true) {
    if ((target & PAGE_MASK) != pageAddress) {
      page = enterPage(hart, target);
      if (page > DIVIDED_PAGE) {
        pageAddress = target & PAGE_MASK;
        bias = pageAddress - <u64>(page >> 2);
      }
    }
    if (page > DIVIDED_PAGE) {
      slot = page + ((<u32>target & 0xfff) << 2);
    } else {
      // Either the fetch faults, or one instruction of a page that PMP divides can run.
      if (!left) return leave(hart, target, left, SPENT);
      slot = page ? fetchSingle(hart, target) : 0;
      if (!slot) return leave(hart, target, left - 1, TRAP);
      pageAddress = NO_PAGE;
      page = 0;
      bias = target - <u64>(slot >> 2);
    }
    while (true) {
      if (!left) return leave(hart, bias + <u64>(slot >> 2), left, SPENT);
      left--;
      switch (<u32>load<u16>(slot)) {
        case OP_NONE:
          decodeSlot(page, slot);
          left++;
          continue;
        case OP_PAGE_END:
          left++;
          target = bias + <u64>(slot >> 2);
          break;
        case OP_CROSSING: {
          const pc = bias + <u64>(slot >> 2);
          slot = fetchSingle(hart, pc);
          if (!slot) return leave(hart, pc, left, TRAP);
          left++;
          pageAddress = NO_PAGE;
          page = 0;
          bias = pc - <u64>(slot >> 2);
          continue;
        }
        case OP_BREAKPOINT: {
          const pc = bias + <u64>(slot >> 2);
          store<u32>(hart, left + 1, HART_LEFT);
          if (stopsAt(hart, pc)) return leave(hart, pc, left + 1, BREAK);
          slot = fetchSingle(hart, pc);
          if (!slot) return leave(hart, pc, left, TRAP);
          left++;
          pageAddress = NO_PAGE;
          page = 0;
          bias = pc - <u64>(slot >> 2);
          continue;
        }
        case OP_NOP:
          slot += length(slot);
          continue;
        case OP_LI:
          setRd(hart, slot, wide(slot));
          slot += length(slot);
          continue;
        case OP_MV:
          setRd(hart, slot, rs1(hart, slot));
          slot += length(slot);
          continue;
        case OP_LUI:
          setWord(hart, slot, immediate(slot) << 12);
          slot += length(slot);
          continue;
        case OP_AUIPC:
          setRd(hart, slot, bias + <u64>(slot >> 2) + (wide(slot) << 12));
          slot += length(slot);
          continue;

        // Jumps and branches
        case OP_J_NEAR:
          slot += immediate(slot);
          continue;
        case OP_JAL_NEAR:
          setRd(hart, slot, bias + <u64>((slot + length(slot)) >> 2));
          slot += immediate(slot);
          continue;
        case OP_J:
          target = bias + <u64>(slot >> 2) + wide(slot);
          break;
        case OP_JAL:
          target = bias + <u64>(slot >> 2) + wide(slot);
          setRd(hart, slot, bias + <u64>((slot + length(slot)) >> 2));
          break;
        case OP_JR:
          target = (rs1(hart, slot) + wide(slot)) & ~(<u64>1);
          break;
        case OP_JALR:
          target = (rs1(hart, slot) + wide(slot)) & ~(<u64>1);
          setRd(hart, slot, bias + <u64>((slot + length(slot)) >> 2));
          break;
        case OP_BEQ_NEAR:
          slot += rs1(hart, slot) == source(hart, slot) ? <usize>immediate(slot) : length(slot);
          continue;
        case OP_BNE_NEAR:
          slot += rs1(hart, slot) != source(hart, slot) ? <usize>immediate(slot) : length(slot);
          continue;
        case OP_BLT_NEAR:
          slot += <i64>rs1(hart, slot) < <i64>source(hart, slot) ? <usize>immediate(slot) : length(slot);
          continue;
        case OP_BGE_NEAR:
          slot += <i64>rs1(hart, slot) >= <i64>source(hart, slot) ? <usize>immediate(slot) : length(slot);
          continue;
        case OP_BLTU_NEAR:
          slot += rs1(hart, slot) < source(hart, slot) ? <usize>immediate(slot) : length(slot);
          continue;
        case OP_BGEU_NEAR:
          slot += rs1(hart, slot) >= source(hart, slot) ? <usize>immediate(slot) : length(slot);
          continue;
        case OP_BEQ:
          if (rs1(hart, slot) == source(hart, slot)) {
            target = bias + <u64>(slot >> 2) + wide(slot);
            break;
          }
          slot += length(slot);
          continue;
        case OP_BNE:
          if (rs1(hart, slot) != source(hart, slot)) {
            target = bias + <u64>(slot >> 2) + wide(slot);
            break;
          }
          slot += length(slot);
          continue;
        case OP_BLT:
          if (<i64>rs1(hart, slot) < <i64>source(hart, slot)) {
            target = bias + <u64>(slot >> 2) + wide(slot);
            break;
          }
          slot += length(slot);
          continue;
        case OP_BGE:
          if (<i64>rs1(hart, slot) >= <i64>source(hart, slot)) {
            target = bias + <u64>(slot >> 2) + wide(slot);
            break;
          }
          slot += length(slot);
          continue;
        case OP_BLTU:
          if (rs1(hart, slot) < source(hart, slot)) {
            target = bias + <u64>(slot >> 2) + wide(slot);
            break;
          }
          slot += length(slot);
          continue;
        case OP_BGEU:
          if (rs1(hart, slot) >= source(hart, slot)) {
            target = bias + <u64>(slot >> 2) + wide(slot);
            break;
          }
          slot += length(slot);
          continue;

        // Loads and stores
        case OP_LB: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 1)) {
            setRd(hart, slot, <u64>(<i64>load<i8>(linear(entry, va))));
          } else {
            const outcome = loadSlow(hart, slot, va, 1, true, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LH: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 2)) {
            setRd(hart, slot, <u64>(<i64>load<i16>(linear(entry, va))));
          } else {
            const outcome = loadSlow(hart, slot, va, 2, true, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LW: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 4)) {
            setRd(hart, slot, <u64>(<i64>load<i32>(linear(entry, va))));
          } else {
            const outcome = loadSlow(hart, slot, va, 4, true, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LD: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 8)) {
            setRd(hart, slot, load<u64>(linear(entry, va)));
          } else {
            const outcome = loadSlow(hart, slot, va, 8, false, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LBU: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 1)) {
            setRd(hart, slot, load<u8>(linear(entry, va)));
          } else {
            const outcome = loadSlow(hart, slot, va, 1, false, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LHU: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 2)) {
            setRd(hart, slot, load<u16>(linear(entry, va)));
          } else {
            const outcome = loadSlow(hart, slot, va, 2, false, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LWU: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 4)) {
            setRd(hart, slot, load<u32>(linear(entry, va)));
          } else {
            const outcome = loadSlow(hart, slot, va, 4, false, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_LOAD_X0: {
          const outcome = loadX0(hart, slot, rs1(hart, slot) + wide(slot), left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        }
        case OP_SB: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 1)) {
            store<u8>(linear(entry, va), <u8>source(hart, slot));
          } else {
            const outcome = storeSlow(hart, slot, va, 1, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_SH: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 2)) {
            store<u16>(linear(entry, va), <u16>source(hart, slot));
          } else {
            const outcome = storeSlow(hart, slot, va, 2, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_SW: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 4)) {
            store<u32>(linear(entry, va), <u32>source(hart, slot));
          } else {
            const outcome = storeSlow(hart, slot, va, 4, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_SD: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 8)) {
            store<u64>(linear(entry, va), source(hart, slot));
          } else {
            const outcome = storeSlow(hart, slot, va, 8, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }

        case OP_FLW: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 4) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_WRITE) {
            store<u64>(hart + load<u8>(slot, SLOT_RD), SINGLE_BOXING | load<u32>(linear(entry, va)), HART_F);
          } else {
            const outcome = loadFloatSlow(hart, slot, va, SINGLE, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_FLD: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry) == tagOf(va, 8) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_WRITE) {
            store<u64>(hart + load<u8>(slot, SLOT_RD), load<u64>(linear(entry, va)), HART_F);
          } else {
            const outcome = loadFloatSlow(hart, slot, va, DOUBLE, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_FSW: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 4) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_READ) {
            store<u32>(linear(entry, va), load<u32>(hart + load<u8>(slot, SLOT_SOURCE), HART_F));
          } else {
            const outcome = storeFloatSlow(hart, slot, va, SINGLE, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }
        case OP_FSD: {
          const va = rs1(hart, slot) + wide(slot);
          const entry = lookUp(table, va);
          if (load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 8) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_READ) {
            store<u64>(linear(entry, va), load<u64>(hart + load<u8>(slot, SLOT_SOURCE), HART_F));
          } else {
            const outcome = storeFloatSlow(hart, slot, va, DOUBLE, left);
            if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          }
          slot += length(slot);
          continue;
        }

        // Integer operations; shift counts are taken modulo the width by wasm as by RISC-V
        case OP_ADDI:
          setRd(hart, slot, rs1(hart, slot) + wide(slot));
          slot += length(slot);
          continue;
        case OP_SLTI:
          setRd(hart, slot, <i64>rs1(hart, slot) < <i64>wide(slot) ? 1 : 0);
          slot += length(slot);
          continue;
        case OP_SLTIU:
          setRd(hart, slot, rs1(hart, slot) < wide(slot) ? 1 : 0);
          slot += length(slot);
          continue;
        case OP_XORI:
          setRd(hart, slot, rs1(hart, slot) ^ wide(slot));
          slot += length(slot);
          continue;
        case OP_ORI:
          setRd(hart, slot, rs1(hart, slot) | wide(slot));
          slot += length(slot);
          continue;
        case OP_ANDI:
          setRd(hart, slot, rs1(hart, slot) & wide(slot));
          slot += length(slot);
          continue;
        case OP_SLLI:
          setRd(hart, slot, rs1(hart, slot) << wide(slot));
          slot += length(slot);
          continue;
        case OP_SRLI:
          setRd(hart, slot, rs1(hart, slot) >> wide(slot));
          slot += length(slot);
          continue;
        case OP_SRAI:
          setRd(hart, slot, <u64>(<i64>rs1(hart, slot) >> <i64>wide(slot)));
          slot += length(slot);
          continue;
        case OP_ADD:
          setRd(hart, slot, rs1(hart, slot) + rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SUB:
          setRd(hart, slot, rs1(hart, slot) - rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SLL:
          setRd(hart, slot, rs1(hart, slot) << rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SLT:
          setRd(hart, slot, <i64>rs1(hart, slot) < <i64>rs2(hart, slot) ? 1 : 0);
          slot += length(slot);
          continue;
        case OP_SLTU:
          setRd(hart, slot, rs1(hart, slot) < rs2(hart, slot) ? 1 : 0);
          slot += length(slot);
          continue;
        case OP_XOR:
          setRd(hart, slot, rs1(hart, slot) ^ rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SRL:
          setRd(hart, slot, rs1(hart, slot) >> rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SRA:
          setRd(hart, slot, <u64>(<i64>rs1(hart, slot) >> <i64>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_OR:
          setRd(hart, slot, rs1(hart, slot) | rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_AND:
          setRd(hart, slot, rs1(hart, slot) & rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_ADDIW:
          setWord(hart, slot, <i32>rs1(hart, slot) + immediate(slot));
          slot += length(slot);
          continue;
        case OP_SLLIW:
          setWord(hart, slot, (<i32>rs1(hart, slot)) << immediate(slot));
          slot += length(slot);
          continue;
        case OP_SRLIW:
          setWord(hart, slot, <i32>(<u32>rs1(hart, slot) >> immediate(slot)));
          slot += length(slot);
          continue;
        case OP_SRAIW:
          setWord(hart, slot, <i32>rs1(hart, slot) >> immediate(slot));
          slot += length(slot);
          continue;
        case OP_ADDW:
          setWord(hart, slot, <i32>rs1(hart, slot) + <i32>rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SUBW:
          setWord(hart, slot, <i32>rs1(hart, slot) - <i32>rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SLLW:
          setWord(hart, slot, (<i32>rs1(hart, slot)) << (<i32>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_SRLW:
          setWord(hart, slot, <i32>(<u32>rs1(hart, slot) >> <u32>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_SRAW:
          setWord(hart, slot, <i32>rs1(hart, slot) >> <i32>rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_MUL:
          setRd(hart, slot, rs1(hart, slot) * rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_MULH:
          setRd(hart, slot, mulh(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MULHSU:
          setRd(hart, slot, mulhsu(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MULHU:
          setRd(hart, slot, mulhu(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_DIV:
          setRd(hart, slot, div(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_DIVU:
          setRd(hart, slot, divu(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_REM:
          setRd(hart, slot, rem(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_REMU:
          setRd(hart, slot, remu(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MULW:
          setWord(hart, slot, <i32>rs1(hart, slot) * <i32>rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_DIVW:
          setWord(hart, slot, divw(<i32>rs1(hart, slot), <i32>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_DIVUW:
          setWord(hart, slot, <i32>divuw(<u32>rs1(hart, slot), <u32>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_REMW:
          setWord(hart, slot, remw(<i32>rs1(hart, slot), <i32>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_REMUW:
          setWord(hart, slot, <i32>remuw(<u32>rs1(hart, slot), <u32>rs2(hart, slot)));
          slot += length(slot);
          continue;

        // Bit manipulation and conditional zeros: the frequent ones (bits.ts has the others)
        case OP_SH1ADD:
          setRd(hart, slot, (rs1(hart, slot) << 1) + rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SH2ADD:
          setRd(hart, slot, (rs1(hart, slot) << 2) + rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_SH3ADD:
          setRd(hart, slot, (rs1(hart, slot) << 3) + rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_ADD_UW:
          setRd(hart, slot, <u64>(<u32>rs1(hart, slot)) + rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_ANDN:
          setRd(hart, slot, rs1(hart, slot) & ~rs2(hart, slot));
          slot += length(slot);
          continue;
        case OP_CLZ:
          setRd(hart, slot, clz(rs1(hart, slot)));
          slot += length(slot);
          continue;
        case OP_CTZ:
          setRd(hart, slot, ctz(rs1(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MIN:
          setRd(hart, slot, <u64>min(<i64>rs1(hart, slot), <i64>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MINU:
          setRd(hart, slot, min(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MAX:
          setRd(hart, slot, <u64>max(<i64>rs1(hart, slot), <i64>rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_MAXU:
          setRd(hart, slot, max(rs1(hart, slot), rs2(hart, slot)));
          slot += length(slot);
          continue;
        case OP_SEXT_B:
          setRd(hart, slot, <u64>(<i64>(<i8>rs1(hart, slot))));
          slot += length(slot);
          continue;
        case OP_SEXT_H:
          setRd(hart, slot, <u64>(<i64>(<i16>rs1(hart, slot))));
          slot += length(slot);
          continue;
        case OP_ZEXT_H:
          setRd(hart, slot, rs1(hart, slot) & 0xffff);
          slot += length(slot);
          continue;
        case OP_RORI:
          setRd(hart, slot, rotr(rs1(hart, slot), wide(slot)));
          slot += length(slot);
          continue;
        case OP_RORIW:
          setWord(hart, slot, <i32>rotr(<u32>rs1(hart, slot), <u32>immediate(slot)));
          slot += length(slot);
          continue;
        case OP_REV8:
          setRd(hart, slot, bswap(rs1(hart, slot)));
          slot += length(slot);
          continue;
        case OP_CZERO_EQZ:
          setRd(hart, slot, rs2(hart, slot) ? rs1(hart, slot) : 0);
          slot += length(slot);
          continue;
        case OP_CZERO_NEZ:
          setRd(hart, slot, rs2(hart, slot) ? 0 : rs1(hart, slot));
          slot += length(slot);
          continue;

        default: {
          const outcome = executeRare(hart, slot, <u32>load<u16>(slot), bias + <u64>(slot >> 2), left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        }
      }
      break;
    }
  }
}

/** Whether the run ends before the instruction at `pc`; the first of a runHart may be allowed to pass. */
function stopsAt(hart: usize, pc: u64): bool {
  const first = load<u32>(hart, HART_EXECUTED) == 0 && load<u32>(hart, HART_LEFT) == load<u32>(hart, HART_GRANTED);
  return isBreakpoint(pc) && !(first && load<u32>(hart, HART_PASS_BREAKPOINT));
}
