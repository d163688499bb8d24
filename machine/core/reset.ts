/**
 * Reset: Priv. 1.13, "Reset". What the specification leaves open is zero, but for `menvcfg.ADUE`: programs that start in M-mode and are
 * older than Svadu count on hardware that sets A and D, as QEMU's does.
 */
import { MENVCFG_ADUE } from './csr-constants.ts';
import { writeMideleg } from './csr-interrupt.ts';
import {
  HART_ID,
  HART_LINES,
  HART_MENVCFG,
  HART_MTIMECMP,
  HART_PC,
  HART_PRIVILEGE,
  HART_RESERVATION,
  HART_SIZE,
  HART_STIMECMP,
  HART_VSTIMECMP,
  ROM_BASE,
} from './layout.ts';
import { NO_RESERVATION } from './memory.ts';
import { PRIVILEGE_M } from './mode.ts';
import { NEVER } from './time.ts';
import { hartAt, resetTlb } from './tlb.ts';

export function reset(number: u32): void {
  const hart = hartAt(number);
  // The lines belong to devices, which are reset by themselves.
  const lines = load<u32>(hart, HART_LINES);
  memory.fill(hart, 0, HART_SIZE);
  store<u32>(hart, lines, HART_LINES);
  store<u32>(hart, number, HART_ID);
  store<u32>(hart, PRIVILEGE_M, HART_PRIVILEGE);
  store<u64>(hart, ROM_BASE, HART_PC);
  store<u64>(hart, NO_RESERVATION, HART_RESERVATION);
  store<u64>(hart, NEVER, HART_MTIMECMP);
  store<u64>(hart, NEVER, HART_STIMECMP);
  store<u64>(hart, NEVER, HART_VSTIMECMP);
  store<u64>(hart, MENVCFG_ADUE, HART_MENVCFG);
  writeMideleg(hart, 0);
  resetTlb(hart);
}
