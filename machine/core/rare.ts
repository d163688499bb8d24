/** What the interpreter calls: accesses that its TLB look-up did not resolve, and the instructions that are rare. */
import { ACCESS_READ } from './access.ts';
import { atomic, loadReserved, storeConditional } from './atomics.ts';
import { isBitManipulation, manipulateBits } from './bits.ts';
import { cleanBlock, invalidateBlock, zeroBlock } from './cache-blocks.ts';
import { compareAndSwap, compareAndSwapPair } from './compare-and-swap.ts';
import {
  OP_AMOADD_D,
  OP_AMOADD_W,
  OP_AMOAND_D,
  OP_AMOAND_W,
  OP_AMOCAS_D,
  OP_AMOCAS_Q,
  OP_AMOCAS_W,
  OP_AMOMAX_D,
  OP_AMOMAX_W,
  OP_AMOMAXU_D,
  OP_AMOMAXU_W,
  OP_AMOMIN_D,
  OP_AMOMIN_W,
  OP_AMOMINU_D,
  OP_AMOMINU_W,
  OP_AMOOR_D,
  OP_AMOOR_W,
  OP_AMOSWAP_D,
  OP_AMOSWAP_W,
  OP_AMOXOR_D,
  OP_AMOXOR_W,
  OP_CBO_CLEAN,
  OP_CBO_FLUSH,
  OP_CBO_INVAL,
  OP_CBO_ZERO,
  OP_CSRRC,
  OP_CSRRCI,
  OP_CSRRS,
  OP_CSRRSI,
  OP_CSRRW,
  OP_CSRRWI,
  OP_EBREAK,
  OP_ECALL,
  OP_FCVT_H_D,
  OP_FENCE,
  OP_FENCE_I,
  OP_FENCE_TSO,
  OP_FLH,
  OP_FMADD_S,
  OP_FSH,
  OP_HFENCE_GVMA,
  OP_HFENCE_VVMA,
  OP_HINVAL_GVMA,
  OP_HINVAL_VVMA,
  OP_HLV_B,
  OP_HLV_BU,
  OP_HLV_D,
  OP_HLV_H,
  OP_HLV_HU,
  OP_HLV_W,
  OP_HLV_WU,
  OP_HLVX_HU,
  OP_HLVX_WU,
  OP_HSV_B,
  OP_HSV_D,
  OP_HSV_H,
  OP_HSV_W,
  OP_LR_D,
  OP_LR_W,
  OP_MRET,
  OP_PAUSE,
  OP_SC_D,
  OP_SC_W,
  OP_SFENCE_INVAL_IR,
  OP_SFENCE_VMA,
  OP_SFENCE_W_INVAL,
  OP_SINVAL_VMA,
  OP_SRET,
  OP_WFI,
  OP_WRS_NTO,
  OP_WRS_STO,
} from './decoder.generated.ts';
import { HALF } from './float/format.ts';
import { executeFloat } from './float/instructions.ts';
import { loadFloat, storeFloat } from './float/memory.ts';
import { hlv, hsv } from './guest-memory.ts';
import { HART_LEFT, HART_RECHECK, HART_VALUE, SLOT_RD, SLOT_RS1 } from './layout.ts';
import { loadFrom, storeTo } from './memory.ts';
import { dataContext } from './mode.ts';
import { rs1, setRd, source, wide } from './operands.ts';
import { DONE, JUMPED, RECHECK, TRAP } from './outcome.ts';
import { mret, sret } from './ret.ts';
import { ebreak, ecall, hfenceGvma, hfenceVvma, sfence, sfenceInval, waitOnReservation, wfi } from './system.ts';
import { raiseIllegal } from './trap.ts';
import { accessCsr, CSR_CLEAR, CSR_REPLACE, CSR_SET } from './zicsr.ts';

function outcomeOf(hart: usize, completed: bool): u32 {
  if (!completed) return TRAP;
  return load<u32>(hart, HART_RECHECK) ? RECHECK : DONE;
}

