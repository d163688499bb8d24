/** Trap causes: RISC-V Privileged 1.13, "Machine Cause (mcause) Register" with the codes that the hypervisor extension adds. */

export interface Cause {
  /** As a constant's name. */
  readonly name: string;
  readonly code: number;
  readonly title: string;
}

const list = (text: string): Cause[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [code, name, ...title] = line.trim().split(/ +/) as [string, string, ...string[]];
      return { name, code: Number(code), title: title.join(' ') };
    });

export const exceptions: readonly Cause[] = list(`
  0  INSTRUCTION_ADDRESS_MISALIGNED  instruction address misaligned
  1  INSTRUCTION_ACCESS_FAULT        instruction access fault
  2  ILLEGAL_INSTRUCTION             illegal instruction
  3  BREAKPOINT                      breakpoint
  4  LOAD_ADDRESS_MISALIGNED         load address misaligned
  5  LOAD_ACCESS_FAULT               load access fault
  6  STORE_ADDRESS_MISALIGNED        store or AMO address misaligned
  7  STORE_ACCESS_FAULT              store or AMO access fault
  8  ECALL_FROM_U                    environment call from U-mode or VU-mode
  9  ECALL_FROM_HS                   environment call from HS-mode
  10 ECALL_FROM_VS                   environment call from VS-mode
  11 ECALL_FROM_M                    environment call from M-mode
  12 INSTRUCTION_PAGE_FAULT          instruction page fault
  13 LOAD_PAGE_FAULT                 load page fault
  15 STORE_PAGE_FAULT                store or AMO page fault
  20 INSTRUCTION_GUEST_PAGE_FAULT    instruction guest-page fault
  21 LOAD_GUEST_PAGE_FAULT           load guest-page fault
  22 VIRTUAL_INSTRUCTION             virtual instruction
  23 STORE_GUEST_PAGE_FAULT          store or AMO guest-page fault
`);

export const interrupts: readonly Cause[] = list(`
  1  SUPERVISOR_SOFTWARE        supervisor software interrupt
  2  VIRTUAL_SUPERVISOR_SOFTWARE virtual supervisor software interrupt
  3  MACHINE_SOFTWARE           machine software interrupt
  5  SUPERVISOR_TIMER           supervisor timer interrupt
  6  VIRTUAL_SUPERVISOR_TIMER   virtual supervisor timer interrupt
  7  MACHINE_TIMER              machine timer interrupt
  9  SUPERVISOR_EXTERNAL        supervisor external interrupt
  10 VIRTUAL_SUPERVISOR_EXTERNAL virtual supervisor external interrupt
  11 MACHINE_EXTERNAL           machine external interrupt
  12 SUPERVISOR_GUEST_EXTERNAL  supervisor guest external interrupt
  13 COUNTER_OVERFLOW           counter-overflow interrupt
`);
