import {
  csrc_sstatus,
  csrr_henvcfg,
  csrr_htimedelta,
  csrr_hvip,
  csrr_scounteren,
  csrr_senvcfg,
  csrr_sstatus,
  csrr_vsatp,
  csrr_vscause,
  csrr_vsepc,
  csrr_vsie,
  csrr_vsscratch,
  csrr_vsstatus,
  csrr_vstval,
  csrr_vstvec,
  csrs_sstatus,
  csrw_henvcfg,
  csrw_hgatp,
  csrw_htimedelta,
  csrw_hvip,
  csrw_scounteren,
  csrw_senvcfg,
  csrw_vsatp,
  csrw_vscause,
  csrw_vsepc,
  csrw_vsie,
  csrw_vsscratch,
  csrw_vsstatus,
  csrw_vstval,
  csrw_vstvec,
  HSTATUS_SPV,
  HSTATUS_SPVP,
  HSTATUS_VSXL_SHIFT,
  HSTATUS_VTW,
  SSTATUS_FS,
  SSTATUS_SPIE,
  SSTATUS_SPP,
  SSTATUS_UXL_SHIFT,
} from '../rv/csr.ts';
import { Guest } from './guest.ts';
import { initializeTimer, loadTimer, saveTimer } from './guest-timer.ts';
import { Hart } from './hart.ts';
import { allocate, free } from './heap.ts';

declare function save_fp(area: usize): void;
declare function load_fp(area: usize): void;

/** XLEN = 64 in UXL and VSXL. */
const XLEN_64: u64 = 2;
/** sstatus.FS: the state is as it was loaded. */
const FS_CLEAN: u64 = 0x4000;
const FS_DIRTY: u64 = SSTATUS_FS;
const FP_AREA_SIZE: usize = 33 * 8;

/** A hart of a guest. Fields stand in groups by when they are saved and loaded. */
export class Vcpu {
  // At every exit, by trap.S: x0 (always 0) to x31, so that register n is at n * 8.
  zero: u64;
  ra: u64;
  sp: u64;
  gp: u64;
  tp: u64;
  t0: u64;
  t1: u64;
  t2: u64;
  s0: u64;
  s1: u64;
  a0: u64;
  a1: u64;
  a2: u64;
  a3: u64;
  a4: u64;
  a5: u64;
  a6: u64;
  a7: u64;
  s2: u64;
  s3: u64;
  s4: u64;
  s5: u64;
  s6: u64;
  s7: u64;
  s8: u64;
  s9: u64;
  s10: u64;
  s11: u64;
  t3: u64;
  t4: u64;
  t5: u64;
  t6: u64;
  sepc: u64;
  sstatus: u64;
  hstatus: u64;
  hart: Hart;

  // When another vCPU takes the hart.
  vsstatus: u64;
  vsie: u64;
  vstvec: u64;
  vsscratch: u64;
  vsepc: u64;
  vscause: u64;
  vstval: u64;
  vsatp: u64;
  hvip: u64;
  htimedelta: u64;
  henvcfg: u64;
  /** In ticks of `time`: see guest-timer.ts. */
  timer: u64;
  // Not banked for VS-mode: the guest writes the supervisor's own.
  scounteren: u64;
  senvcfg: u64;

  // When another vCPU takes the hart and sstatus.FS says dirty.
  fp: usize;

  // For good.
  id: u64;
  guest: Guest;
  next: Vcpu;
  /** In wfi until `time` is this; 0 when it can run. */
  wakeTime: u64;
}

export const VCPU_X: usize = offsetof<Vcpu>('zero');
export const VCPU_SEPC: usize = offsetof<Vcpu>('sepc');
export const VCPU_SSTATUS: usize = offsetof<Vcpu>('sstatus');
export const VCPU_HSTATUS: usize = offsetof<Vcpu>('hstatus');
export const VCPU_HART: usize = offsetof<Vcpu>('hart');

/** Register x`number` of the vCPU; `number` is below 32. */
export function register(vcpu: Vcpu, number: usize): u64 {
  return load<u64>(changetype<usize>(vcpu) + VCPU_X + (number << 3));
}

/** Sets x`number`; x0 stays 0. */
export function setRegister(vcpu: Vcpu, number: usize, value: u64): void {
  if (number) store<u64>(changetype<usize>(vcpu) + VCPU_X + (number << 3), value);
}

