/**
 * Control and status registers: reading and writing them by number. Who may is in csr-access.ts; here V matters only
 * for `time` and not for the numbers, which csr-access.ts has already turned from the supervisor's to the VS ones.
 */
import {
  CSR_CYCLE,
  CSR_HENVCFG,
  CSR_HGATP,
  CSR_HGEIE,
  CSR_HGEIP,
  CSR_HIDELEG,
  CSR_HIE,
  CSR_HIP,
  CSR_HPMCOUNTER3,
  CSR_HPMCOUNTER31,
  CSR_HSTATUS,
  CSR_HTIMEDELTA,
  CSR_HVIP,
  CSR_INSTRET,
  CSR_MARCHID,
  CSR_MCONFIGPTR,
  CSR_MCOUNTINHIBIT,
  CSR_MCYCLE,
  CSR_MENVCFG,
  CSR_MHARTID,
  CSR_MHPMCOUNTER3,
  CSR_MIDELEG,
  CSR_MIE,
  CSR_MIMPID,
  CSR_MINSTRET,
  CSR_MIP,
  CSR_MISA,
  CSR_MSTATUS,
  CSR_MVENDORID,
  CSR_PMPADDR0,
  CSR_PMPADDR63,
  CSR_PMPCFG0,
  CSR_PMPCFG2,
  CSR_PMPCFG14,
  CSR_SATP,
  CSR_SCOUNTOVF,
  CSR_SENVCFG,
  CSR_SIE,
  CSR_SIP,
  CSR_SSTATUS,
  CSR_STIMECMP,
  CSR_TDATA1,
  CSR_TDATA2,
  CSR_TDATA3,
  CSR_TIME,
  CSR_TINFO,
  CSR_TSELECT,
  CSR_VSATP,
  CSR_VSIE,
  CSR_VSIP,
  CSR_VSSTATUS,
  CSR_VSTIMECMP,
} from './csr-constants.ts';
import { readHenvcfg, writeHenvcfg, writeMenvcfg, writeSenvcfg } from './csr-environment.ts';
import { isFloatCsr, readFloatCsr, writeFloatCsr } from './csr-float.ts';
import {
  readHie,
  readHip,
  readHvip,
  readMideleg,
  readSie,
  readSip,
  readVsie,
  readVsip,
  writeHideleg,
  writeHie,
  writeHip,
  writeHvip,
  writeMideleg,
  writeMie,
  writeMip,
  writeSie,
  writeSip,
  writeVsie,
  writeVsip,
} from './csr-interrupt.ts';
import { plainMask, plainOffset } from './csr-plain.ts';
import {
  isHstateen,
  isMstateen,
  isSstateen,
  readHstateen,
  readMstateen,
  writeHstateen,
  writeMstateen,
} from './csr-state-enable.ts';
import {
  readHstatus,
  readMisa,
  readMstatus,
  readSstatus,
  readVsstatus,
  writeHstatus,
  writeMstatus,
  writeSstatus,
  writeVsstatus,
} from './csr-status.ts';
import { writeHgatp, writeSatp, writeVsatp } from './csr-translation.ts';
import {
  countersChangeInhibition,
  isHpmCounter,
  isHpmEvent,
  readCountOverflow,
  readHpmCounter,
  readHpmEvent,
  writeHpmCounter,
  writeHpmEvent,
} from './hpm.ts';
import { pendingBits } from './interrupts.ts';
import {
  HART_HGATP,
  HART_HIDELEG,
  HART_HTIMEDELTA,
  HART_ID,
  HART_MCOUNTINHIBIT,
  HART_MENVCFG,
  HART_MIE,
  HART_PMPADDR,
  HART_PMPCFG,
  HART_RECHECK,
  HART_SATP,
  HART_SENVCFG,
  HART_STIMECMP,
  HART_VALUE,
  HART_VSATP,
  HART_VSTIMECMP,
} from './layout.ts';
import { isVirtual } from './mode.ts';
import { PMP_ENTRIES, writePmpaddr, writePmpcfg } from './pmp.ts';
import {
  readCycle,
  readInstret,
  readMtime,
  refreshTimers,
  writeCountinhibit,
  writeCycle,
  writeInstret,
} from './time.ts';
import { flushAll } from './tlb.ts';

/** Bits of pmpcfg beyond the last entry, triggers, and state enables of nothing read as 0. */
const ABSENT: u64 = 0;

function found(hart: usize, value: u64): bool {
  store<u64>(hart, value, HART_VALUE);
  return true;
}

