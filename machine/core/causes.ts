// Generated from isa/ by `npm run generate`; not to be edited.
// Exception codes, and the positions of interrupts in mip.

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
export const SUPERVISOR_SOFTWARE_INTERRUPT: u32 = 1;
/** virtual supervisor software interrupt */
export const VIRTUAL_SUPERVISOR_SOFTWARE_INTERRUPT: u32 = 2;
/** machine software interrupt */
export const MACHINE_SOFTWARE_INTERRUPT: u32 = 3;
/** supervisor timer interrupt */
export const SUPERVISOR_TIMER_INTERRUPT: u32 = 5;
/** virtual supervisor timer interrupt */
export const VIRTUAL_SUPERVISOR_TIMER_INTERRUPT: u32 = 6;
/** machine timer interrupt */
export const MACHINE_TIMER_INTERRUPT: u32 = 7;
/** supervisor external interrupt */
export const SUPERVISOR_EXTERNAL_INTERRUPT: u32 = 9;
/** virtual supervisor external interrupt */
export const VIRTUAL_SUPERVISOR_EXTERNAL_INTERRUPT: u32 = 10;
/** machine external interrupt */
export const MACHINE_EXTERNAL_INTERRUPT: u32 = 11;
/** supervisor guest external interrupt */
export const SUPERVISOR_GUEST_EXTERNAL_INTERRUPT: u32 = 12;
/** counter-overflow interrupt */
export const COUNTER_OVERFLOW_INTERRUPT: u32 = 13;
