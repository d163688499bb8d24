/** How a guest ended, in words. */
import { disassemble } from '../../lib/disassemble.ts';
import { print, printDecimal, printHex } from '../../lib/print.ts';
import { causeTitle, INSTRUCTION_GUEST_PAGE_FAULT } from '../../rv/causes.ts';
import {
  csrr_htinst,
  csrr_htval,
  csrr_scause,
  csrr_stval,
  csrr_vscause,
  csrr_vsepc,
  csrr_vstval,
  csrr_vstvec,
  VSTVEC_MODE,
} from '../../rv/csr.ts';
import { beginMessage, endMessage, putByte } from '../console/console.ts';
import {
  GUEST_DESERTED,
  GUEST_FAILED,
  GUEST_REBOOTING,
  GUEST_SHUT_DOWN,
  GUEST_STOPPED,
  Guest,
  printName,
  vcpuOf,
} from '../guest/guest.ts';
import { fetchInstruction, NO_INSTRUCTION } from '../memory/guest-access.ts';
import { EXIT_COUNTERS, exitCause, exitCount, VCPU_X, Vcpu } from '../vcpu/vcpu.ts';
import { printRegisters } from './registers.ts';

const TEXT_CAPACITY: u32 = 96;
const text = new StaticArray<u8>(TEXT_CAPACITY);

/** `guest NAME: shut down`, or how else its run ended by what the vCPU just did. */
export function reportEnd(vcpu: Vcpu): void {
  const guest = vcpu.guest;
  beginMessage();
  print('guest ');
  printName(guest);
  print(': ');
  if (guest.state == GUEST_SHUT_DOWN) print('shut down');
  else if (guest.state == GUEST_FAILED) print('shut down, reporting a system failure');
  else if (guest.state == GUEST_DESERTED) print('stopped: each of its harts has stopped itself');
  else if (guest.state == GUEST_REBOOTING) print('reboots');
  else {
    print('stopped: ');
    print(causeTitle(csrr_scause()));
    if (vcpu.id) {
      print(' on hart ');
      printDecimal(vcpu.id);
    }
  }
  endMessage();
  if (guest.state == GUEST_STOPPED) reportStop(vcpu);
  reportExits(guest);
}

/** Cause, place, instruction and registers of a guest that was stopped. */
function reportStop(vcpu: Vcpu): void {
  const cause = csrr_scause();
  const address = csrr_stval();
  const guestAddress = (csrr_htval() << 2) | (address & 3);
  const htinst = csrr_htinst();

  beginMessage();
  print('  at ');
  printInstruction(vcpu, vcpu.sepc);
  endMessage();
  beginMessage();
  print('  scause ');
  printHex(cause);
  print(', stval ');
  printHex(address);
  if (cause >= INSTRUCTION_GUEST_PAGE_FAULT && cause < INSTRUCTION_GUEST_PAGE_FAULT + 4) {
    print(', guest physical address ');
    printHex(guestAddress);
    print(', htinst ');
    printHex(htinst);
  }
  endMessage();
  const vector = csrr_vstvec() & ~VSTVEC_MODE;
  if (vector == vcpu.sepc) reportEarlierTrap(vcpu);
  printRegisters(changetype<usize>(vcpu) + VCPU_X);
}

/** The guest stopped in its trap vector, so the trap that led there is what went wrong. */
function reportEarlierTrap(vcpu: Vcpu): void {
  beginMessage();
  print('  that is its trap vector, where it came by: ');
  print(causeTitle(csrr_vscause()));
  print(', vstval ');
  printHex(csrr_vstval());
  endMessage();
  beginMessage();
  print('  at ');
  printInstruction(vcpu, csrr_vsepc());
  endMessage();
}

/** `0x80200000: ebreak`. */
function printInstruction(vcpu: Vcpu, address: u64): void {
  printHex(address);
  const instruction = fetchInstruction(vcpu, address);
  if (instruction == NO_INSTRUCTION) {
    print(' (cannot be fetched)');
    return;
  }
  print(': ');
  const out = changetype<usize>(text);
  const length = disassemble(<u32>instruction, address, out, TEXT_CAPACITY);
  for (let index: u32 = 0; index < length; index++) putByte(load<u8>(out + index));
}

/** One line: how often the guest exited, by cause. */
function reportExits(guest: Guest): void {
  let total: u64 = 0;
  for (let index: u64 = 0; index < EXIT_COUNTERS; index++) total += exitsOf(guest, index);
  beginMessage();
  print('  exits: ');
  printDecimal(total);
  for (let index: u64 = 0; index < EXIT_COUNTERS; index++) {
    const count = exitsOf(guest, index);
    if (!count) continue;
    print(', ');
    printDecimal(count);
    putByte(0x20);
    print(causeTitle(exitCause(index)));
  }
  endMessage();
}

/** Of all its vCPUs, for the cause of this counter. */
function exitsOf(guest: Guest, index: u64): u64 {
  let count: u64 = 0;
  for (let id: usize = 0; id < guest.vcpuCount; id++) count += exitCount(vcpuOf(guest, id), index);
  return count;
}

/** Begins the line for a guest that cannot run; the value that the reason ends with and the line's end are the caller's. */
export function beginRefusal(guest: Guest, reason: string): void {
  beginMessage();
  print('guest ');
  printName(guest);
  print(': refused: ');
  print(reason);
  putByte(0x20);
}