/** A load of `size` bytes to rd, which is not x0. Devices may ask for the time, so `left` must be known. */
export function loadSlow(hart: usize, slot: usize, va: u64, size: u32, signed: bool, left: u32): u32 {
  store<u32>(hart, left, HART_LEFT);
  if (!loadFrom(hart, dataContext(hart), va, size, ACCESS_READ)) return TRAP;
  const unused: u64 = signed ? 64 - size * 8 : 0;
  const value = load<u64>(hart, HART_VALUE);
  setRd(hart, slot, <u64>(<i64>(value << unused) >> unused));
  return outcomeOf(hart, true);
}

/** A load to x0, of the size in rd's byte. */
export function loadX0(hart: usize, slot: usize, va: u64, left: u32): u32 {
  store<u32>(hart, left, HART_LEFT);
  return outcomeOf(hart, loadFrom(hart, dataContext(hart), va, load<u8>(slot, SLOT_RD), ACCESS_READ));
}

export function loadFloatSlow(hart: usize, slot: usize, va: u64, format: u32, left: u32): u32 {
  store<u32>(hart, left, HART_LEFT);
  return outcomeOf(hart, loadFloat(hart, slot, va, format));
}

export function storeFloatSlow(hart: usize, slot: usize, va: u64, format: u32, left: u32): u32 {
  store<u32>(hart, left, HART_LEFT);
  return outcomeOf(hart, storeFloat(hart, slot, va, format));
}

export function storeSlow(hart: usize, slot: usize, va: u64, size: u32, left: u32): u32 {
  store<u32>(hart, left, HART_LEFT);
  return outcomeOf(hart, storeTo(hart, dataContext(hart), va, size, source(hart, slot)));
}

/** The 5-bit immediate in rs1's field. */
function zimm(slot: usize): u64 {
  return load<u8>(slot, SLOT_RS1) >> 3;
}

/** Whether it is a floating-point instruction that is not a load or store. */
function isFloat(op: u32): bool {
  return op >= OP_FMADD_S && op <= OP_FCVT_H_D;
}

