/**
 * The counters' CSRs as a guest finds them: Priv. 1.13, "Hypervisor Counter-Enable (hcounteren) Register". `time` and the counters that
 * count for the vCPU it reads by itself; reading another is an exit, since in the hart it is what all guests have done there together.
 */
import { csrr_cycle, csrr_instret, csrr_scounteren, SSTATUS_SPP } from '../../rv/csr.ts';
import { CSR_CYCLE, csrNumber, hasFixedCounters, hostCounters } from '../host/host-counters.ts';
import { readCounter } from './pmu.ts';
import { setRegister, Vcpu } from './vcpu.ts';

const SYSTEM: u64 = 0x73;
const CYCLE: u64 = 0;
const INSTRET: u64 = 2;
const COUNTERS: u64 = 32;

/** The vCPU leaves the hart: its `cycle` and `instret` stand still. */
export function suspendFixedCounters(vcpu: Vcpu): void {
  if (!hasFixedCounters) return;
  vcpu.cycle += csrr_cycle();
  vcpu.instret += csrr_instret();
}

/** The vCPU gets the hart: what must be added to the hart's for its own is in memory. */
export function resumeFixedCounters(vcpu: Vcpu): void {
  if (!hasFixedCounters) return;
  vcpu.cycle -= csrr_cycle();
  vcpu.instret -= csrr_instret();
}

/** Does the instruction, with which the resident vCPU has trapped, if it reads a counter that there is. False for every other one. */
export function readCounterCsr(vcpu: Vcpu, instruction: u64): bool {
  const number = counterRead(instruction);
  if (number == COUNTERS || !isEnabled(vcpu, number)) return false;
  if (number == CYCLE) return give(vcpu, instruction, csrr_cycle() + vcpu.cycle);
  if (number == INSTRET) return give(vcpu, instruction, csrr_instret() + vcpu.instret);
  for (let index: u64 = 0; index < hostCounters; index++) {
    if (csrNumber(index) == number) return give(vcpu, instruction, readCounter(vcpu.pmu, index));
  }
  return false;
}

/** Which counter the instruction reads, without trying to write it; COUNTERS for none. */
function counterRead(instruction: u64): u64 {
  const csr = (instruction >> 20) & 0xfff;
  const isSetOrClear = ((instruction >> 13) & 1) != 0; // csrrs, csrrc, csrrsi, csrrci
  const writesNothing = ((instruction >> 15) & 0x1f) == 0;
  if ((instruction & 0x7f) != SYSTEM || !isSetOrClear || !writesNothing) return COUNTERS;
  return min(csr - CSR_CYCLE, COUNTERS);
}

/** VU-mode also needs scounteren. */
function isEnabled(vcpu: Vcpu, number: u64): bool {
  return (vcpu.sstatus & SSTATUS_SPP) != 0 || ((csrr_scounteren() >> number) & 1) != 0;
}

function give(vcpu: Vcpu, instruction: u64, value: u64): bool {
  setRegister(vcpu, <usize>(instruction >> 7) & 0x1f, value);
  return true;
}