/** A vCPU that starts at `entry` in VS-mode as the boot protocol wants: a0 = its hart id, a1 = its device tree. */
export function createVcpu(guest: Guest, id: u64, hart: Hart, entry: u64, deviceTree: u64): Vcpu {
  const vcpu = changetype<Vcpu>(allocate(offsetof<Vcpu>()));
  vcpu.fp = allocate(FP_AREA_SIZE);
  vcpu.guest = guest;
  vcpu.id = id;
  vcpu.hart = hart;
  vcpu.sepc = entry;
  vcpu.a0 = id;
  vcpu.a1 = deviceTree;
  // sret goes to VS-mode (SPV, SPP); wfi there traps, so that a waiting guest gives up the hart.
  vcpu.hstatus = HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_VTW | (XLEN_64 << HSTATUS_VSXL_SHIFT);
  vcpu.sstatus = SSTATUS_SPP | SSTATUS_SPIE | floatingPoint() | (XLEN_64 << SSTATUS_UXL_SHIFT);
  vcpu.vsstatus = XLEN_64 << SSTATUS_UXL_SHIFT;
  initializeTimer(vcpu);
  return vcpu;
}

/** sstatus.FS of a new vCPU: clean, or 0 on a hart that has no floating point and so no such bits. */
function floatingPoint(): u64 {
  csrs_sstatus(FS_CLEAN);
  const found = csrr_sstatus() & SSTATUS_FS;
  csrc_sstatus(SSTATUS_FS);
  return found ? FS_CLEAN : 0;
}

/** Puts the vCPU's state into the hart's VS-level CSRs, after saving that of the one that was there. */
export function makeResident(vcpu: Vcpu): void {
  const hart = vcpu.hart;
  const previous = hart.resident;
  if (previous === vcpu) return;
  if (previous) saveVsState(previous);
  hart.resident = vcpu;
  loadVsState(vcpu);
}

function saveVsState(vcpu: Vcpu): void {
  vcpu.vsstatus = csrr_vsstatus();
  vcpu.vsie = csrr_vsie();
  vcpu.vstvec = csrr_vstvec();
  vcpu.vsscratch = csrr_vsscratch();
  vcpu.vsepc = csrr_vsepc();
  vcpu.vscause = csrr_vscause();
  vcpu.vstval = csrr_vstval();
  vcpu.vsatp = csrr_vsatp();
  vcpu.hvip = csrr_hvip();
  vcpu.htimedelta = csrr_htimedelta();
  vcpu.henvcfg = csrr_henvcfg();
  vcpu.scounteren = csrr_scounteren();
  vcpu.senvcfg = csrr_senvcfg();
  saveTimer(vcpu);
  if ((vcpu.sstatus & SSTATUS_FS) == FS_DIRTY) {
    csrs_sstatus(FS_DIRTY);
    save_fp(vcpu.fp);
    vcpu.sstatus = (vcpu.sstatus & ~SSTATUS_FS) | FS_CLEAN;
  }
}

function loadVsState(vcpu: Vcpu): void {
  csrw_hgatp(vcpu.guest.hgatp);
  csrw_vsstatus(vcpu.vsstatus);
  csrw_vsie(vcpu.vsie);
  csrw_vstvec(vcpu.vstvec);
  csrw_vsscratch(vcpu.vsscratch);
  csrw_vsepc(vcpu.vsepc);
  csrw_vscause(vcpu.vscause);
  csrw_vstval(vcpu.vstval);
  csrw_vsatp(vcpu.vsatp);
  csrw_hvip(vcpu.hvip);
  csrw_htimedelta(vcpu.htimedelta);
  csrw_henvcfg(vcpu.henvcfg);
  csrw_scounteren(vcpu.scounteren);
  csrw_senvcfg(vcpu.senvcfg);
  loadTimer(vcpu);
  // A hart without floating point has FS = 0 in every vCPU's sstatus: it reads back so.
  if (vcpu.sstatus & SSTATUS_FS) {
    csrs_sstatus(FS_DIRTY);
    load_fp(vcpu.fp);
  }
}

/** Gives back what `createVcpu` took. The vCPU is in no hart and in no queue. */
export function freeVcpu(vcpu: Vcpu): void {
  free(vcpu.fp, FP_AREA_SIZE);
  free(changetype<usize>(vcpu), offsetof<Vcpu>());
}