function isPmpcfg(number: u32): bool {
  return number >= CSR_PMPCFG0 && number <= CSR_PMPCFG14 && (number & 1) == 0;
}

function isPmpaddr(number: u32): bool {
  return number >= CSR_PMPADDR0 && number <= CSR_PMPADDR63;
}

/** The unprivileged names of counters, which only read. */
function isCounterView(number: u32): bool {
  return number >= CSR_HPMCOUNTER3 && number <= CSR_HPMCOUNTER31;
}

function readTime(hart: usize): u64 {
  const time = readMtime(hart);
  store<u32>(hart, 1, HART_RECHECK);
  return isVirtual(hart) ? time + load<u64>(hart, HART_HTIMEDELTA) : time;
}

/** Reads a CSR to HART_VALUE; false if there is none of that number. */
export function readCsr(hart: usize, number: u32): bool {
  const plain = plainOffset(number);
  if (plain) return found(hart, load<u64>(hart + plain));
  if (isFloatCsr(number)) return found(hart, readFloatCsr(hart, number));
  switch (number) {
    case CSR_SSTATUS:
      return found(hart, readSstatus(hart));
    case CSR_SIE:
      return found(hart, readSie(hart));
    case CSR_SIP:
      return found(hart, readSip(hart));
    case CSR_SENVCFG:
      return found(hart, load<u64>(hart, HART_SENVCFG));
    case CSR_STIMECMP:
      return found(hart, load<u64>(hart, HART_STIMECMP));
    case CSR_SATP:
      return found(hart, load<u64>(hart, HART_SATP));
    case CSR_VSSTATUS:
      return found(hart, readVsstatus(hart));
    case CSR_VSIE:
      return found(hart, readVsie(hart));
    case CSR_VSIP:
      return found(hart, readVsip(hart));
    case CSR_VSTIMECMP:
      return found(hart, load<u64>(hart, HART_VSTIMECMP));
    case CSR_VSATP:
      return found(hart, load<u64>(hart, HART_VSATP));
    case CSR_HSTATUS:
      return found(hart, readHstatus(hart));
    case CSR_HIDELEG:
      return found(hart, load<u64>(hart, HART_HIDELEG));
    case CSR_HIE:
      return found(hart, readHie(hart));
    case CSR_HIP:
      return found(hart, readHip(hart));
    case CSR_HVIP:
      return found(hart, readHvip(hart));
    case CSR_HTIMEDELTA:
      return found(hart, load<u64>(hart, HART_HTIMEDELTA));
    case CSR_HENVCFG:
      return found(hart, readHenvcfg(hart));
    case CSR_HGATP:
      return found(hart, load<u64>(hart, HART_HGATP));
    case CSR_MSTATUS:
      return found(hart, readMstatus(hart));
    case CSR_MISA:
      return found(hart, readMisa());
    case CSR_MIDELEG:
      return found(hart, readMideleg(hart));
    case CSR_MIE:
      return found(hart, load<u64>(hart, HART_MIE));
    case CSR_MIP:
      return found(hart, pendingBits(hart));
    case CSR_MENVCFG:
      return found(hart, load<u64>(hart, HART_MENVCFG));
    case CSR_MCOUNTINHIBIT:
      return found(hart, load<u64>(hart, HART_MCOUNTINHIBIT));
    case CSR_MHARTID:
      return found(hart, load<u32>(hart, HART_ID));
    case CSR_CYCLE:
    case CSR_MCYCLE:
      return found(hart, readCycle(hart));
    case CSR_INSTRET:
    case CSR_MINSTRET:
      return found(hart, readInstret(hart));
    case CSR_SCOUNTOVF:
      return found(hart, readCountOverflow(hart));
    case CSR_TIME:
      return found(hart, readTime(hart));
    case CSR_PMPCFG0:
    case CSR_PMPCFG2:
      return found(hart, load<u64>(hart + (number - CSR_PMPCFG0) * 4, HART_PMPCFG));
    case CSR_MVENDORID:
    case CSR_MARCHID:
    case CSR_MIMPID:
    case CSR_MCONFIGPTR:
    case CSR_HGEIE:
    case CSR_HGEIP:
    case CSR_TSELECT:
    case CSR_TDATA1:
    case CSR_TDATA2:
    case CSR_TDATA3:
    case CSR_TINFO:
      return found(hart, ABSENT);
  }
  if (isPmpaddr(number)) {
    const entry = number - CSR_PMPADDR0;
    return found(hart, entry < PMP_ENTRIES ? load<u64>(hart + entry * 8, HART_PMPADDR) : ABSENT);
  }
  if (isHpmCounter(number)) return found(hart, readHpmCounter(hart, number));
  if (isCounterView(number)) return found(hart, readHpmCounter(hart, number - CSR_HPMCOUNTER3 + CSR_MHPMCOUNTER3));
  if (isHpmEvent(number)) return found(hart, readHpmEvent(hart, number));
  if (isMstateen(number)) return found(hart, readMstateen(hart, number));
  if (isHstateen(number)) return found(hart, readHstateen(hart, number));
  return (isPmpcfg(number) || isSstateen(number)) && found(hart, ABSENT);
}

