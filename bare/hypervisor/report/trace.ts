/**
 * What exits cost: a line for each, for those who want to see them all, or a record in a ring in memory, which whoever has started
 * the hypervisor takes out (debug/exit-trace.ts), beginning at the symbol `trace_ring`.
 */

import { print, printHex } from '../../lib/print.ts';
import { causeTitle, ECALL_FROM_VS, INSTRUCTION_GUEST_PAGE_FAULT } from '../../rv/causes.ts';
import { csrr_htval, csrr_instret, csrr_scause, csrr_stval, csrr_time } from '../../rv/csr.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { printName } from '../guest/guest.ts';
import { currentHart, expectFault, takeFault } from '../harts/hart.ts';
import { timebaseFrequency } from '../host/machine.ts';
import { allocatePages, PAGE_SIZE } from '../memory/allocator.ts';
import { Vcpu } from '../vcpu/vcpu.ts';

/** Before the records. Everything has 8 bytes. */
class TraceRing {
  /** Room for so many records. */
  capacity: u64;
  /** So many have been written; each takes the place of the one `capacity` before. */
  count: u64;
  /** Ticks of `time` a second. */
  frequency: u64;
}

class TraceRecord {
  /** `time` and `instret` of the hart when the guest had left, and when it, or another, is about to be entered. */
  start: u64;
  end: u64;
  startInstructions: u64;
  endInstructions: u64;
  cause: u64;
  /** The extension of an SBI call, the guest physical address of a guest-page fault, otherwise stval. */
  detail: u64;
  /** The function of an SBI call, otherwise sepc. */
  place: u64;
  /** Number of the guest, from 1, in bits 63:32; the vCPU in 31:16; the host's hart, in the order of their start, in 15:0. */
  who: u64;
}

/** The ring is 2 MiB: 32767 exits. */
const RING_ORDER: u32 = 9;
const RECORD_SIZE: usize = offsetof<TraceRecord>();

/** Whether exits are to be told of. */
export let isTracing: bool = false;
/** The ring's address lies here; 0 where exits are printed. */
export const trace_ring: usize = memory.data<u64>([0]);
let ring: usize = 0;

/** From now on each exit is a line. */
export function printExits(): void {
  isTracing = true;
}

/** Whether `instret` can be read: the firmware decides (mcounteren.IR). */
let hasInstret: bool = false;

/** From now on each exit is a record. */
export function recordExits(): void {
  expectFault(currentHart());
  csrr_instret();
  hasInstret = takeFault(currentHart()) == 0;
  ring = allocatePages(RING_ORDER);
  const header = changetype<TraceRing>(ring);
  header.capacity = (PAGE_SIZE << RING_ORDER) / RECORD_SIZE - 1;
  header.frequency = timebaseFrequency();
  store<usize>(trace_ring, ring);
  isTracing = true;
}

/** The vCPU has just trapped. Returns what `endExit` wants. */
export function beginExit(vcpu: Vcpu): usize {
  if (!ring) {
    printExit(vcpu, csrr_scause());
    return 0;
  }
  const number = atomic.add<u64>(ring + offsetof<TraceRing>('count'), 1);
  const place = (number % changetype<TraceRing>(ring).capacity) + 1;
  const record = changetype<TraceRecord>(ring + <usize>place * RECORD_SIZE);
  const cause = csrr_scause();
  record.start = csrr_time();
  record.startInstructions = instructions();
  record.cause = cause;
  record.detail = detailOf(vcpu, cause);
  record.place = cause == ECALL_FROM_VS ? vcpu.a6 : vcpu.sepc;
  record.who = (vcpu.guest.number << 32) | (vcpu.id << 16) | currentHart().index;
  return changetype<usize>(record);
}

function detailOf(vcpu: Vcpu, cause: u64): u64 {
  if (cause == ECALL_FROM_VS) return vcpu.a7;
  const stval = csrr_stval();
  const isGuestPageFault = cause >= INSTRUCTION_GUEST_PAGE_FAULT && cause < INSTRUCTION_GUEST_PAGE_FAULT + 4;
  // A virtual instruction has a code in between, and nothing in htval.
  return isGuestPageFault && csrr_htval() ? (csrr_htval() << 2) | (stval & 3) : stval;
}

/** A guest is about to be entered. */
export function endExit(begun: usize): void {
  if (!begun) return;
  const record = changetype<TraceRecord>(begun);
  record.end = csrr_time();
  record.endInstructions = instructions();
}

/** 0 where nobody may know. */
function instructions(): u64 {
  return hasInstret ? csrr_instret() : 0;
}

function printExit(vcpu: Vcpu, cause: u64): void {
  beginMessage();
  print('exit of ');
  printName(vcpu.guest);
  print(': ');
  print(causeTitle(cause));
  print(', sepc ');
  printHex(vcpu.sepc);
  print(', stval ');
  printHex(csrr_stval());
  print(', a7 ');
  printHex(vcpu.a7);
  endMessage();
}
