// Generated from isa/ by `npm run generate`; not to be edited.
// Dense numbers of the instructions, and the decoder of 32-bit and compressed encodings.

import {
  fillBranch,
  fillCsr,
  fillFloatRead,
  fillFloatRounded,
  fillFloatWrite,
  fillImmediate,
  fillJump,
  fillRegisters,
  fillShift,
  fillStore,
  fillUpper,
} from './slot.ts';

/** Not decoded yet: a slot of zeros. */
export const OP_NONE: u32 = 0;
export const OP_ILLEGAL: u32 = 1;
export const OP_LUI: u32 = 2;
export const OP_AUIPC: u32 = 3;
export const OP_JAL: u32 = 4;
export const OP_JALR: u32 = 5;
export const OP_BEQ: u32 = 6;
export const OP_BNE: u32 = 7;
export const OP_BLT: u32 = 8;
export const OP_BGE: u32 = 9;
export const OP_BLTU: u32 = 10;
export const OP_BGEU: u32 = 11;
export const OP_LB: u32 = 12;
export const OP_LH: u32 = 13;
export const OP_LW: u32 = 14;
export const OP_LD: u32 = 15;
export const OP_LBU: u32 = 16;
export const OP_LHU: u32 = 17;
export const OP_LWU: u32 = 18;
export const OP_SB: u32 = 19;
export const OP_SH: u32 = 20;
export const OP_SW: u32 = 21;
export const OP_SD: u32 = 22;
export const OP_ADDI: u32 = 23;
export const OP_SLTI: u32 = 24;
export const OP_SLTIU: u32 = 25;
export const OP_XORI: u32 = 26;
export const OP_ORI: u32 = 27;
export const OP_ANDI: u32 = 28;
export const OP_SLLI: u32 = 29;
export const OP_SRLI: u32 = 30;
export const OP_SRAI: u32 = 31;
export const OP_ADD: u32 = 32;
export const OP_SUB: u32 = 33;
export const OP_SLL: u32 = 34;
export const OP_SLT: u32 = 35;
export const OP_SLTU: u32 = 36;
export const OP_XOR: u32 = 37;
export const OP_SRL: u32 = 38;
export const OP_SRA: u32 = 39;
export const OP_OR: u32 = 40;
export const OP_AND: u32 = 41;
export const OP_ADDIW: u32 = 42;
export const OP_SLLIW: u32 = 43;
export const OP_SRLIW: u32 = 44;
export const OP_SRAIW: u32 = 45;
export const OP_ADDW: u32 = 46;
export const OP_SUBW: u32 = 47;
export const OP_SLLW: u32 = 48;
export const OP_SRLW: u32 = 49;
export const OP_SRAW: u32 = 50;
export const OP_PAUSE: u32 = 51;
export const OP_FENCE_TSO: u32 = 52;
export const OP_FENCE: u32 = 53;
export const OP_FENCE_I: u32 = 54;
export const OP_ECALL: u32 = 55;
export const OP_EBREAK: u32 = 56;
export const OP_CSRRW: u32 = 57;
export const OP_CSRRS: u32 = 58;
export const OP_CSRRC: u32 = 59;
export const OP_CSRRWI: u32 = 60;
export const OP_CSRRSI: u32 = 61;
export const OP_CSRRCI: u32 = 62;
export const OP_MUL: u32 = 63;
export const OP_MULH: u32 = 64;
export const OP_MULHSU: u32 = 65;
export const OP_MULHU: u32 = 66;
export const OP_DIV: u32 = 67;
export const OP_DIVU: u32 = 68;
export const OP_REM: u32 = 69;
export const OP_REMU: u32 = 70;
export const OP_MULW: u32 = 71;
export const OP_DIVW: u32 = 72;
export const OP_DIVUW: u32 = 73;
export const OP_REMW: u32 = 74;
export const OP_REMUW: u32 = 75;
export const OP_SH1ADD: u32 = 76;
export const OP_SH2ADD: u32 = 77;
export const OP_SH3ADD: u32 = 78;
export const OP_ADD_UW: u32 = 79;
export const OP_SH1ADD_UW: u32 = 80;
export const OP_SH2ADD_UW: u32 = 81;
export const OP_SH3ADD_UW: u32 = 82;
export const OP_SLLI_UW: u32 = 83;
export const OP_ANDN: u32 = 84;
export const OP_ORN: u32 = 85;
export const OP_XNOR: u32 = 86;
export const OP_CLZ: u32 = 87;
export const OP_CTZ: u32 = 88;
export const OP_CPOP: u32 = 89;
export const OP_CLZW: u32 = 90;
export const OP_CTZW: u32 = 91;
export const OP_CPOPW: u32 = 92;
export const OP_MIN: u32 = 93;
export const OP_MINU: u32 = 94;
export const OP_MAX: u32 = 95;
export const OP_MAXU: u32 = 96;
export const OP_SEXT_B: u32 = 97;
export const OP_SEXT_H: u32 = 98;
export const OP_ZEXT_H: u32 = 99;
export const OP_ROL: u32 = 100;
export const OP_ROR: u32 = 101;
export const OP_RORI: u32 = 102;
export const OP_ROLW: u32 = 103;
export const OP_RORW: u32 = 104;
export const OP_RORIW: u32 = 105;
export const OP_ORC_B: u32 = 106;
export const OP_REV8: u32 = 107;
export const OP_PACK: u32 = 108;
export const OP_PACKH: u32 = 109;
export const OP_PACKW: u32 = 110;
export const OP_BREV8: u32 = 111;
export const OP_XPERM4: u32 = 112;
export const OP_XPERM8: u32 = 113;
export const OP_CLMUL: u32 = 114;
export const OP_CLMULR: u32 = 115;
export const OP_CLMULH: u32 = 116;
export const OP_BCLR: u32 = 117;
export const OP_BEXT: u32 = 118;
export const OP_BINV: u32 = 119;
export const OP_BSET: u32 = 120;
export const OP_BCLRI: u32 = 121;
export const OP_BEXTI: u32 = 122;
export const OP_BINVI: u32 = 123;
export const OP_BSETI: u32 = 124;
export const OP_CZERO_EQZ: u32 = 125;
export const OP_CZERO_NEZ: u32 = 126;
export const OP_LR_W: u32 = 127;
export const OP_SC_W: u32 = 128;
export const OP_AMOSWAP_W: u32 = 129;
export const OP_AMOADD_W: u32 = 130;
export const OP_AMOXOR_W: u32 = 131;
export const OP_AMOAND_W: u32 = 132;
export const OP_AMOOR_W: u32 = 133;
export const OP_AMOMIN_W: u32 = 134;
export const OP_AMOMAX_W: u32 = 135;
export const OP_AMOMINU_W: u32 = 136;
export const OP_AMOMAXU_W: u32 = 137;
export const OP_LR_D: u32 = 138;
export const OP_SC_D: u32 = 139;
export const OP_AMOSWAP_D: u32 = 140;
export const OP_AMOADD_D: u32 = 141;
export const OP_AMOXOR_D: u32 = 142;
export const OP_AMOAND_D: u32 = 143;
export const OP_AMOOR_D: u32 = 144;
export const OP_AMOMIN_D: u32 = 145;
export const OP_AMOMAX_D: u32 = 146;
export const OP_AMOMINU_D: u32 = 147;
export const OP_AMOMAXU_D: u32 = 148;
export const OP_AMOCAS_W: u32 = 149;
export const OP_AMOCAS_D: u32 = 150;
export const OP_AMOCAS_Q: u32 = 151;
export const OP_FLW: u32 = 152;
export const OP_FSW: u32 = 153;
export const OP_FLD: u32 = 154;
export const OP_FSD: u32 = 155;
export const OP_FLH: u32 = 156;
export const OP_FSH: u32 = 157;
export const OP_FMADD_S: u32 = 158;
export const OP_FMSUB_S: u32 = 159;
export const OP_FNMSUB_S: u32 = 160;
export const OP_FNMADD_S: u32 = 161;
export const OP_FADD_S: u32 = 162;
export const OP_FSUB_S: u32 = 163;
export const OP_FMUL_S: u32 = 164;
export const OP_FDIV_S: u32 = 165;
export const OP_FSQRT_S: u32 = 166;
export const OP_FSGNJ_S: u32 = 167;
export const OP_FSGNJN_S: u32 = 168;
export const OP_FSGNJX_S: u32 = 169;
export const OP_FMIN_S: u32 = 170;
export const OP_FMAX_S: u32 = 171;
export const OP_FLE_S: u32 = 172;
export const OP_FLT_S: u32 = 173;
export const OP_FEQ_S: u32 = 174;
export const OP_FCLASS_S: u32 = 175;
export const OP_FCVT_W_S: u32 = 176;
export const OP_FCVT_S_W: u32 = 177;
export const OP_FCVT_WU_S: u32 = 178;
export const OP_FCVT_S_WU: u32 = 179;
export const OP_FCVT_L_S: u32 = 180;
export const OP_FCVT_S_L: u32 = 181;
export const OP_FCVT_LU_S: u32 = 182;
export const OP_FCVT_S_LU: u32 = 183;
export const OP_FMV_X_W: u32 = 184;
export const OP_FMV_W_X: u32 = 185;
export const OP_FLI_S: u32 = 186;
export const OP_FMINM_S: u32 = 187;
export const OP_FMAXM_S: u32 = 188;
export const OP_FROUND_S: u32 = 189;
export const OP_FROUNDNX_S: u32 = 190;
export const OP_FLEQ_S: u32 = 191;
export const OP_FLTQ_S: u32 = 192;
export const OP_FMADD_D: u32 = 193;
export const OP_FMSUB_D: u32 = 194;
export const OP_FNMSUB_D: u32 = 195;
export const OP_FNMADD_D: u32 = 196;
export const OP_FADD_D: u32 = 197;
export const OP_FSUB_D: u32 = 198;
export const OP_FMUL_D: u32 = 199;
export const OP_FDIV_D: u32 = 200;
export const OP_FSQRT_D: u32 = 201;
export const OP_FSGNJ_D: u32 = 202;
export const OP_FSGNJN_D: u32 = 203;
export const OP_FSGNJX_D: u32 = 204;
export const OP_FMIN_D: u32 = 205;
export const OP_FMAX_D: u32 = 206;
export const OP_FLE_D: u32 = 207;
export const OP_FLT_D: u32 = 208;
export const OP_FEQ_D: u32 = 209;
export const OP_FCLASS_D: u32 = 210;
export const OP_FCVT_W_D: u32 = 211;
export const OP_FCVT_D_W: u32 = 212;
export const OP_FCVT_WU_D: u32 = 213;
export const OP_FCVT_D_WU: u32 = 214;
export const OP_FCVT_L_D: u32 = 215;
export const OP_FCVT_D_L: u32 = 216;
export const OP_FCVT_LU_D: u32 = 217;
export const OP_FCVT_D_LU: u32 = 218;
export const OP_FMV_X_D: u32 = 219;
export const OP_FMV_D_X: u32 = 220;
export const OP_FLI_D: u32 = 221;
export const OP_FMINM_D: u32 = 222;
export const OP_FMAXM_D: u32 = 223;
export const OP_FROUND_D: u32 = 224;
export const OP_FROUNDNX_D: u32 = 225;
export const OP_FLEQ_D: u32 = 226;
export const OP_FLTQ_D: u32 = 227;
export const OP_FMADD_H: u32 = 228;
export const OP_FMSUB_H: u32 = 229;
export const OP_FNMSUB_H: u32 = 230;
export const OP_FNMADD_H: u32 = 231;
export const OP_FADD_H: u32 = 232;
export const OP_FSUB_H: u32 = 233;
export const OP_FMUL_H: u32 = 234;
export const OP_FDIV_H: u32 = 235;
export const OP_FSQRT_H: u32 = 236;
export const OP_FSGNJ_H: u32 = 237;
export const OP_FSGNJN_H: u32 = 238;
export const OP_FSGNJX_H: u32 = 239;
export const OP_FMIN_H: u32 = 240;
export const OP_FMAX_H: u32 = 241;
export const OP_FLE_H: u32 = 242;
export const OP_FLT_H: u32 = 243;
export const OP_FEQ_H: u32 = 244;
export const OP_FCLASS_H: u32 = 245;
export const OP_FCVT_W_H: u32 = 246;
export const OP_FCVT_H_W: u32 = 247;
export const OP_FCVT_WU_H: u32 = 248;
export const OP_FCVT_H_WU: u32 = 249;
export const OP_FCVT_L_H: u32 = 250;
export const OP_FCVT_H_L: u32 = 251;
export const OP_FCVT_LU_H: u32 = 252;
export const OP_FCVT_H_LU: u32 = 253;
export const OP_FMV_X_H: u32 = 254;
export const OP_FMV_H_X: u32 = 255;
export const OP_FLI_H: u32 = 256;
export const OP_FMINM_H: u32 = 257;
export const OP_FMAXM_H: u32 = 258;
export const OP_FROUND_H: u32 = 259;
export const OP_FROUNDNX_H: u32 = 260;
export const OP_FLEQ_H: u32 = 261;
export const OP_FLTQ_H: u32 = 262;
export const OP_FCVTMOD_W_D: u32 = 263;
export const OP_FCVT_S_D: u32 = 264;
export const OP_FCVT_D_S: u32 = 265;
export const OP_FCVT_S_H: u32 = 266;
export const OP_FCVT_H_S: u32 = 267;
export const OP_FCVT_D_H: u32 = 268;
export const OP_FCVT_H_D: u32 = 269;
export const OP_SRET: u32 = 270;
export const OP_MRET: u32 = 271;
export const OP_WFI: u32 = 272;
export const OP_WRS_NTO: u32 = 273;
export const OP_WRS_STO: u32 = 274;
export const OP_SFENCE_VMA: u32 = 275;
export const OP_HFENCE_VVMA: u32 = 276;
export const OP_HFENCE_GVMA: u32 = 277;
export const OP_SINVAL_VMA: u32 = 278;
export const OP_HINVAL_VVMA: u32 = 279;
export const OP_HINVAL_GVMA: u32 = 280;
export const OP_SFENCE_W_INVAL: u32 = 281;
export const OP_SFENCE_INVAL_IR: u32 = 282;
export const OP_CBO_INVAL: u32 = 283;
export const OP_CBO_CLEAN: u32 = 284;
export const OP_CBO_FLUSH: u32 = 285;
export const OP_CBO_ZERO: u32 = 286;
export const OP_HLV_B: u32 = 287;
export const OP_HLV_BU: u32 = 288;
export const OP_HLV_H: u32 = 289;
export const OP_HLV_HU: u32 = 290;
export const OP_HLVX_HU: u32 = 291;
export const OP_HLV_W: u32 = 292;
export const OP_HLV_WU: u32 = 293;
export const OP_HLVX_WU: u32 = 294;
export const OP_HLV_D: u32 = 295;
export const OP_HSV_B: u32 = 296;
export const OP_HSV_H: u32 = 297;
export const OP_HSV_W: u32 = 298;
export const OP_HSV_D: u32 = 299;
/** The first number that is free for forms that only the core has (ops.ts). */
export const OP_FIRST_OWN: u32 = 300;

