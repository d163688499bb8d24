/**
 * Instructions that VS-mode could execute were it HS-mode: Priv. 1.13, "Virtual-Instruction Exceptions". A guest waits with wfi or wrs.nto,
 * and reads counters; everything else is what its machine, which has no H extension, does not know.
 */
import { ILLEGAL_INSTRUCTION } from '../rv/causes.ts';
import { csrr_stval } from '../rv/csr.ts';
import { giveFault } from './faults.ts';
import { fetchInstruction, NO_INSTRUCTION } from './memory/guest-access.ts';
import { NEXT, RESCHEDULE, RETRY, YIELD } from './outcome.ts';
import { readCounterCsr } from './vcpu/counter-csrs.ts';
import { Vcpu } from './vcpu/vcpu.ts';

const WFI: u64 = 0x1050_0073;
/** Waits for another hart's store, and traps instead where it would take long (Unprivileged ISA, "Zawrs"). wrs.sto and pause never do. */
const WRS_NTO: u64 = 0x00d0_0073;

/** Called by its address, so that the compiler does not put it into the way of every exit, which would get the frame that it needs. */
const didReadCounter: (vcpu: Vcpu, instruction: u64) => bool = readCounterCsr;

export function handleVirtualInstruction(vcpu: Vcpu): u32 {
  // stval has the instruction, or 0 on harts that do not give it.
  let instruction = csrr_stval();
  if (!instruction) {
    instruction = fetchInstruction(vcpu, vcpu.sepc);
    // Another hart of the guest has taken the page away: the fetch will fault.
    if (instruction == NO_INSTRUCTION) return RETRY;
  }
  if (instruction == WFI) return YIELD;
  if (instruction == WRS_NTO) return giveUpTurn(vcpu);
  if (didReadCounter(vcpu, instruction)) return NEXT;
  return giveFault(vcpu, ILLEGAL_INSTRUCTION, instruction);
}

/** The store may come from a vCPU that waits for this hart. The guest looks again for itself, as it must after every wrs.nto. */
function giveUpTurn(vcpu: Vcpu): u32 {
  vcpu.sepc += 4;
  return RESCHEDULE;
}
