/** Breakpoints of a debugger, by virtual address. Code is decoded to look at them only where one may be. */
import { MACHINE_BREAKPOINT, MACHINE_BREAKPOINTS } from './layout.ts';

/** Whether some breakpoint has this offset in its page: decoded pages do not know their virtual address. */
export function hasBreakpoint(offset: u32): bool {
  const count = load<u32>(MACHINE_BREAKPOINTS);
  for (let i: u32 = 0; i < count; i++) {
    if ((load<u32>(MACHINE_BREAKPOINT + i * 8) & 0xfff) == offset) return true;
  }
  return false;
}

export function isBreakpoint(pc: u64): bool {
  const count = load<u32>(MACHINE_BREAKPOINTS);
  for (let i: u32 = 0; i < count; i++) {
    if (load<u64>(MACHINE_BREAKPOINT + i * 8) == pc) return true;
  }
  return false;
}