/** Fills the slot for a 32-bit instruction; a reserved encoding becomes OP_ILLEGAL, and the result is false. */
export function decodeWord(slot: usize, word: u32): bool {
  switch (word & 0x7f) {
    case 0x3:
      switch ((word >> 12) & 7) {
        case 0:
          return fillImmediate(slot, OP_LB, word);
        case 1:
          return fillImmediate(slot, OP_LH, word);
        case 2:
          return fillImmediate(slot, OP_LW, word);
        case 3:
          return fillImmediate(slot, OP_LD, word);
        case 4:
          return fillImmediate(slot, OP_LBU, word);
        case 5:
          return fillImmediate(slot, OP_LHU, word);
        case 6:
          return fillImmediate(slot, OP_LWU, word);
      }
      break;
    case 0x7:
      switch ((word >> 12) & 7) {
        case 1:
          return fillImmediate(slot, OP_FLH, word);
        case 2:
          return fillImmediate(slot, OP_FLW, word);
        case 3:
          return fillImmediate(slot, OP_FLD, word);
      }
      break;
    case 0xf:
      switch ((word >> 12) & 7) {
        case 0:
          if ((word & 0xffffffff) == 0x100000f) return fillRegisters(slot, OP_PAUSE, word);
          if ((word & 0xfff0707f) == 0x8330000f) return fillRegisters(slot, OP_FENCE_TSO, word);
          return fillRegisters(slot, OP_FENCE, word);
        case 1:
          return fillRegisters(slot, OP_FENCE_I, word);
        case 2:
          if ((word & 0xfff07fff) == 0x200f) return fillRegisters(slot, OP_CBO_INVAL, word);
          if ((word & 0xfff07fff) == 0x10200f) return fillRegisters(slot, OP_CBO_CLEAN, word);
          if ((word & 0xfff07fff) == 0x20200f) return fillRegisters(slot, OP_CBO_FLUSH, word);
          if ((word & 0xfff07fff) == 0x40200f) return fillRegisters(slot, OP_CBO_ZERO, word);
          break;
      }
      break;
    case 0x13:
      switch ((word >> 12) & 7) {
        case 0:
          return fillImmediate(slot, OP_ADDI, word);
        case 1:
          if ((word & 0xfc00707f) == 0x1013) return fillShift(slot, OP_SLLI, word);
          if ((word & 0xfff0707f) == 0x60001013) return fillRegisters(slot, OP_CLZ, word);
          if ((word & 0xfff0707f) == 0x60101013) return fillRegisters(slot, OP_CTZ, word);
          if ((word & 0xfff0707f) == 0x60201013) return fillRegisters(slot, OP_CPOP, word);
          if ((word & 0xfff0707f) == 0x60401013) return fillRegisters(slot, OP_SEXT_B, word);
          if ((word & 0xfff0707f) == 0x60501013) return fillRegisters(slot, OP_SEXT_H, word);
          if ((word & 0xfc00707f) == 0x48001013) return fillShift(slot, OP_BCLRI, word);
          if ((word & 0xfc00707f) == 0x68001013) return fillShift(slot, OP_BINVI, word);
          if ((word & 0xfc00707f) == 0x28001013) return fillShift(slot, OP_BSETI, word);
          break;
        case 2:
          return fillImmediate(slot, OP_SLTI, word);
        case 3:
          return fillImmediate(slot, OP_SLTIU, word);
        case 4:
          return fillImmediate(slot, OP_XORI, word);
        case 5:
          if ((word & 0xfc00707f) == 0x5013) return fillShift(slot, OP_SRLI, word);
          if ((word & 0xfc00707f) == 0x40005013) return fillShift(slot, OP_SRAI, word);
          if ((word & 0xfc00707f) == 0x60005013) return fillShift(slot, OP_RORI, word);
          if ((word & 0xfff0707f) == 0x28705013) return fillRegisters(slot, OP_ORC_B, word);
          if ((word & 0xfff0707f) == 0x6b805013) return fillRegisters(slot, OP_REV8, word);
          if ((word & 0xfff0707f) == 0x68705013) return fillRegisters(slot, OP_BREV8, word);
          if ((word & 0xfc00707f) == 0x48005013) return fillShift(slot, OP_BEXTI, word);
          break;
        case 6:
          return fillImmediate(slot, OP_ORI, word);
        case 7:
          return fillImmediate(slot, OP_ANDI, word);
      }
      break;
    case 0x17:
      return fillUpper(slot, OP_AUIPC, word);
    case 0x1b:
      switch ((word >> 12) & 7) {
        case 0:
          return fillImmediate(slot, OP_ADDIW, word);
        case 1:
          if ((word & 0xfe00707f) == 0x101b) return fillShift(slot, OP_SLLIW, word);
          if ((word & 0xfc00707f) == 0x800101b) return fillShift(slot, OP_SLLI_UW, word);
          if ((word & 0xfff0707f) == 0x6000101b) return fillRegisters(slot, OP_CLZW, word);
          if ((word & 0xfff0707f) == 0x6010101b) return fillRegisters(slot, OP_CTZW, word);
          if ((word & 0xfff0707f) == 0x6020101b) return fillRegisters(slot, OP_CPOPW, word);
          break;
        case 5:
          if ((word & 0xfe00707f) == 0x501b) return fillShift(slot, OP_SRLIW, word);
          if ((word & 0xfe00707f) == 0x4000501b) return fillShift(slot, OP_SRAIW, word);
          if ((word & 0xfe00707f) == 0x6000501b) return fillShift(slot, OP_RORIW, word);
          break;
      }
      break;
    case 0x23:
      switch ((word >> 12) & 7) {
        case 0:
          return fillStore(slot, OP_SB, word);
        case 1:
          return fillStore(slot, OP_SH, word);
        case 2:
          return fillStore(slot, OP_SW, word);
        case 3:
          return fillStore(slot, OP_SD, word);
      }
      break;
    case 0x27:
      switch ((word >> 12) & 7) {
        case 1:
          return fillStore(slot, OP_FSH, word);
        case 2:
          return fillStore(slot, OP_FSW, word);
        case 3:
          return fillStore(slot, OP_FSD, word);
      }
      break;
    case 0x2f:
      switch ((word >> 12) & 7) {
        case 2:
          if ((word & 0xf9f0707f) == 0x1000202f) return fillRegisters(slot, OP_LR_W, word);
          if ((word & 0xf800707f) == 0x1800202f) return fillRegisters(slot, OP_SC_W, word);
          if ((word & 0xf800707f) == 0x800202f) return fillRegisters(slot, OP_AMOSWAP_W, word);
          if ((word & 0xf800707f) == 0x202f) return fillRegisters(slot, OP_AMOADD_W, word);
          if ((word & 0xf800707f) == 0x2000202f) return fillRegisters(slot, OP_AMOXOR_W, word);
          if ((word & 0xf800707f) == 0x6000202f) return fillRegisters(slot, OP_AMOAND_W, word);
          if ((word & 0xf800707f) == 0x4000202f) return fillRegisters(slot, OP_AMOOR_W, word);
          if ((word & 0xf800707f) == 0x8000202f) return fillRegisters(slot, OP_AMOMIN_W, word);
          if ((word & 0xf800707f) == 0xa000202f) return fillRegisters(slot, OP_AMOMAX_W, word);
          if ((word & 0xf800707f) == 0xc000202f) return fillRegisters(slot, OP_AMOMINU_W, word);
          if ((word & 0xf800707f) == 0xe000202f) return fillRegisters(slot, OP_AMOMAXU_W, word);
          if ((word & 0xf800707f) == 0x2800202f) return fillRegisters(slot, OP_AMOCAS_W, word);
          break;
        case 3:
          if ((word & 0xf9f0707f) == 0x1000302f) return fillRegisters(slot, OP_LR_D, word);
          if ((word & 0xf800707f) == 0x1800302f) return fillRegisters(slot, OP_SC_D, word);
          if ((word & 0xf800707f) == 0x800302f) return fillRegisters(slot, OP_AMOSWAP_D, word);
          if ((word & 0xf800707f) == 0x302f) return fillRegisters(slot, OP_AMOADD_D, word);
          if ((word & 0xf800707f) == 0x2000302f) return fillRegisters(slot, OP_AMOXOR_D, word);
          if ((word & 0xf800707f) == 0x6000302f) return fillRegisters(slot, OP_AMOAND_D, word);
          if ((word & 0xf800707f) == 0x4000302f) return fillRegisters(slot, OP_AMOOR_D, word);
          if ((word & 0xf800707f) == 0x8000302f) return fillRegisters(slot, OP_AMOMIN_D, word);
          if ((word & 0xf800707f) == 0xa000302f) return fillRegisters(slot, OP_AMOMAX_D, word);
          if ((word & 0xf800707f) == 0xc000302f) return fillRegisters(slot, OP_AMOMINU_D, word);
          if ((word & 0xf800707f) == 0xe000302f) return fillRegisters(slot, OP_AMOMAXU_D, word);
          if ((word & 0xf800707f) == 0x2800302f) return fillRegisters(slot, OP_AMOCAS_D, word);
          break;
        case 4:
          if ((word & 0xf800707f) == 0x2800402f) return fillRegisters(slot, OP_AMOCAS_Q, word);
          break;
      }
      break;
    case 0x33:
      switch ((word >> 12) & 7) {
        case 0:
          if ((word & 0xfe00707f) == 0x33) return fillRegisters(slot, OP_ADD, word);
          if ((word & 0xfe00707f) == 0x40000033) return fillRegisters(slot, OP_SUB, word);
          if ((word & 0xfe00707f) == 0x2000033) return fillRegisters(slot, OP_MUL, word);
          break;
        case 1:
          if ((word & 0xfe00707f) == 0x1033) return fillRegisters(slot, OP_SLL, word);
          if ((word & 0xfe00707f) == 0x2001033) return fillRegisters(slot, OP_MULH, word);
          if ((word & 0xfe00707f) == 0x60001033) return fillRegisters(slot, OP_ROL, word);
          if ((word & 0xfe00707f) == 0xa001033) return fillRegisters(slot, OP_CLMUL, word);
          if ((word & 0xfe00707f) == 0x48001033) return fillRegisters(slot, OP_BCLR, word);
          if ((word & 0xfe00707f) == 0x68001033) return fillRegisters(slot, OP_BINV, word);
          if ((word & 0xfe00707f) == 0x28001033) return fillRegisters(slot, OP_BSET, word);
          break;
        case 2:
          if ((word & 0xfe00707f) == 0x2033) return fillRegisters(slot, OP_SLT, word);
          if ((word & 0xfe00707f) == 0x2002033) return fillRegisters(slot, OP_MULHSU, word);
          if ((word & 0xfe00707f) == 0x20002033) return fillRegisters(slot, OP_SH1ADD, word);
          if ((word & 0xfe00707f) == 0x28002033) return fillRegisters(slot, OP_XPERM4, word);
          if ((word & 0xfe00707f) == 0xa002033) return fillRegisters(slot, OP_CLMULR, word);
          break;
        case 3:
          if ((word & 0xfe00707f) == 0x3033) return fillRegisters(slot, OP_SLTU, word);
          if ((word & 0xfe00707f) == 0x2003033) return fillRegisters(slot, OP_MULHU, word);
          if ((word & 0xfe00707f) == 0xa003033) return fillRegisters(slot, OP_CLMULH, word);
          break;
        case 4:
          if ((word & 0xfe00707f) == 0x4033) return fillRegisters(slot, OP_XOR, word);
          if ((word & 0xfe00707f) == 0x2004033) return fillRegisters(slot, OP_DIV, word);
          if ((word & 0xfe00707f) == 0x20004033) return fillRegisters(slot, OP_SH2ADD, word);
          if ((word & 0xfe00707f) == 0x40004033) return fillRegisters(slot, OP_XNOR, word);
          if ((word & 0xfe00707f) == 0xa004033) return fillRegisters(slot, OP_MIN, word);
          if ((word & 0xfe00707f) == 0x8004033) return fillRegisters(slot, OP_PACK, word);
          if ((word & 0xfe00707f) == 0x28004033) return fillRegisters(slot, OP_XPERM8, word);
          break;
        case 5:
          if ((word & 0xfe00707f) == 0x5033) return fillRegisters(slot, OP_SRL, word);
          if ((word & 0xfe00707f) == 0x40005033) return fillRegisters(slot, OP_SRA, word);
          if ((word & 0xfe00707f) == 0x2005033) return fillRegisters(slot, OP_DIVU, word);
          if ((word & 0xfe00707f) == 0xa005033) return fillRegisters(slot, OP_MINU, word);
          if ((word & 0xfe00707f) == 0x60005033) return fillRegisters(slot, OP_ROR, word);
          if ((word & 0xfe00707f) == 0x48005033) return fillRegisters(slot, OP_BEXT, word);
          if ((word & 0xfe00707f) == 0xe005033) return fillRegisters(slot, OP_CZERO_EQZ, word);
          break;
        case 6:
          if ((word & 0xfe00707f) == 0x6033) return fillRegisters(slot, OP_OR, word);
          if ((word & 0xfe00707f) == 0x2006033) return fillRegisters(slot, OP_REM, word);
          if ((word & 0xfe00707f) == 0x20006033) return fillRegisters(slot, OP_SH3ADD, word);
          if ((word & 0xfe00707f) == 0x40006033) return fillRegisters(slot, OP_ORN, word);
          if ((word & 0xfe00707f) == 0xa006033) return fillRegisters(slot, OP_MAX, word);
          break;
        case 7:
          if ((word & 0xfe00707f) == 0x7033) return fillRegisters(slot, OP_AND, word);
          if ((word & 0xfe00707f) == 0x2007033) return fillRegisters(slot, OP_REMU, word);
          if ((word & 0xfe00707f) == 0x40007033) return fillRegisters(slot, OP_ANDN, word);
          if ((word & 0xfe00707f) == 0xa007033) return fillRegisters(slot, OP_MAXU, word);
          if ((word & 0xfe00707f) == 0x8007033) return fillRegisters(slot, OP_PACKH, word);
          if ((word & 0xfe00707f) == 0xe007033) return fillRegisters(slot, OP_CZERO_NEZ, word);
          break;
      }
      break;
    case 0x37:
      return fillUpper(slot, OP_LUI, word);
    case 0x3b:
      switch ((word >> 12) & 7) {
        case 0:
          if ((word & 0xfe00707f) == 0x3b) return fillRegisters(slot, OP_ADDW, word);
          if ((word & 0xfe00707f) == 0x4000003b) return fillRegisters(slot, OP_SUBW, word);
          if ((word & 0xfe00707f) == 0x200003b) return fillRegisters(slot, OP_MULW, word);
          if ((word & 0xfe00707f) == 0x800003b) return fillRegisters(slot, OP_ADD_UW, word);
          break;
        case 1:
          if ((word & 0xfe00707f) == 0x103b) return fillRegisters(slot, OP_SLLW, word);
          if ((word & 0xfe00707f) == 0x6000103b) return fillRegisters(slot, OP_ROLW, word);
          break;
        case 2:
          if ((word & 0xfe00707f) == 0x2000203b) return fillRegisters(slot, OP_SH1ADD_UW, word);
          break;
        case 4:
          if ((word & 0xfe00707f) == 0x200403b) return fillRegisters(slot, OP_DIVW, word);
          if ((word & 0xfe00707f) == 0x2000403b) return fillRegisters(slot, OP_SH2ADD_UW, word);
          if ((word & 0xfff0707f) == 0x800403b) return fillRegisters(slot, OP_ZEXT_H, word);
          if ((word & 0xfe00707f) == 0x800403b) return fillRegisters(slot, OP_PACKW, word);
          break;
        case 5:
          if ((word & 0xfe00707f) == 0x503b) return fillRegisters(slot, OP_SRLW, word);
          if ((word & 0xfe00707f) == 0x4000503b) return fillRegisters(slot, OP_SRAW, word);
          if ((word & 0xfe00707f) == 0x200503b) return fillRegisters(slot, OP_DIVUW, word);
          if ((word & 0xfe00707f) == 0x6000503b) return fillRegisters(slot, OP_RORW, word);
          break;
        case 6:
          if ((word & 0xfe00707f) == 0x200603b) return fillRegisters(slot, OP_REMW, word);
          if ((word & 0xfe00707f) == 0x2000603b) return fillRegisters(slot, OP_SH3ADD_UW, word);
          break;
        case 7:
          if ((word & 0xfe00707f) == 0x200703b) return fillRegisters(slot, OP_REMUW, word);
          break;
      }
      break;
    case 0x43:
      if ((word & 0x600007f) == 0x43) return fillFloatRounded(slot, OP_FMADD_S, word);
      if ((word & 0x600007f) == 0x2000043) return fillFloatRounded(slot, OP_FMADD_D, word);
      if ((word & 0x600007f) == 0x4000043) return fillFloatRounded(slot, OP_FMADD_H, word);
      break;
    case 0x47:
      if ((word & 0x600007f) == 0x47) return fillFloatRounded(slot, OP_FMSUB_S, word);
      if ((word & 0x600007f) == 0x2000047) return fillFloatRounded(slot, OP_FMSUB_D, word);
      if ((word & 0x600007f) == 0x4000047) return fillFloatRounded(slot, OP_FMSUB_H, word);
      break;
    case 0x4b:
      if ((word & 0x600007f) == 0x4b) return fillFloatRounded(slot, OP_FNMSUB_S, word);
      if ((word & 0x600007f) == 0x200004b) return fillFloatRounded(slot, OP_FNMSUB_D, word);
      if ((word & 0x600007f) == 0x400004b) return fillFloatRounded(slot, OP_FNMSUB_H, word);
      break;
    case 0x4f:
      if ((word & 0x600007f) == 0x4f) return fillFloatRounded(slot, OP_FNMADD_S, word);
      if ((word & 0x600007f) == 0x200004f) return fillFloatRounded(slot, OP_FNMADD_D, word);
      if ((word & 0x600007f) == 0x400004f) return fillFloatRounded(slot, OP_FNMADD_H, word);
      break;
    case 0x53:
      if ((word & 0xfe00007f) == 0x53) return fillFloatRounded(slot, OP_FADD_S, word);
      if ((word & 0xfe00007f) == 0x8000053) return fillFloatRounded(slot, OP_FSUB_S, word);
      if ((word & 0xfe00007f) == 0x10000053) return fillFloatRounded(slot, OP_FMUL_S, word);
      if ((word & 0xfe00007f) == 0x18000053) return fillFloatRounded(slot, OP_FDIV_S, word);
      if ((word & 0xfff0007f) == 0x58000053) return fillFloatRounded(slot, OP_FSQRT_S, word);
      if ((word & 0xfe00707f) == 0x20000053) return fillFloatWrite(slot, OP_FSGNJ_S, word);
      if ((word & 0xfe00707f) == 0x20001053) return fillFloatWrite(slot, OP_FSGNJN_S, word);
      if ((word & 0xfe00707f) == 0x20002053) return fillFloatWrite(slot, OP_FSGNJX_S, word);
      if ((word & 0xfe00707f) == 0x28000053) return fillFloatWrite(slot, OP_FMIN_S, word);
      if ((word & 0xfe00707f) == 0x28001053) return fillFloatWrite(slot, OP_FMAX_S, word);
      if ((word & 0xfe00707f) == 0xa0000053) return fillFloatRead(slot, OP_FLE_S, word);
      if ((word & 0xfe00707f) == 0xa0001053) return fillFloatRead(slot, OP_FLT_S, word);
      if ((word & 0xfe00707f) == 0xa0002053) return fillFloatRead(slot, OP_FEQ_S, word);
      if ((word & 0xfff0707f) == 0xe0001053) return fillFloatRead(slot, OP_FCLASS_S, word);
      if ((word & 0xfff0007f) == 0xc0000053) return fillFloatRounded(slot, OP_FCVT_W_S, word);
      if ((word & 0xfff0007f) == 0xd0000053) return fillFloatRounded(slot, OP_FCVT_S_W, word);
      if ((word & 0xfff0007f) == 0xc0100053) return fillFloatRounded(slot, OP_FCVT_WU_S, word);
      if ((word & 0xfff0007f) == 0xd0100053) return fillFloatRounded(slot, OP_FCVT_S_WU, word);
      if ((word & 0xfff0007f) == 0xc0200053) return fillFloatRounded(slot, OP_FCVT_L_S, word);
      if ((word & 0xfff0007f) == 0xd0200053) return fillFloatRounded(slot, OP_FCVT_S_L, word);
      if ((word & 0xfff0007f) == 0xc0300053) return fillFloatRounded(slot, OP_FCVT_LU_S, word);
      if ((word & 0xfff0007f) == 0xd0300053) return fillFloatRounded(slot, OP_FCVT_S_LU, word);
      if ((word & 0xfff0707f) == 0xe0000053) return fillFloatRead(slot, OP_FMV_X_W, word);
      if ((word & 0xfff0707f) == 0xf0000053) return fillFloatWrite(slot, OP_FMV_W_X, word);
      if ((word & 0xfff0707f) == 0xf0100053) return fillFloatWrite(slot, OP_FLI_S, word);
      if ((word & 0xfe00707f) == 0x28002053) return fillFloatWrite(slot, OP_FMINM_S, word);
      if ((word & 0xfe00707f) == 0x28003053) return fillFloatWrite(slot, OP_FMAXM_S, word);
      if ((word & 0xfff0007f) == 0x40400053) return fillFloatRounded(slot, OP_FROUND_S, word);
      if ((word & 0xfff0007f) == 0x40500053) return fillFloatRounded(slot, OP_FROUNDNX_S, word);
      if ((word & 0xfe00707f) == 0xa0004053) return fillFloatRead(slot, OP_FLEQ_S, word);
      if ((word & 0xfe00707f) == 0xa0005053) return fillFloatRead(slot, OP_FLTQ_S, word);
      if ((word & 0xfe00007f) == 0x2000053) return fillFloatRounded(slot, OP_FADD_D, word);
      if ((word & 0xfe00007f) == 0xa000053) return fillFloatRounded(slot, OP_FSUB_D, word);
      if ((word & 0xfe00007f) == 0x12000053) return fillFloatRounded(slot, OP_FMUL_D, word);
      if ((word & 0xfe00007f) == 0x1a000053) return fillFloatRounded(slot, OP_FDIV_D, word);
      if ((word & 0xfff0007f) == 0x5a000053) return fillFloatRounded(slot, OP_FSQRT_D, word);
      if ((word & 0xfe00707f) == 0x22000053) return fillFloatWrite(slot, OP_FSGNJ_D, word);
      if ((word & 0xfe00707f) == 0x22001053) return fillFloatWrite(slot, OP_FSGNJN_D, word);
      if ((word & 0xfe00707f) == 0x22002053) return fillFloatWrite(slot, OP_FSGNJX_D, word);
      if ((word & 0xfe00707f) == 0x2a000053) return fillFloatWrite(slot, OP_FMIN_D, word);
      if ((word & 0xfe00707f) == 0x2a001053) return fillFloatWrite(slot, OP_FMAX_D, word);
      if ((word & 0xfe00707f) == 0xa2000053) return fillFloatRead(slot, OP_FLE_D, word);
      if ((word & 0xfe00707f) == 0xa2001053) return fillFloatRead(slot, OP_FLT_D, word);
      if ((word & 0xfe00707f) == 0xa2002053) return fillFloatRead(slot, OP_FEQ_D, word);
      if ((word & 0xfff0707f) == 0xe2001053) return fillFloatRead(slot, OP_FCLASS_D, word);
      if ((word & 0xfff0007f) == 0xc2000053) return fillFloatRounded(slot, OP_FCVT_W_D, word);
      if ((word & 0xfff0007f) == 0xd2000053) return fillFloatRounded(slot, OP_FCVT_D_W, word);
      if ((word & 0xfff0007f) == 0xc2100053) return fillFloatRounded(slot, OP_FCVT_WU_D, word);
      if ((word & 0xfff0007f) == 0xd2100053) return fillFloatRounded(slot, OP_FCVT_D_WU, word);
      if ((word & 0xfff0007f) == 0xc2200053) return fillFloatRounded(slot, OP_FCVT_L_D, word);
      if ((word & 0xfff0007f) == 0xd2200053) return fillFloatRounded(slot, OP_FCVT_D_L, word);
      if ((word & 0xfff0007f) == 0xc2300053) return fillFloatRounded(slot, OP_FCVT_LU_D, word);
      if ((word & 0xfff0007f) == 0xd2300053) return fillFloatRounded(slot, OP_FCVT_D_LU, word);
      if ((word & 0xfff0707f) == 0xe2000053) return fillFloatRead(slot, OP_FMV_X_D, word);
      if ((word & 0xfff0707f) == 0xf2000053) return fillFloatWrite(slot, OP_FMV_D_X, word);
      if ((word & 0xfff0707f) == 0xf2100053) return fillFloatWrite(slot, OP_FLI_D, word);
      if ((word & 0xfe00707f) == 0x2a002053) return fillFloatWrite(slot, OP_FMINM_D, word);
      if ((word & 0xfe00707f) == 0x2a003053) return fillFloatWrite(slot, OP_FMAXM_D, word);
      if ((word & 0xfff0007f) == 0x42400053) return fillFloatRounded(slot, OP_FROUND_D, word);
      if ((word & 0xfff0007f) == 0x42500053) return fillFloatRounded(slot, OP_FROUNDNX_D, word);
      if ((word & 0xfe00707f) == 0xa2004053) return fillFloatRead(slot, OP_FLEQ_D, word);
      if ((word & 0xfe00707f) == 0xa2005053) return fillFloatRead(slot, OP_FLTQ_D, word);
      if ((word & 0xfe00007f) == 0x4000053) return fillFloatRounded(slot, OP_FADD_H, word);
      if ((word & 0xfe00007f) == 0xc000053) return fillFloatRounded(slot, OP_FSUB_H, word);
      if ((word & 0xfe00007f) == 0x14000053) return fillFloatRounded(slot, OP_FMUL_H, word);
      if ((word & 0xfe00007f) == 0x1c000053) return fillFloatRounded(slot, OP_FDIV_H, word);
      if ((word & 0xfff0007f) == 0x5c000053) return fillFloatRounded(slot, OP_FSQRT_H, word);
      if ((word & 0xfe00707f) == 0x24000053) return fillFloatWrite(slot, OP_FSGNJ_H, word);
      if ((word & 0xfe00707f) == 0x24001053) return fillFloatWrite(slot, OP_FSGNJN_H, word);
      if ((word & 0xfe00707f) == 0x24002053) return fillFloatWrite(slot, OP_FSGNJX_H, word);
      if ((word & 0xfe00707f) == 0x2c000053) return fillFloatWrite(slot, OP_FMIN_H, word);
      if ((word & 0xfe00707f) == 0x2c001053) return fillFloatWrite(slot, OP_FMAX_H, word);
      if ((word & 0xfe00707f) == 0xa4000053) return fillFloatRead(slot, OP_FLE_H, word);
      if ((word & 0xfe00707f) == 0xa4001053) return fillFloatRead(slot, OP_FLT_H, word);
      if ((word & 0xfe00707f) == 0xa4002053) return fillFloatRead(slot, OP_FEQ_H, word);
      if ((word & 0xfff0707f) == 0xe4001053) return fillFloatRead(slot, OP_FCLASS_H, word);
      if ((word & 0xfff0007f) == 0xc4000053) return fillFloatRounded(slot, OP_FCVT_W_H, word);
      if ((word & 0xfff0007f) == 0xd4000053) return fillFloatRounded(slot, OP_FCVT_H_W, word);
      if ((word & 0xfff0007f) == 0xc4100053) return fillFloatRounded(slot, OP_FCVT_WU_H, word);
      if ((word & 0xfff0007f) == 0xd4100053) return fillFloatRounded(slot, OP_FCVT_H_WU, word);
      if ((word & 0xfff0007f) == 0xc4200053) return fillFloatRounded(slot, OP_FCVT_L_H, word);
      if ((word & 0xfff0007f) == 0xd4200053) return fillFloatRounded(slot, OP_FCVT_H_L, word);
      if ((word & 0xfff0007f) == 0xc4300053) return fillFloatRounded(slot, OP_FCVT_LU_H, word);
      if ((word & 0xfff0007f) == 0xd4300053) return fillFloatRounded(slot, OP_FCVT_H_LU, word);
      if ((word & 0xfff0707f) == 0xe4000053) return fillFloatRead(slot, OP_FMV_X_H, word);
      if ((word & 0xfff0707f) == 0xf4000053) return fillFloatWrite(slot, OP_FMV_H_X, word);
      if ((word & 0xfff0707f) == 0xf4100053) return fillFloatWrite(slot, OP_FLI_H, word);
      if ((word & 0xfe00707f) == 0x2c002053) return fillFloatWrite(slot, OP_FMINM_H, word);
      if ((word & 0xfe00707f) == 0x2c003053) return fillFloatWrite(slot, OP_FMAXM_H, word);
      if ((word & 0xfff0007f) == 0x44400053) return fillFloatRounded(slot, OP_FROUND_H, word);
      if ((word & 0xfff0007f) == 0x44500053) return fillFloatRounded(slot, OP_FROUNDNX_H, word);
      if ((word & 0xfe00707f) == 0xa4004053) return fillFloatRead(slot, OP_FLEQ_H, word);
      if ((word & 0xfe00707f) == 0xa4005053) return fillFloatRead(slot, OP_FLTQ_H, word);
      if ((word & 0xfff0707f) == 0xc2801053) return fillFloatRead(slot, OP_FCVTMOD_W_D, word);
      if ((word & 0xfff0007f) == 0x40100053) return fillFloatRounded(slot, OP_FCVT_S_D, word);
      if ((word & 0xfff0007f) == 0x42000053) return fillFloatRounded(slot, OP_FCVT_D_S, word);
      if ((word & 0xfff0007f) == 0x40200053) return fillFloatRounded(slot, OP_FCVT_S_H, word);
      if ((word & 0xfff0007f) == 0x44000053) return fillFloatRounded(slot, OP_FCVT_H_S, word);
      if ((word & 0xfff0007f) == 0x42200053) return fillFloatRounded(slot, OP_FCVT_D_H, word);
      if ((word & 0xfff0007f) == 0x44100053) return fillFloatRounded(slot, OP_FCVT_H_D, word);
      break;
    case 0x63:
      switch ((word >> 12) & 7) {
        case 0:
          return fillBranch(slot, OP_BEQ, word);
        case 1:
          return fillBranch(slot, OP_BNE, word);
        case 4:
          return fillBranch(slot, OP_BLT, word);
        case 5:
          return fillBranch(slot, OP_BGE, word);
        case 6:
          return fillBranch(slot, OP_BLTU, word);
        case 7:
          return fillBranch(slot, OP_BGEU, word);
      }
      break;
    case 0x67:
      switch ((word >> 12) & 7) {
        case 0:
          return fillImmediate(slot, OP_JALR, word);
      }
      break;
    case 0x6f:
      return fillJump(slot, OP_JAL, word);
    case 0x73:
      switch ((word >> 12) & 7) {
        case 0:
          if ((word & 0xffffffff) == 0x73) return fillRegisters(slot, OP_ECALL, word);
          if ((word & 0xffffffff) == 0x100073) return fillRegisters(slot, OP_EBREAK, word);
          if ((word & 0xffffffff) == 0x10200073) return fillRegisters(slot, OP_SRET, word);
          if ((word & 0xffffffff) == 0x30200073) return fillRegisters(slot, OP_MRET, word);
          if ((word & 0xffffffff) == 0x10500073) return fillRegisters(slot, OP_WFI, word);
          if ((word & 0xffffffff) == 0xd00073) return fillRegisters(slot, OP_WRS_NTO, word);
          if ((word & 0xffffffff) == 0x1d00073) return fillRegisters(slot, OP_WRS_STO, word);
          if ((word & 0xfe007fff) == 0x12000073) return fillRegisters(slot, OP_SFENCE_VMA, word);
          if ((word & 0xfe007fff) == 0x22000073) return fillRegisters(slot, OP_HFENCE_VVMA, word);
          if ((word & 0xfe007fff) == 0x62000073) return fillRegisters(slot, OP_HFENCE_GVMA, word);
          if ((word & 0xfe007fff) == 0x16000073) return fillRegisters(slot, OP_SINVAL_VMA, word);
          if ((word & 0xfe007fff) == 0x26000073) return fillRegisters(slot, OP_HINVAL_VVMA, word);
          if ((word & 0xfe007fff) == 0x66000073) return fillRegisters(slot, OP_HINVAL_GVMA, word);
          if ((word & 0xffffffff) == 0x18000073) return fillRegisters(slot, OP_SFENCE_W_INVAL, word);
          if ((word & 0xffffffff) == 0x18100073) return fillRegisters(slot, OP_SFENCE_INVAL_IR, word);
          break;
        case 1:
          return fillCsr(slot, OP_CSRRW, word);
        case 2:
          return fillCsr(slot, OP_CSRRS, word);
        case 3:
          return fillCsr(slot, OP_CSRRC, word);
        case 4:
          if ((word & 0xfff0707f) == 0x60004073) return fillRegisters(slot, OP_HLV_B, word);
          if ((word & 0xfff0707f) == 0x60104073) return fillRegisters(slot, OP_HLV_BU, word);
          if ((word & 0xfff0707f) == 0x64004073) return fillRegisters(slot, OP_HLV_H, word);
          if ((word & 0xfff0707f) == 0x64104073) return fillRegisters(slot, OP_HLV_HU, word);
          if ((word & 0xfff0707f) == 0x64304073) return fillRegisters(slot, OP_HLVX_HU, word);
          if ((word & 0xfff0707f) == 0x68004073) return fillRegisters(slot, OP_HLV_W, word);
          if ((word & 0xfff0707f) == 0x68104073) return fillRegisters(slot, OP_HLV_WU, word);
          if ((word & 0xfff0707f) == 0x68304073) return fillRegisters(slot, OP_HLVX_WU, word);
          if ((word & 0xfff0707f) == 0x6c004073) return fillRegisters(slot, OP_HLV_D, word);
          if ((word & 0xfe007fff) == 0x62004073) return fillRegisters(slot, OP_HSV_B, word);
          if ((word & 0xfe007fff) == 0x66004073) return fillRegisters(slot, OP_HSV_H, word);
          if ((word & 0xfe007fff) == 0x6a004073) return fillRegisters(slot, OP_HSV_W, word);
          if ((word & 0xfe007fff) == 0x6e004073) return fillRegisters(slot, OP_HSV_D, word);
          break;
        case 5:
          return fillCsr(slot, OP_CSRRWI, word);
        case 6:
          return fillCsr(slot, OP_CSRRSI, word);
        case 7:
          return fillCsr(slot, OP_CSRRCI, word);
      }
      break;
  }
  return !fillRegisters(slot, OP_ILLEGAL, word);
}

