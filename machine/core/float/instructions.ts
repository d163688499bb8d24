/** The floating-point instructions of F, D, Zfh and Zfa that compute, compare, convert or move. */

import {
  OP_FADD_D,
  OP_FADD_H,
  OP_FADD_S,
  OP_FCLASS_D,
  OP_FCLASS_H,
  OP_FCLASS_S,
  OP_FCVT_D_H,
  OP_FCVT_D_L,
  OP_FCVT_D_LU,
  OP_FCVT_D_S,
  OP_FCVT_D_W,
  OP_FCVT_D_WU,
  OP_FCVT_H_D,
  OP_FCVT_H_L,
  OP_FCVT_H_LU,
  OP_FCVT_H_S,
  OP_FCVT_H_W,
  OP_FCVT_H_WU,
  OP_FCVT_L_D,
  OP_FCVT_L_H,
  OP_FCVT_L_S,
  OP_FCVT_LU_D,
  OP_FCVT_LU_H,
  OP_FCVT_LU_S,
  OP_FCVT_S_D,
  OP_FCVT_S_H,
  OP_FCVT_S_L,
  OP_FCVT_S_LU,
  OP_FCVT_S_W,
  OP_FCVT_S_WU,
  OP_FCVT_W_D,
  OP_FCVT_W_H,
  OP_FCVT_W_S,
  OP_FCVT_WU_D,
  OP_FCVT_WU_H,
  OP_FCVT_WU_S,
  OP_FCVTMOD_W_D,
  OP_FDIV_D,
  OP_FDIV_H,
  OP_FDIV_S,
  OP_FEQ_D,
  OP_FEQ_H,
  OP_FEQ_S,
  OP_FLE_D,
  OP_FLE_H,
  OP_FLE_S,
  OP_FLEQ_D,
  OP_FLEQ_H,
  OP_FLEQ_S,
  OP_FLI_D,
  OP_FLI_H,
  OP_FLI_S,
  OP_FLT_D,
  OP_FLT_H,
  OP_FLT_S,
  OP_FLTQ_D,
  OP_FLTQ_H,
  OP_FLTQ_S,
  OP_FMADD_D,
  OP_FMADD_H,
  OP_FMADD_S,
  OP_FMAX_D,
  OP_FMAX_H,
  OP_FMAX_S,
  OP_FMAXM_D,
  OP_FMAXM_H,
  OP_FMAXM_S,
  OP_FMIN_D,
  OP_FMIN_H,
  OP_FMIN_S,
  OP_FMINM_D,
  OP_FMINM_H,
  OP_FMINM_S,
  OP_FMSUB_D,
  OP_FMSUB_H,
  OP_FMSUB_S,
  OP_FMUL_D,
  OP_FMUL_H,
  OP_FMUL_S,
  OP_FMV_D_X,
  OP_FMV_H_X,
  OP_FMV_W_X,
  OP_FMV_X_D,
  OP_FMV_X_H,
  OP_FMV_X_W,
  OP_FNMADD_D,
  OP_FNMADD_H,
  OP_FNMADD_S,
  OP_FNMSUB_D,
  OP_FNMSUB_H,
  OP_FNMSUB_S,
  OP_FROUND_D,
  OP_FROUND_H,
  OP_FROUND_S,
  OP_FROUNDNX_D,
  OP_FROUNDNX_H,
  OP_FROUNDNX_S,
  OP_FSGNJ_D,
  OP_FSGNJ_H,
  OP_FSGNJ_S,
  OP_FSGNJN_D,
  OP_FSGNJN_H,
  OP_FSGNJN_S,
  OP_FSGNJX_D,
  OP_FSGNJX_H,
  OP_FSGNJX_S,
  OP_FSQRT_D,
  OP_FSQRT_H,
  OP_FSQRT_S,
  OP_FSUB_D,
  OP_FSUB_H,
  OP_FSUB_S,
} from '../decoder.generated.ts';
import { HART_F, SLOT_RD, SLOT_READY, SLOT_RS1, SLOT_RS2, SLOT_RS3 } from '../layout.ts';
import { raiseIllegal } from '../trap.ts';
import { add, subtract } from './add.ts';
import {
  classify,
  isEqual,
  isLess,
  isLessOrEqual,
  isLessOrEqualQuietly,
  isLessQuietly,
  maximum,
  maximumOrNan,
  minimum,
  minimumOrNan,
  withSign,
} from './compare.ts';
import { floatConstant } from './constants.ts';
import { fromInteger, toFormat, toInteger, toIntegerModulo, toWhole } from './convert.ts';
import { divide, squareRoot } from './divide.ts';
import { takeSignals } from './flags.ts';
import { boxed, DOUBLE, HALF, SINGLE, signBit, unboxed } from './format.ts';
import { multiplyAdd } from './fused.ts';
import { multiply } from './multiply.ts';
import { DYNAMIC } from './ready.ts';
import { RMM } from './round.ts';
import { accrue, dynamicRounding, floatEnabled, markDirty } from './state.ts';

