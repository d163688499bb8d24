/** CSRs that are storage and a mask of writable bits, with no effect beyond that. */
import {
  CSR_HCOUNTEREN,
  CSR_HEDELEG,
  CSR_HTINST,
  CSR_HTVAL,
  CSR_MCAUSE,
  CSR_MCOUNTEREN,
  CSR_MEDELEG,
  CSR_MEPC,
  CSR_MSCRATCH,
  CSR_MTINST,
  CSR_MTVAL,
  CSR_MTVAL2,
  CSR_MTVEC,
  CSR_SCAUSE,
  CSR_SCOUNTEREN,
  CSR_SEPC,
  CSR_SSCRATCH,
  CSR_STVAL,
  CSR_STVEC,
  CSR_VSCAUSE,
  CSR_VSEPC,
  CSR_VSSCRATCH,
  CSR_VSTVAL,
  CSR_VSTVEC,
} from './csr-constants.ts';
import {
  HART_HCOUNTEREN,
  HART_HEDELEG,
  HART_HTINST,
  HART_HTVAL,
  HART_MCAUSE,
  HART_MCOUNTEREN,
  HART_MEDELEG,
  HART_MEPC,
  HART_MSCRATCH,
  HART_MTINST,
  HART_MTVAL,
  HART_MTVAL2,
  HART_MTVEC,
  HART_SCAUSE,
  HART_SCOUNTEREN,
  HART_SEPC,
  HART_SSCRATCH,
  HART_STVAL,
  HART_STVEC,
  HART_VSCAUSE,
  HART_VSEPC,
  HART_VSSCRATCH,
  HART_VSTVAL,
  HART_VSTVEC,
} from './layout.ts';

/** Exceptions 0 to 10, page faults, guest-page faults and virtual instruction; never an environment call from M. */
const DELEGABLE_TO_HS: u64 = 0xf0b7ff;
/** Without calls from HS and VS, and what only HS can handle (Priv. 1.13, "hedeleg and hideleg"). */
const DELEGABLE_TO_VS: u64 = 0xb1ff;
/** Modes 0 and 1 (direct, vectored); base aligned to 4. */
const TRAP_VECTOR: u64 = ~(<u64>2);
/** IALIGN is 16. */
const INSTRUCTION_ADDRESS: u64 = ~(<u64>1);
const COUNTERS: u64 = 0xffffffff;
const ALL: u64 = ~(<u64>0);

/** Offset in the hart's page, or 0 if the CSR is not of this kind. */
export function plainOffset(number: u32): usize {
  switch (number) {
    case CSR_STVEC:
      return HART_STVEC;
    case CSR_SCOUNTEREN:
      return HART_SCOUNTEREN;
    case CSR_SSCRATCH:
      return HART_SSCRATCH;
    case CSR_SEPC:
      return HART_SEPC;
    case CSR_SCAUSE:
      return HART_SCAUSE;
    case CSR_STVAL:
      return HART_STVAL;
    case CSR_VSTVEC:
      return HART_VSTVEC;
    case CSR_VSSCRATCH:
      return HART_VSSCRATCH;
    case CSR_VSEPC:
      return HART_VSEPC;
    case CSR_VSCAUSE:
      return HART_VSCAUSE;
    case CSR_VSTVAL:
      return HART_VSTVAL;
    case CSR_HEDELEG:
      return HART_HEDELEG;
    case CSR_HCOUNTEREN:
      return HART_HCOUNTEREN;
    case CSR_HTVAL:
      return HART_HTVAL;
    case CSR_HTINST:
      return HART_HTINST;
    case CSR_MEDELEG:
      return HART_MEDELEG;
    case CSR_MTVEC:
      return HART_MTVEC;
    case CSR_MCOUNTEREN:
      return HART_MCOUNTEREN;
    case CSR_MSCRATCH:
      return HART_MSCRATCH;
    case CSR_MEPC:
      return HART_MEPC;
    case CSR_MCAUSE:
      return HART_MCAUSE;
    case CSR_MTVAL:
      return HART_MTVAL;
    case CSR_MTINST:
      return HART_MTINST;
    case CSR_MTVAL2:
      return HART_MTVAL2;
  }
  return 0;
}

/** The bits that a write sets; the others stay 0. */
export function plainMask(number: u32): u64 {
  switch (number) {
    case CSR_STVEC:
    case CSR_VSTVEC:
    case CSR_MTVEC:
      return TRAP_VECTOR;
    case CSR_SEPC:
    case CSR_VSEPC:
    case CSR_MEPC:
      return INSTRUCTION_ADDRESS;
    case CSR_SCOUNTEREN:
    case CSR_HCOUNTEREN:
    case CSR_MCOUNTEREN:
      return COUNTERS;
    case CSR_MEDELEG:
      return DELEGABLE_TO_HS;
    case CSR_HEDELEG:
      return DELEGABLE_TO_VS;
  }
  return ALL;
}