/** Writes a CSR that exists and is not read-only by its number, by the WARL rules of each. */
export function writeCsr(hart: usize, number: u32, value: u64): void {
  const plain = plainOffset(number);
  if (plain) {
    store<u64>(hart + plain, value & plainMask(number));
    return;
  }
  if (isFloatCsr(number)) {
    writeFloatCsr(hart, number, value);
    return;
  }
  writeEffective(hart, number, value);
  refreshTimers(hart);
  store<u32>(hart, 1, HART_RECHECK);
}

/** Those on which interrupts, translation or time depend. */
function writeEffective(hart: usize, number: u32, value: u64): void {
  switch (number) {
    case CSR_SSTATUS:
      writeSstatus(hart, value);
      break;
    case CSR_SIE:
      writeSie(hart, value);
      break;
    case CSR_SIP:
      writeSip(hart, value);
      break;
    case CSR_SENVCFG:
      writeSenvcfg(hart, value);
      break;
    case CSR_STIMECMP:
      store<u64>(hart, value, HART_STIMECMP);
      break;
    case CSR_SATP:
      writeSatp(hart, value);
      break;
    case CSR_VSSTATUS:
      writeVsstatus(hart, value);
      break;
    case CSR_VSIE:
      writeVsie(hart, value);
      break;
    case CSR_VSIP:
      writeVsip(hart, value);
      break;
    case CSR_VSTIMECMP:
      store<u64>(hart, value, HART_VSTIMECMP);
      break;
    case CSR_VSATP:
      writeVsatp(hart, value);
      break;
    case CSR_HSTATUS:
      writeHstatus(hart, value);
      break;
    case CSR_HIDELEG:
      writeHideleg(hart, value);
      break;
    case CSR_HIE:
      writeHie(hart, value);
      break;
    case CSR_HIP:
      writeHip(hart, value);
      break;
    case CSR_HVIP:
      writeHvip(hart, value);
      break;
    case CSR_HTIMEDELTA:
      store<u64>(hart, value, HART_HTIMEDELTA);
      break;
    case CSR_HENVCFG:
      writeHenvcfg(hart, value);
      break;
    case CSR_HGATP:
      writeHgatp(hart, value);
      break;
    case CSR_MSTATUS:
      writeMstatus(hart, value);
      break;
    case CSR_MIDELEG:
      writeMideleg(hart, value);
      break;
    case CSR_MIE:
      writeMie(hart, value);
      break;
    case CSR_MIP:
      writeMip(hart, value);
      break;
    case CSR_MENVCFG:
      writeMenvcfg(hart, value);
      break;
    case CSR_MCOUNTINHIBIT:
      writeCountinhibit(hart, value);
      countersChangeInhibition(hart);
      break;
    case CSR_MCYCLE:
      writeCycle(hart, value);
      break;
    case CSR_MINSTRET:
      writeInstret(hart, value);
      break;
    default:
      if (isHpmCounter(number)) writeHpmCounter(hart, number, value);
      else if (isHpmEvent(number)) writeHpmEvent(hart, number, value);
      else if (isMstateen(number)) writeMstateen(hart, number, value);
      else if (isHstateen(number)) writeHstateen(hart, number, value);
      else writePmp(hart, number, value);
  }
}

/** What remains: a PMP register, or one that ignores writes. */
function writePmp(hart: usize, number: u32, value: u64): void {
  if (number == CSR_PMPCFG0 || number == CSR_PMPCFG2) writePmpcfg(hart, (number - CSR_PMPCFG0) * 4, value);
  else if (isPmpaddr(number)) writePmpaddr(hart, number - CSR_PMPADDR0, value);
  else return;
  flushAll(hart);
}
