/** What of a vCPU is in the hart's CSRs and floating-point registers, and how it comes there and back. */
import {
  csrr_henvcfg,
  csrr_hvip,
  csrr_scounteren,
  csrr_senvcfg,
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
  SSTATUS_FS,
} from '../../rv/csr.ts';
import { fence_i, hfence_vvma_all } from '../../rv/intrinsics.ts';
import { noteLastOn, wasLastOn } from '../guest/guest.ts';
import { Hart, hartAt, hartCount } from '../harts/hart.ts';
import { flushGuests, vmidIsShared } from '../memory/gstage.ts';
import { resumeFixedCounters, suspendFixedCounters } from './counter-csrs.ts';
import { loadTimer, saveTimer } from './guest-timer.ts';
import { resumePmu, suspendPmu } from './pmu.ts';
import { Vcpu } from './vcpu.ts';

declare function save_fp(area: usize): void;
declare function load_fp(area: usize): void;

/**
 * Puts the state of the vCPU, which no hart runs, into the hart that this runs on, unless it is still there from last time: then false.
 * Its hardware counters are left to `loadPmu`.
 */
export function loadVcpu(hart: Hart, vcpu: Vcpu): bool {
  const hasMoved = vcpu.hart !== hart;
  resumeFixedCounters(vcpu);
  resumePmu(vcpu.pmu);
  if (hart.resident == changetype<usize>(vcpu) && !hasMoved && !vcpu.mustFence) return false;
  vcpu.hart = hart;
  hart.resident = changetype<usize>(vcpu);
  loadVsState(vcpu);
  loadFp(hart, vcpu, hasMoved);
  forgetOthers(hart, vcpu, hasMoved);
  return true;
}

/**
 * Translations are cached by VMID and ASID, and both are the guest's, whose ASIDs belong to its harts one by one: what another vCPU
 * of the guest left in this hart, or this one before it went elsewhere, must not be used (Priv. 1.13, "Supervisor Address Translation
 * and Protection (satp) Register": ASIDs are local to a hart). The same goes for instructions that it stored elsewhere.
 */
function forgetOthers(hart: Hart, vcpu: Vcpu, hasMoved: bool): void {
  if (vmidIsShared() && hart.guest != vcpu.guest.number) flushGuests();
  hart.guest = vcpu.guest.number;
  if (hasMoved || vcpu.mustFence || !wasLastOn(hart, vcpu)) {
    hfence_vvma_all();
    fence_i();
  }
  noteLastOn(hart, vcpu);
  vcpu.mustFence = 0;
}

/** Takes the state of the vCPU, which has run here, out of the hart; it stays there too. */
export function saveVcpu(vcpu: Vcpu): void {
  vcpu.vsstatus = csrr_vsstatus();
  vcpu.vsie = csrr_vsie();
  vcpu.vstvec = csrr_vstvec();
  vcpu.vsscratch = csrr_vsscratch();
  vcpu.vsepc = csrr_vsepc();
  vcpu.vscause = csrr_vscause();
  vcpu.vstval = csrr_vstval();
  vcpu.vsatp = csrr_vsatp();
  vcpu.hvip = csrr_hvip();
  vcpu.henvcfg = csrr_henvcfg();
  vcpu.scounteren = csrr_scounteren();
  vcpu.senvcfg = csrr_senvcfg();
  saveTimer(vcpu);
  suspendPmu(vcpu.pmu);
  suspendFixedCounters(vcpu);
  if (vcpu.sstatus & SSTATUS_FS) save_fp(vcpu.fp);
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
  csrw_htimedelta(vcpu.guest.timeDelta);
  csrw_henvcfg(vcpu.henvcfg);
  csrw_scounteren(vcpu.scounteren);
  csrw_senvcfg(vcpu.senvcfg);
  loadTimer(vcpu);
}

/** Floating-point registers are loaded when somebody else's are there: most vCPUs that come and go never change them. */
function loadFp(hart: Hart, vcpu: Vcpu, hasMoved: bool): void {
  // A hart without floating point has FS = 0 in every vCPU's sstatus: it reads back so.
  if (!(vcpu.sstatus & SSTATUS_FS) || (hart.fpOwner == changetype<usize>(vcpu) && !hasMoved)) return;
  hart.fpOwner = changetype<usize>(vcpu);
  csrs_sstatus(SSTATUS_FS);
  load_fp(vcpu.fp);
}

/** What the harts hold of the vCPU, which no hart runs, is worth nothing any more: it is changed in memory, or freed. */
export function evictVcpu(vcpu: Vcpu): void {
  for (let index: usize = 0; index < hartCount(); index++) {
    const hart = hartAt(index);
    if (hart.resident == changetype<usize>(vcpu)) hart.resident = 0;
    if (hart.fpOwner == changetype<usize>(vcpu)) hart.fpOwner = 0;
  }
}
