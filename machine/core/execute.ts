/**
 * The interpreter: runs the hart's instructions from decoded slots until something else has to be done.
 *
 * `slot` is the present instruction's slot and stands for the pc: pc = bias + slot / 4, since a slot of eight bytes
 * decodes two bytes of code. A case ends by `continue` after moving `slot`, or, to jump elsewhere, by `break` with
 * `target` set; what takes longer than a few operations is a call. `left` counts down the instructions granted.
 *
 * Instructions that only compute have no case here: the build adds one for each function of integer.ts, multiply.ts and
 * frequent-bits.ts, and puts those of loads-stores.ts in the place of their calls (machine/fuse.ts).
 */
import { isBreakpoint } from './breakpoints.ts';
import { codeAddress, DIVIDED_PAGE, decodeSlot, enterPage, fetchSingle } from './code.ts';
import {
  OP_AUIPC,
  OP_BEQ,
  OP_BGE,
  OP_BGEU,
  OP_BLT,
  OP_BLTU,
  OP_BNE,
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
  OP_LW,
  OP_LWU,
  OP_NONE,
  OP_SB,
  OP_SD,
  OP_SH,
  OP_SW,
} from './decoder.generated.ts';
import { refreshFloat } from './float/state.ts';
import {
  HART_EXECUTED,
  HART_GRANTED,
  HART_LEFT,
  HART_PASS_BREAKPOINT,
  HART_PC,
  HART_SCRATCH_BITS,
  HART_TRAP_BITS,
} from './layout.ts';
import { fld, flw, fsd, fsw, lb, lbu, ld, lh, lhu, lw, lwu, sb, sd, sh, sw } from './loads-stores.ts';
import { dataContext } from './mode.ts';
import { immediate, length, rs1, setRd, source, wide } from './operands.ts';
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
  OP_LOAD_X0,
  OP_NOP,
  OP_PAGE_END,
} from './ops.ts';
import { BREAK, DONE, RECHECK, SPENT, TRAP } from './outcome.ts';
import { executeRare, loadX0 } from './rare.ts';
import { dataTable } from './tlb.ts';

const PAGE_MASK: u64 = ~(<u64>0xfff);
/** No page has this address. */
const NO_PAGE: u64 = 1;

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
  let outcome = DONE;
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
        case OP_LB:
          outcome = lb(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LH:
          outcome = lh(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LW:
          outcome = lw(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LD:
          outcome = ld(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LBU:
          outcome = lbu(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LHU:
          outcome = lhu(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LWU:
          outcome = lwu(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_SB:
          outcome = sb(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_SH:
          outcome = sh(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_SW:
          outcome = sw(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_SD:
          outcome = sd(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_FLW:
          outcome = flw(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_FLD:
          outcome = fld(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_FSW:
          outcome = fsw(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_FSD:
          outcome = fsd(hart, slot, table, left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;
        case OP_LOAD_X0:
          outcome = loadX0(hart, slot, rs1(hart, slot) + wide(slot), left);
          if (outcome != DONE) return finish(hart, slot, bias, page, left, outcome);
          slot += length(slot);
          continue;

        default: {
          outcome = executeRare(hart, slot, <u32>load<u16>(slot), bias + <u64>(slot >> 2), left);
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
