/** menvcfg, henvcfg and senvcfg: what each level allows to those below. */
import {
  MENVCFG_ADUE,
  MENVCFG_CBCFE,
  MENVCFG_CBIE,
  MENVCFG_CBIE_SHIFT,
  MENVCFG_CBZE,
  MENVCFG_FIOM,
  MENVCFG_PBMTE,
  MENVCFG_STCE,
} from './csr-constants.ts';
import { flushVirtual } from './csr-status.ts';
import { HART_HENVCFG, HART_MENVCFG, HART_SENVCFG } from './layout.ts';
import { flushAll } from './tlb.ts';

/** Fields that all three registers have, at the same places. */
const COMMON: u64 = MENVCFG_FIOM | MENVCFG_CBIE | MENVCFG_CBCFE | MENVCFG_CBZE;
const CBIE_RESERVED: u64 = (<u64>2) << MENVCFG_CBIE_SHIFT;
/** What menvcfg and henvcfg have beyond that: in henvcfg each is read-only 0 where menvcfg denies it. */
const FOR_GUESTS: u64 = MENVCFG_ADUE | MENVCFG_PBMTE | MENVCFG_STCE;

function legal(value: u64, fields: u64): u64 {
  const written = value & fields;
  return (written & MENVCFG_CBIE) == CBIE_RESERVED ? written & ~MENVCFG_CBIE : written;
}

export function writeMenvcfg(hart: usize, value: u64): void {
  store<u64>(hart, legal(value, COMMON | FOR_GUESTS), HART_MENVCFG);
  flushAll(hart);
}

export function readHenvcfg(hart: usize): u64 {
  return load<u64>(hart, HART_HENVCFG) & (COMMON | (load<u64>(hart, HART_MENVCFG) & FOR_GUESTS));
}

export function writeHenvcfg(hart: usize, value: u64): void {
  const writable = COMMON | (load<u64>(hart, HART_MENVCFG) & FOR_GUESTS);
  store<u64>(hart, legal(value, writable), HART_HENVCFG);
  flushVirtual(hart);
}

export function writeSenvcfg(hart: usize, value: u64): void {
  store<u64>(hart, legal(value, COMMON), HART_SENVCFG);
}