/** The 32-bit instruction that a compressed one stands for; 0, which is no instruction, if it is reserved. */
export function expand(half: u32): u32 {
  switch (((half & 3) << 3) | (half >> 13)) {
    case 0:
      if ((half & 0xffe3) == 0x0) return 0;
      if ((half & 0xe003) == 0x0) {
        // c.addi4spn
        let word: u32 = 0x10413;
        word |= ((half >> 2) & 0x7) << 7;
        word |= ((half >> 6) & 0x1) << 22;
        word |= ((half >> 5) & 0x1) << 23;
        word |= ((half >> 11) & 0x3) << 24;
        word |= ((half >> 7) & 0xf) << 26;
        return word;
      }
      break;
    case 1:
      if ((half & 0xe003) == 0x2000) {
        // c.fld
        let word: u32 = 0x43407;
        word |= ((half >> 2) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 10) & 0x7) << 23;
        word |= ((half >> 5) & 0x3) << 26;
        return word;
      }
      break;
    case 2:
      if ((half & 0xe003) == 0x4000) {
        // c.lw
        let word: u32 = 0x42403;
        word |= ((half >> 2) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 6) & 0x1) << 22;
        word |= ((half >> 10) & 0x7) << 23;
        word |= ((half >> 5) & 0x1) << 26;
        return word;
      }
      break;
    case 3:
      if ((half & 0xe003) == 0x6000) {
        // c.ld
        let word: u32 = 0x43403;
        word |= ((half >> 2) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 10) & 0x7) << 23;
        word |= ((half >> 5) & 0x3) << 26;
        return word;
      }
      break;
    case 5:
      if ((half & 0xe003) == 0xa000) {
        // c.fsd
        let word: u32 = 0x843027;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 5) & 0x3) << 26;
        return word;
      }
      break;
    case 6:
      if ((half & 0xe003) == 0xc000) {
        // c.sw
        let word: u32 = 0x842023;
        word |= ((half >> 6) & 0x1) << 9;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 5) & 0x1) << 26;
        return word;
      }
      break;
    case 7:
      if ((half & 0xe003) == 0xe000) {
        // c.sd
        let word: u32 = 0x843023;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 5) & 0x3) << 26;
        return word;
      }
      break;
    case 8:
      if ((half & 0xef83) == 0x1) {
        // c.nop
        let word: u32 = 0x13;
        word |= (0 - ((half >> 12) & 1)) & 0xfe000000;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      if ((half & 0xe003) == 0x1) {
        // c.addi
        let word: u32 = 0x13;
        word |= (0 - ((half >> 12) & 1)) & 0xfe000000;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 7) & 0x1f) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      break;
    case 9:
      if ((half & 0xef83) == 0x2001) return 0;
      if ((half & 0xe003) == 0x2001) {
        // c.addiw
        let word: u32 = 0x1b;
        word |= (0 - ((half >> 12) & 1)) & 0xfe000000;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 7) & 0x1f) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      break;
    case 10:
      if ((half & 0xe003) == 0x4001) {
        // c.li
        let word: u32 = 0x13;
        word |= (0 - ((half >> 12) & 1)) & 0xfe000000;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      break;
    case 11:
      if ((half & 0xffff) == 0x6101) return 0;
      if ((half & 0xef83) == 0x6101) {
        // c.addi16sp
        let word: u32 = 0x10113;
        word |= (0 - ((half >> 12) & 1)) & 0xe0000000;
        word |= ((half >> 6) & 0x1) << 24;
        word |= ((half >> 2) & 0x1) << 25;
        word |= ((half >> 5) & 0x1) << 26;
        word |= ((half >> 3) & 0x3) << 27;
        return word;
      }
      if ((half & 0xf07f) == 0x6001) return 0;
      if ((half & 0xe003) == 0x6001) {
        // c.lui
        let word: u32 = 0x37;
        word |= (0 - ((half >> 12) & 1)) & 0xfffe0000;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 2) & 0x1f) << 12;
        return word;
      }
      break;
    case 12:
      if ((half & 0xec03) == 0x8001) {
        // c.srli
        let word: u32 = 0x45413;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        return word;
      }
      if ((half & 0xec03) == 0x8401) {
        // c.srai
        let word: u32 = 0x40045413;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        return word;
      }
      if ((half & 0xec03) == 0x8801) {
        // c.andi
        let word: u32 = 0x47413;
        word |= (0 - ((half >> 12) & 1)) & 0xfe000000;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      if ((half & 0xfc63) == 0x8c01) {
        // c.sub
        let word: u32 = 0x40840433;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        return word;
      }
      if ((half & 0xfc63) == 0x8c21) {
        // c.xor
        let word: u32 = 0x844433;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        return word;
      }
      if ((half & 0xfc63) == 0x8c41) {
        // c.or
        let word: u32 = 0x846433;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        return word;
      }
      if ((half & 0xfc63) == 0x8c61) {
        // c.and
        let word: u32 = 0x847433;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        return word;
      }
      if ((half & 0xfc63) == 0x9c01) {
        // c.subw
        let word: u32 = 0x4084043b;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        return word;
      }
      if ((half & 0xfc63) == 0x9c21) {
        // c.addw
        let word: u32 = 0x84043b;
        word |= ((half >> 7) & 0x7) << 7;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x7) << 20;
        return word;
      }
      break;
    case 13:
      if ((half & 0xe003) == 0xa001) {
        // c.j
        let word: u32 = 0x6f;
        word |= (0 - ((half >> 12) & 1)) & 0x801ff000;
        word |= ((half >> 3) & 0x7) << 21;
        word |= ((half >> 11) & 0x1) << 24;
        word |= ((half >> 2) & 0x1) << 25;
        word |= ((half >> 7) & 0x1) << 26;
        word |= ((half >> 6) & 0x1) << 27;
        word |= ((half >> 9) & 0x3) << 28;
        word |= ((half >> 8) & 0x1) << 30;
        return word;
      }
      break;
    case 14:
      if ((half & 0xe003) == 0xc001) {
        // c.beqz
        let word: u32 = 0x40063;
        word |= (0 - ((half >> 12) & 1)) & 0xf0000080;
        word |= ((half >> 3) & 0x3) << 8;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x1) << 25;
        word |= ((half >> 5) & 0x3) << 26;
        return word;
      }
      break;
    case 15:
      if ((half & 0xe003) == 0xe001) {
        // c.bnez
        let word: u32 = 0x41063;
        word |= (0 - ((half >> 12) & 1)) & 0xf0000080;
        word |= ((half >> 3) & 0x3) << 8;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 7) & 0x7) << 15;
        word |= ((half >> 2) & 0x1) << 25;
        word |= ((half >> 5) & 0x3) << 26;
        return word;
      }
      break;
    case 16:
      if ((half & 0xe003) == 0x2) {
        // c.slli
        let word: u32 = 0x1013;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 7) & 0x1f) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        return word;
      }
      break;
    case 17:
      if ((half & 0xe003) == 0x2002) {
        // c.fldsp
        let word: u32 = 0x13007;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 5) & 0x3) << 23;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 2) & 0x7) << 26;
        return word;
      }
      break;
    case 18:
      if ((half & 0xef83) == 0x4002) return 0;
      if ((half & 0xe003) == 0x4002) {
        // c.lwsp
        let word: u32 = 0x12003;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 4) & 0x7) << 22;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 2) & 0x3) << 26;
        return word;
      }
      break;
    case 19:
      if ((half & 0xef83) == 0x6002) return 0;
      if ((half & 0xe003) == 0x6002) {
        // c.ldsp
        let word: u32 = 0x13003;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 5) & 0x3) << 23;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 2) & 0x7) << 26;
        return word;
      }
      break;
    case 20:
      if ((half & 0xffff) == 0x8002) return 0;
      if ((half & 0xf07f) == 0x8002) {
        // c.jr
        let word: u32 = 0x67;
        word |= ((half >> 7) & 0x1f) << 15;
        return word;
      }
      if ((half & 0xf003) == 0x8002) {
        // c.mv
        let word: u32 = 0x33;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      if ((half & 0xffff) == 0x9002) {
        // c.ebreak
        return 0x100073;
      }
      if ((half & 0xf07f) == 0x9002) {
        // c.jalr
        let word: u32 = 0xe7;
        word |= ((half >> 7) & 0x1f) << 15;
        return word;
      }
      if ((half & 0xf003) == 0x9002) {
        // c.add
        let word: u32 = 0x33;
        word |= ((half >> 7) & 0x1f) << 7;
        word |= ((half >> 7) & 0x1f) << 15;
        word |= ((half >> 2) & 0x1f) << 20;
        return word;
      }
      break;
    case 21:
      if ((half & 0xe003) == 0xa002) {
        // c.fsdsp
        let word: u32 = 0x13027;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 2) & 0x1f) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 7) & 0x7) << 26;
        return word;
      }
      break;
    case 22:
      if ((half & 0xe003) == 0xc002) {
        // c.swsp
        let word: u32 = 0x12023;
        word |= ((half >> 9) & 0x7) << 9;
        word |= ((half >> 2) & 0x1f) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 7) & 0x3) << 26;
        return word;
      }
      break;
    case 23:
      if ((half & 0xe003) == 0xe002) {
        // c.sdsp
        let word: u32 = 0x13023;
        word |= ((half >> 10) & 0x3) << 10;
        word |= ((half >> 2) & 0x1f) << 20;
        word |= ((half >> 12) & 0x1) << 25;
        word |= ((half >> 7) & 0x7) << 26;
        return word;
      }
      break;
  }
  return 0;
}
