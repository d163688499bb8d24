/** The end of a guest: its report, and everything it had goes back. After the last one the machine is turned off. */

import { print, printDecimal } from '../lib/print.ts';
import { csrw_hgatp } from '../rv/csr.ts';
import { beginMessage, endMessage } from './console.ts';
import { flushGuests } from './gstage.ts';
import { GUEST_SHUT_DOWN, GUEST_STOPPED, Guest } from './guest.ts';
import { closeConsole, flush } from './guest-console.ts';
import { freeDevices } from './guest-devices.ts';
import { freeGuestMemory } from './guest-memory.ts';
import { hostShutDown } from './host-sbi.ts';
import { freePageTable } from './page-table.ts';
import { reportEnd, reportExits, reportStop } from './report.ts';
import { dequeue, isIdle } from './scheduler.ts';
import { freeVcpu } from './vcpu.ts';

let shutDown: u64 = 0;
let failed: u64 = 0;

/** The guest, whose vCPU has just trapped, will not run again. Does not return when it was the last. */
export function endGuest(guest: Guest): void {
  flush(guest.console);
  reportEnd(guest);
  if (guest.state == GUEST_STOPPED) reportStop(guest.vcpu);
  reportExits(guest);
  countEnd(guest);
  dequeue(guest.vcpu);
  csrw_hgatp(0);
  freeGuest(guest);
  if (isIdle()) finish();
}

/** A guest that never ran is over. */
export function countEnd(guest: Guest): void {
  if (guest.state == GUEST_SHUT_DOWN) shutDown++;
  else failed++;
}

/** Everything of the guest but the structure itself, which reports still need. */
export function freeGuest(guest: Guest): void {
  if (guest.vcpu) freeVcpu(guest.vcpu);
  freeDevices(guest);
  closeConsole(guest.console);
  freeGuestMemory(guest);
  freePageTable(guest.gStage);
  // Translations of the guest may still be in the TLB, under a VMID that another will use.
  flushGuests();
}

/** Says how it went and turns the machine off. */
export function finish(): void {
  beginMessage();
  print('done: ');
  printDecimal(shutDown);
  print(' shut down, ');
  printDecimal(failed);
  print(' failed');
  endMessage();
  hostShutDown(failed != 0);
}