/** Executes any instruction that `execute` has no case for, or which that could not finish; an undefined one is illegal. */
export function executeRare(hart: usize, slot: usize, op: u32, pc: u64, left: u32): u32 {
  store<u32>(hart, left, HART_LEFT);
  if (isFloat(op)) return executeFloat(hart, slot, op) ? DONE : TRAP;
  switch (op) {
    case OP_FLH:
      return outcomeOf(hart, loadFloat(hart, slot, rs1(hart, slot) + wide(slot), HALF));
    case OP_FSH:
      return outcomeOf(hart, storeFloat(hart, slot, rs1(hart, slot) + wide(slot), HALF));
    case OP_FENCE:
    case OP_FENCE_TSO:
    case OP_PAUSE:
    // Stores clear decoded code at once (code.ts), so there is nothing left to do for fence.i.
    case OP_FENCE_I:
      return DONE;
    case OP_ECALL:
      return outcomeOf(hart, ecall(hart));
    case OP_EBREAK:
      return outcomeOf(hart, ebreak(hart, pc));
    case OP_MRET:
      return mret(hart) ? JUMPED : TRAP;
    case OP_SRET:
      return sret(hart) ? JUMPED : TRAP;
    case OP_WFI:
      return outcomeOf(hart, wfi(hart));
    case OP_WRS_NTO:
      return outcomeOf(hart, waitOnReservation(hart));
    case OP_WRS_STO:
      return DONE;
    case OP_CSRRW:
      return outcomeOf(hart, accessCsr(hart, slot, CSR_REPLACE, rs1(hart, slot)));
    case OP_CSRRS:
      return outcomeOf(hart, accessCsr(hart, slot, CSR_SET, rs1(hart, slot)));
    case OP_CSRRC:
      return outcomeOf(hart, accessCsr(hart, slot, CSR_CLEAR, rs1(hart, slot)));
    case OP_CSRRWI:
      return outcomeOf(hart, accessCsr(hart, slot, CSR_REPLACE, zimm(slot)));
    case OP_CSRRSI:
      return outcomeOf(hart, accessCsr(hart, slot, CSR_SET, zimm(slot)));
    case OP_CSRRCI:
      return outcomeOf(hart, accessCsr(hart, slot, CSR_CLEAR, zimm(slot)));
    case OP_SFENCE_VMA:
    case OP_SINVAL_VMA:
      return outcomeOf(hart, sfence(hart, slot));
    case OP_SFENCE_W_INVAL:
    case OP_SFENCE_INVAL_IR:
      return outcomeOf(hart, sfenceInval(hart));
    case OP_HFENCE_VVMA:
    case OP_HINVAL_VVMA:
      return outcomeOf(hart, hfenceVvma(hart, slot));
    case OP_HFENCE_GVMA:
    case OP_HINVAL_GVMA:
      return outcomeOf(hart, hfenceGvma(hart));
    case OP_HLV_B:
      return outcomeOf(hart, hlv(hart, slot, 1, true));
    case OP_HLV_BU:
      return outcomeOf(hart, hlv(hart, slot, 1, false));
    case OP_HLV_H:
      return outcomeOf(hart, hlv(hart, slot, 2, true));
    case OP_HLV_HU:
      return outcomeOf(hart, hlv(hart, slot, 2, false));
    case OP_HLVX_HU:
      return outcomeOf(hart, hlv(hart, slot, 2, false, true));
    case OP_HLV_W:
      return outcomeOf(hart, hlv(hart, slot, 4, true));
    case OP_HLV_WU:
      return outcomeOf(hart, hlv(hart, slot, 4, false));
    case OP_HLVX_WU:
      return outcomeOf(hart, hlv(hart, slot, 4, false, true));
    case OP_HLV_D:
      return outcomeOf(hart, hlv(hart, slot, 8, false));
    case OP_HSV_B:
      return outcomeOf(hart, hsv(hart, slot, 1));
    case OP_HSV_H:
      return outcomeOf(hart, hsv(hart, slot, 2));
    case OP_HSV_W:
      return outcomeOf(hart, hsv(hart, slot, 4));
    case OP_HSV_D:
      return outcomeOf(hart, hsv(hart, slot, 8));
    case OP_LR_W:
      return outcomeOf(hart, loadReserved(hart, slot, 4));
    case OP_LR_D:
      return outcomeOf(hart, loadReserved(hart, slot, 8));
    case OP_SC_W:
      return outcomeOf(hart, storeConditional(hart, slot, 4));
    case OP_SC_D:
      return outcomeOf(hart, storeConditional(hart, slot, 8));
    case OP_AMOSWAP_W:
    case OP_AMOADD_W:
    case OP_AMOXOR_W:
    case OP_AMOAND_W:
    case OP_AMOOR_W:
    case OP_AMOMIN_W:
    case OP_AMOMAX_W:
    case OP_AMOMINU_W:
    case OP_AMOMAXU_W:
      return outcomeOf(hart, atomic(hart, slot, 4));
    case OP_AMOSWAP_D:
    case OP_AMOADD_D:
    case OP_AMOXOR_D:
    case OP_AMOAND_D:
    case OP_AMOOR_D:
    case OP_AMOMIN_D:
    case OP_AMOMAX_D:
    case OP_AMOMINU_D:
    case OP_AMOMAXU_D:
      return outcomeOf(hart, atomic(hart, slot, 8));
    case OP_AMOCAS_W:
      return outcomeOf(hart, compareAndSwap(hart, slot, 4));
    case OP_AMOCAS_D:
      return outcomeOf(hart, compareAndSwap(hart, slot, 8));
    case OP_AMOCAS_Q:
      return outcomeOf(hart, compareAndSwapPair(hart, slot));
    case OP_CBO_INVAL:
      return outcomeOf(hart, invalidateBlock(hart, slot));
    case OP_CBO_CLEAN:
    case OP_CBO_FLUSH:
      return outcomeOf(hart, cleanBlock(hart, slot));
    case OP_CBO_ZERO:
      return outcomeOf(hart, zeroBlock(hart, slot));
  }
  if (isBitManipulation(load<u16>(slot))) {
    manipulateBits(hart, slot);
    return DONE;
  }
  return outcomeOf(hart, raiseIllegal(hart));
}
