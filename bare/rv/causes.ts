// Generated from isa/ by `npm run generate`; not to be edited.
// Values of scause and mcause: exception codes, and interrupts with bit 63 set.

/** instruction address misaligned */
export const INSTRUCTION_ADDRESS_MISALIGNED: u64 = 0;
/** instruction access fault */
export const INSTRUCTION_ACCESS_FAULT: u64 = 1;
/** illegal instruction */
export const ILLEGAL_INSTRUCTION: u64 = 2;
/** breakpoint */
export const BREAKPOINT: u64 = 3;
/** load address misaligned */
export const LOAD_ADDRESS_MISALIGNED: u64 = 4;
/** load access fault */
export const LOAD_ACCESS_FAULT: u64 = 5;
/** store or AMO address misaligned */
export const STORE_ADDRESS_MISALIGNED: u64 = 6;
/** store or AMO access fault */
export const STORE_ACCESS_FAULT: u64 = 7;
/** environment call from U-mode or VU-mode */
export const ECALL_FROM_U: u64 = 8;
/** environment call from HS-mode */
export const ECALL_FROM_HS: u64 = 9;
/** environment call from VS-mode */
export const ECALL_FROM_VS: u64 = 10;
/** environment call from M-mode */
export const ECALL_FROM_M: u64 = 11;
/** instruction page fault */
export const INSTRUCTION_PAGE_FAULT: u64 = 12;
/** load page fault */
export const LOAD_PAGE_FAULT: u64 = 13;
/** store or AMO page fault */
export const STORE_PAGE_FAULT: u64 = 15;
/** instruction guest-page fault */
export const INSTRUCTION_GUEST_PAGE_FAULT: u64 = 20;
/** load guest-page fault */
export const LOAD_GUEST_PAGE_FAULT: u64 = 21;
/** virtual instruction */
export const VIRTUAL_INSTRUCTION: u64 = 22;
/** store or AMO guest-page fault */
export const STORE_GUEST_PAGE_FAULT: u64 = 23;

/** supervisor software interrupt */
export const SUPERVISOR_SOFTWARE_INTERRUPT: u64 = 0x8000000000000001;
/** virtual supervisor software interrupt */
export const VIRTUAL_SUPERVISOR_SOFTWARE_INTERRUPT: u64 = 0x8000000000000002;
/** machine software interrupt */
export const MACHINE_SOFTWARE_INTERRUPT: u64 = 0x8000000000000003;
/** supervisor timer interrupt */
export const SUPERVISOR_TIMER_INTERRUPT: u64 = 0x8000000000000005;
/** virtual supervisor timer interrupt */
export const VIRTUAL_SUPERVISOR_TIMER_INTERRUPT: u64 = 0x8000000000000006;
/** machine timer interrupt */
export const MACHINE_TIMER_INTERRUPT: u64 = 0x8000000000000007;
/** supervisor external interrupt */
export const SUPERVISOR_EXTERNAL_INTERRUPT: u64 = 0x8000000000000009;
/** virtual supervisor external interrupt */
export const VIRTUAL_SUPERVISOR_EXTERNAL_INTERRUPT: u64 = 0x800000000000000a;
/** machine external interrupt */
export const MACHINE_EXTERNAL_INTERRUPT: u64 = 0x800000000000000b;
/** supervisor guest external interrupt */
export const SUPERVISOR_GUEST_EXTERNAL_INTERRUPT: u64 = 0x800000000000000c;
/** counter-overflow interrupt */
export const COUNTER_OVERFLOW_INTERRUPT: u64 = 0x800000000000000d;

/** What a cause means, for reports; undefined codes are "reserved". */
export function causeTitle(cause: u64): string {
  if (cause >> 63) {
    switch (<u32>cause) {
      case 1:
        return 'supervisor software interrupt';
      case 2:
        return 'virtual supervisor software interrupt';
      case 3:
        return 'machine software interrupt';
      case 5:
        return 'supervisor timer interrupt';
      case 6:
        return 'virtual supervisor timer interrupt';
      case 7:
        return 'machine timer interrupt';
      case 9:
        return 'supervisor external interrupt';
      case 10:
        return 'virtual supervisor external interrupt';
      case 11:
        return 'machine external interrupt';
      case 12:
        return 'supervisor guest external interrupt';
      case 13:
        return 'counter-overflow interrupt';
    }
    return 'reserved interrupt';
  }
  switch (<u32>cause) {
    case 0:
      return 'instruction address misaligned';
    case 1:
      return 'instruction access fault';
    case 2:
      return 'illegal instruction';
    case 3:
      return 'breakpoint';
    case 4:
      return 'load address misaligned';
    case 5:
      return 'load access fault';
    case 6:
      return 'store or AMO address misaligned';
    case 7:
      return 'store or AMO access fault';
    case 8:
      return 'environment call from U-mode or VU-mode';
    case 9:
      return 'environment call from HS-mode';
    case 10:
      return 'environment call from VS-mode';
    case 11:
      return 'environment call from M-mode';
    case 12:
      return 'instruction page fault';
    case 13:
      return 'load page fault';
    case 15:
      return 'store or AMO page fault';
    case 20:
      return 'instruction guest-page fault';
    case 21:
      return 'load guest-page fault';
    case 22:
      return 'virtual instruction';
    case 23:
      return 'store or AMO guest-page fault';
  }
  return 'reserved exception';
}
