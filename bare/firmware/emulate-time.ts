/** Reads of the CSR `time` on harts that do not have it: Unpriv. ISA, "Zicntr". */
import { ILLEGAL_INSTRUCTION, VIRTUAL_INSTRUCTION } from '../rv/causes.ts';
import {
  csrr_hcounteren,
  csrr_htimedelta,
  csrr_scounteren,
  MCOUNTEREN_TM,
  MSTATUS_MPP,
  MSTATUS_MPRV,
  MSTATUS_MPV,
  MSTATUS_MXR,
} from '../rv/csr.ts';
import { expectTrap, trapOccurred } from './expected-trap.ts';
import { Hart, setRegister } from './hart.ts';
import { redirect } from './redirect.ts';
import { currentTime } from './timer.ts';

/** CSRRS, CSRRC, CSRRSI, CSRRCI with a source of 0 read without writing: bits 12 and 14 may differ. */
const READ_MASK: u32 = 0xffff_a07f;
const READ_TIME: u32 = 0xc010_2073;
const RD_SHIFT: u32 = 7;
const INSTRUCTION_SIZE: u64 = 4;

/** Of trap.S. */
declare function load_u16_as_caller(address: u64, statusBits: u64): u64;

/** An illegal instruction; `value` is mtval: the instruction, or 0 where the hart does not tell. */
export function handleIllegalInstruction(hart: Hart, value: u64): void {
  const instruction = value != 0 ? <u32>value : fetch(hart.mepc);
  if ((instruction & READ_MASK) != READ_TIME) {
    redirect(hart, ILLEGAL_INSTRUCTION, value, 0, 0);
    return;
  }
  const isVirtual = (hart.mstatus & MSTATUS_MPV) != 0;
  const isUser = (hart.mstatus & MSTATUS_MPP) == 0;
  const hidden = isVirtual && !(csrr_hcounteren() & MCOUNTEREN_TM);
  if (hidden || (isUser && !(csrr_scounteren() & MCOUNTEREN_TM))) {
    redirect(hart, isVirtual ? VIRTUAL_INSTRUCTION : ILLEGAL_INSTRUCTION, value, 0, 0);
    return;
  }
  setRegister(hart, (instruction >> RD_SHIFT) & 31, currentTime() + (isVirtual ? csrr_htimedelta() : 0));
  hart.mepc += INSTRUCTION_SIZE;
}

/** The instruction at a virtual address of who trapped; 0, which is illegal, where it cannot be read. */
function fetch(address: u64): u32 {
  expectTrap();
  const low = <u32>load_u16_as_caller(address, MSTATUS_MPRV | MSTATUS_MXR);
  const high = <u32>load_u16_as_caller(address + 2, MSTATUS_MPRV | MSTATUS_MXR);
  return trapOccurred() ? 0 : (high << 16) | low;
}
