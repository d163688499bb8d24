/** Opcodes of slots that no single instruction has: ends of pages, forms with operands known when decoded. */
import { OP_FIRST_OWN } from './decoder.generated.ts';

/** The slot after a page's last: goes on in the next page. */
export const OP_PAGE_END: u32 = OP_FIRST_OWN;
/** An instruction whose second half is in the next page: decoded anew each time, since that page may change. */
export const OP_CROSSING: u32 = OP_FIRST_OWN + 1;
/** There is a breakpoint at this offset of some page. */
export const OP_BREAKPOINT: u32 = OP_FIRST_OWN + 2;
/** Writes x0 and has no other effect. */
export const OP_NOP: u32 = OP_FIRST_OWN + 3;
/** A load to x0: rd's byte has the size. */
export const OP_LOAD_X0: u32 = OP_FIRST_OWN + 4;
/** jal and jalr without a link. */
export const OP_J: u32 = OP_FIRST_OWN + 5;
export const OP_JR: u32 = OP_FIRST_OWN + 6;
/** Jumps and branches within the page: the immediate is the distance between slots. */
export const OP_J_NEAR: u32 = OP_FIRST_OWN + 7;
export const OP_JAL_NEAR: u32 = OP_FIRST_OWN + 8;
export const OP_BEQ_NEAR: u32 = OP_FIRST_OWN + 9;
export const OP_BNE_NEAR: u32 = OP_FIRST_OWN + 10;
export const OP_BLT_NEAR: u32 = OP_FIRST_OWN + 11;
export const OP_BGE_NEAR: u32 = OP_FIRST_OWN + 12;
export const OP_BLTU_NEAR: u32 = OP_FIRST_OWN + 13;
export const OP_BGEU_NEAR: u32 = OP_FIRST_OWN + 14;
/** addi rd, x0, imm and addi rd, rs, 0 or add rd, x0, rs. */
export const OP_LI: u32 = OP_FIRST_OWN + 15;
export const OP_MV: u32 = OP_FIRST_OWN + 16;
