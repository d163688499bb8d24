/**
 * Watchpoints of a debugger, by virtual address. A page that has one is kept out of the data TLB (tlb.ts), so that its
 * accesses take the slow path, where all of them are translated: that is where they are noticed.
 */
import { ACCESS_FETCH, ACCESS_WRITE } from './access.ts';
import {
  HART_RECHECK,
  MACHINE_STOP,
  MACHINE_WATCHED_ACCESS,
  MACHINE_WATCHED_ADDRESS,
  MACHINE_WATCHPOINT,
  MACHINE_WATCHPOINTS,
  WATCH_READ,
  WATCH_WRITE,
  WATCHPOINT_ACCESSES,
  WATCHPOINT_LENGTH,
  WATCHPOINT_SIZE,
} from './layout.ts';

/** The first watchpoint with one of `accesses` that meets `size` bytes at `va`; 0 if there is none. */
function watchpointAt(va: u64, size: u64, accesses: u32): usize {
  const count = load<u32>(MACHINE_WATCHPOINTS);
  for (let i: u32 = 0; i < count; i++) {
    const watchpoint: usize = MACHINE_WATCHPOINT + i * WATCHPOINT_SIZE;
    if (!(load<u32>(watchpoint, WATCHPOINT_ACCESSES) & accesses)) continue;
    const from = load<u64>(watchpoint);
    // Differences, so that what lies at the end of the address space wraps like an address does.
    if (va - from < <u64>load<u32>(watchpoint, WATCHPOINT_LENGTH) || from - va < size) return watchpoint;
  }
  return 0;
}

export function hasWatchpoint(page: u64): bool {
  return watchpointAt(page, 0x1000, WATCH_READ | WATCH_WRITE) != 0;
}

/** Ends the turn after the present instruction if somebody watches the access, which is permitted. */
export function noticeAccess(hart: usize, va: u64, size: u64, access: u32): void {
  if (!load<u32>(MACHINE_WATCHPOINTS) || access == ACCESS_FETCH) return;
  const kind = access == ACCESS_WRITE ? WATCH_WRITE : WATCH_READ;
  const watchpoint = watchpointAt(va, size, kind);
  if (!watchpoint) return;
  const from = load<u64>(watchpoint);
  store<u32>(MACHINE_WATCHED_ACCESS, kind);
  store<u64>(MACHINE_WATCHED_ADDRESS, from - va < size ? from : va);
  store<u32>(MACHINE_STOP, 1);
  store<u32>(hart, 1, HART_RECHECK);
}