/** The bits of a floating-point register. */
function register(hart: usize, offset: usize): u64 {
  return load<u64>(hart + offset, HART_F);
}

function register1(hart: usize, slot: usize): u64 {
  return register(hart, load<u8>(slot, SLOT_RS1));
}

function f1(hart: usize, slot: usize, format: u32): u64 {
  return unboxed(format, register1(hart, slot));
}

function f2(hart: usize, slot: usize, format: u32): u64 {
  return unboxed(format, register(hart, load<u8>(slot, SLOT_RS2)));
}

function f3(hart: usize, slot: usize, format: u32): u64 {
  return unboxed(format, register(hart, load<u8>(slot, SLOT_RS3) & 0xf8));
}

function x1(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS1));
}

/** Always true, as setX: the instruction was one of these. */
function setF(hart: usize, slot: usize, format: u32, bits: u64): bool {
  store<u64>(hart + load<u8>(slot, SLOT_RD), boxed(format, bits), HART_F);
  markDirty(hart);
  return true;
}

function setX(hart: usize, slot: usize, value: u64): bool {
  const rd = load<u8>(slot, SLOT_RD);
  if (rd) store<u64>(hart + rd, value);
  return true;
}

function formatOf(slot: usize): u32 {
  return load<u8>(slot, SLOT_RS3) & 3;
}

// The rs2 field of conversions has no register but says from or to what: a format, or w, wu, l, lu.

function sourceFormat(slot: usize): u32 {
  return load<u8>(slot, SLOT_RS2) >> 3;
}

function integerWidth(slot: usize): u32 {
  return sourceFormat(slot) & 2 ? 64 : 32;
}

function isSigned(slot: usize): bool {
  return (sourceFormat(slot) & 1) == 0;
}

/** The rounding mode; a reserved one, which is above RMM, if the instruction or frm has it. */
function roundingMode(hart: usize, slot: usize): u32 {
  const rm = ctz<u32>(load<u8>(slot, SLOT_READY));
  return rm == DYNAMIC ? dynamicRounding(hart) : rm;
}

/** Loads and stores are elsewhere (rare.ts). False having raised. */
export function executeFloat(hart: usize, slot: usize, op: u32): bool {
  if (!floatEnabled(hart)) return raiseIllegal(hart);
  if (!executeExact(hart, slot, op)) {
    const rm = roundingMode(hart, slot);
    if (rm > RMM) return raiseIllegal(hart);
    executeRounded(hart, slot, op, rm);
  }
  accrue(hart, takeSignals());
  return true;
}

/** Instructions without a rounding mode; false if it is none of these. */
function executeExact(hart: usize, slot: usize, op: u32): bool {
  const format = formatOf(slot);
  const a = f1(hart, slot, format);
  const b = f2(hart, slot, format);
  switch (op) {
    case OP_FSGNJ_S:
    case OP_FSGNJ_D:
    case OP_FSGNJ_H:
      return setF(hart, slot, format, withSign(format, a, b));
    case OP_FSGNJN_S:
    case OP_FSGNJN_D:
    case OP_FSGNJN_H:
      return setF(hart, slot, format, withSign(format, a, ~b));
    case OP_FSGNJX_S:
    case OP_FSGNJX_D:
    case OP_FSGNJX_H:
      return setF(hart, slot, format, withSign(format, a, a ^ b));
    case OP_FMIN_S:
    case OP_FMIN_D:
    case OP_FMIN_H:
      return setF(hart, slot, format, minimum(format, a, b));
    case OP_FMAX_S:
    case OP_FMAX_D:
    case OP_FMAX_H:
      return setF(hart, slot, format, maximum(format, a, b));
    case OP_FEQ_S:
    case OP_FEQ_D:
    case OP_FEQ_H:
      return setX(hart, slot, isEqual(format, a, b) ? 1 : 0);
    case OP_FLT_S:
    case OP_FLT_D:
    case OP_FLT_H:
      return setX(hart, slot, isLess(format, a, b) ? 1 : 0);
    case OP_FLE_S:
    case OP_FLE_D:
    case OP_FLE_H:
      return setX(hart, slot, isLessOrEqual(format, a, b) ? 1 : 0);
    case OP_FCLASS_S:
    case OP_FCLASS_D:
    case OP_FCLASS_H:
      return setX(hart, slot, classify(format, a));
    case OP_FMV_X_W:
      return setX(hart, slot, <u64>(<i64>(<i32>register1(hart, slot))));
    case OP_FMV_X_H:
      return setX(hart, slot, <u64>(<i64>(<i16>register1(hart, slot))));
    case OP_FMV_X_D:
      return setX(hart, slot, register1(hart, slot));
    case OP_FMV_W_X:
      return setF(hart, slot, SINGLE, x1(hart, slot) & 0xffffffff);
    case OP_FMV_H_X:
      return setF(hart, slot, HALF, x1(hart, slot) & 0xffff);
    case OP_FMV_D_X:
      return setF(hart, slot, DOUBLE, x1(hart, slot));
    case OP_FLI_S:
    case OP_FLI_D:
    case OP_FLI_H:
      return setF(hart, slot, format, floatConstant(format, load<u8>(slot, SLOT_RS1) >> 3));
    case OP_FMINM_S:
    case OP_FMINM_D:
    case OP_FMINM_H:
      return setF(hart, slot, format, minimumOrNan(format, a, b));
    case OP_FMAXM_S:
    case OP_FMAXM_D:
    case OP_FMAXM_H:
      return setF(hart, slot, format, maximumOrNan(format, a, b));
    case OP_FLTQ_S:
    case OP_FLTQ_D:
    case OP_FLTQ_H:
      return setX(hart, slot, isLessQuietly(format, a, b) ? 1 : 0);
    case OP_FLEQ_S:
    case OP_FLEQ_D:
    case OP_FLEQ_H:
      return setX(hart, slot, isLessOrEqualQuietly(format, a, b) ? 1 : 0);
    case OP_FCVTMOD_W_D:
      return setX(hart, slot, toIntegerModulo(format, a));
  }
  return false;
}

function executeRounded(hart: usize, slot: usize, op: u32, rm: u32): bool {
  const format = formatOf(slot);
  const sign = signBit(format);
  const a = f1(hart, slot, format);
  const b = f2(hart, slot, format);
  const c = f3(hart, slot, format);
  switch (op) {
    case OP_FADD_S:
    case OP_FADD_D:
    case OP_FADD_H:
      return setF(hart, slot, format, add(format, rm, a, b));
    case OP_FSUB_S:
    case OP_FSUB_D:
    case OP_FSUB_H:
      return setF(hart, slot, format, subtract(format, rm, a, b));
    case OP_FMUL_S:
    case OP_FMUL_D:
    case OP_FMUL_H:
      return setF(hart, slot, format, multiply(format, rm, a, b));
    case OP_FDIV_S:
    case OP_FDIV_D:
    case OP_FDIV_H:
      return setF(hart, slot, format, divide(format, rm, a, b));
    case OP_FSQRT_S:
    case OP_FSQRT_D:
    case OP_FSQRT_H:
      return setF(hart, slot, format, squareRoot(format, rm, a));
    case OP_FMADD_S:
    case OP_FMADD_D:
    case OP_FMADD_H:
      return setF(hart, slot, format, multiplyAdd(format, rm, a, b, c));
    case OP_FMSUB_S:
    case OP_FMSUB_D:
    case OP_FMSUB_H:
      return setF(hart, slot, format, multiplyAdd(format, rm, a, b, c ^ sign));
    case OP_FNMSUB_S:
    case OP_FNMSUB_D:
    case OP_FNMSUB_H:
      return setF(hart, slot, format, multiplyAdd(format, rm, a ^ sign, b, c));
    case OP_FNMADD_S:
    case OP_FNMADD_D:
    case OP_FNMADD_H:
      return setF(hart, slot, format, multiplyAdd(format, rm, a ^ sign, b, c ^ sign));
    case OP_FROUND_S:
    case OP_FROUND_D:
    case OP_FROUND_H:
      return setF(hart, slot, format, toWhole(format, rm, a, false));
    case OP_FROUNDNX_S:
    case OP_FROUNDNX_D:
    case OP_FROUNDNX_H:
      return setF(hart, slot, format, toWhole(format, rm, a, true));
    case OP_FCVT_W_S:
    case OP_FCVT_WU_S:
    case OP_FCVT_L_S:
    case OP_FCVT_LU_S:
    case OP_FCVT_W_D:
    case OP_FCVT_WU_D:
    case OP_FCVT_L_D:
    case OP_FCVT_LU_D:
    case OP_FCVT_W_H:
    case OP_FCVT_WU_H:
    case OP_FCVT_L_H:
    case OP_FCVT_LU_H:
      return setX(hart, slot, toInteger(format, rm, a, integerWidth(slot), isSigned(slot)));
    case OP_FCVT_S_W:
    case OP_FCVT_S_WU:
    case OP_FCVT_S_L:
    case OP_FCVT_S_LU:
    case OP_FCVT_D_W:
    case OP_FCVT_D_WU:
    case OP_FCVT_D_L:
    case OP_FCVT_D_LU:
    case OP_FCVT_H_W:
    case OP_FCVT_H_WU:
    case OP_FCVT_H_L:
    case OP_FCVT_H_LU:
      return setF(hart, slot, format, fromInteger(format, rm, x1(hart, slot), integerWidth(slot), isSigned(slot)));
    case OP_FCVT_S_D:
    case OP_FCVT_D_S:
    case OP_FCVT_S_H:
    case OP_FCVT_H_S:
    case OP_FCVT_D_H:
    case OP_FCVT_H_D:
      return setF(hart, slot, format, toFormat(sourceFormat(slot), format, rm, f1(hart, slot, sourceFormat(slot))));
  }
  return false;
}
