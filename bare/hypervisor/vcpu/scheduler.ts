/**
 * vCPUs and harts: every hart takes the next vCPU from one queue (run-queue.ts), runs it until it waits, its turn is over or it is
 * kicked, and sleeps when none is ready. One lock guards the queue and the states of vCPUs and harts.
 *
 * The state of a vCPU that does not run is in memory, whole: any hart can take it.
 */
import { acquire, release } from '../../lib/lock.ts';
import {
  csrc_sip,
  csrr_hip,
  csrr_sip,
  csrr_time,
  csrr_vsie,
  csrr_vsip,
  csrs_sip,
  HIP_VSEIP,
  HIP_VSSIP,
  HIP_VSTIP,
  SIP_SEIP,
  SIP_SSIP,
  SIP_STIP,
} from '../../rv/csr.ts';
import { wfi } from '../../rv/intrinsics.ts';
import { GUEST_RUNNING } from '../guest/guest.ts';
import { concludeGuest, isAnyRunning } from '../guest/guest-life.ts';
import { noteStandstill } from '../guest/guest-pause.ts';
import { currentHart, Hart, hartAt, hartCount } from '../harts/hart.ts';
import { hostSendIpi, hostSetTimer } from '../host/host-sbi.ts';
import { serveHostInterrupts } from '../host/interrupts.ts';
import { timebaseFrequency } from '../host/machine.ts';
import { NEVER, ownDeadline, timerDeadline } from './guest-timer.ts';
import { deliver, wakesBy } from './interrupts.ts';
import { loadPmu } from './pmu.ts';
import {
  charge,
  earliestWake,
  hasReady,
  makeReady,
  mostAhead,
  pickReady,
  setGranularity,
  setState,
  startedCount,
  wakeExpired,
} from './run-queue.ts';
import { notePreempted, noteRunning } from './steal-time.ts';
import { OFF, READY, RUNNING, Vcpu, WAITING } from './vcpu.ts';
import { loadVcpu, saveVcpu } from './vcpu-switch.ts';

const VS_INTERRUPTS = HIP_VSSIP | HIP_VSTIP | HIP_VSEIP;
/** A turn, when there are more vCPUs than harts, is a hundredth of a second. */
const TURNS_A_SECOND: u64 = 100;
/** How far vCPUs may come apart before one takes the other's hart: a fifth of a turn. */
const TURN_GRANULARITY: u64 = 5;

const lock: usize = memory.data<u32>([0]);
let turn: u64 = 0;

export function initializeScheduler(): void {
  turn = timebaseFrequency() / TURNS_A_SECOND;
  setGranularity(turn / TURN_GRANULARITY);
}

/** From here to `unlockScheduler` the states of vCPUs are this hart's to change. Nothing that takes long may happen in between. */
export function lockScheduler(): void {
  acquire(lock);
}

export function unlockScheduler(): void {
  release(lock);
}

/** A vCPU that was off or waits can run, and a hart shall take it, unless its guest is paused. Under the lock. */
export function wake(vcpu: Vcpu): void {
  makeReady(vcpu, csrr_time());
  if (!vcpu.guest.isPaused) findHart(vcpu);
}

/** Some hart shall take the vCPU, which is ready. Under the lock. */
export function findHart(vcpu: Vcpu): void {
  if (rouseOne(vcpu.hart)) return;
  const victim = mostAhead(vcpu);
  if (victim) reconsider(victim.hart);
  else endTurns();
}

/** The hart chooses anew which vCPU it runs, and which it has to wake when. Under the lock. */
export function reconsider(hart: Hart): void {
  hart.mustYield = 1;
  kick(hart);
}

/** A vCPU that runs for as long as it likes, since it had no rival, has one now. */
function endTurns(): void {
  for (let index: usize = 0; index < hartCount(); index++) {
    const hart = hartAt(index);
    if (hart.isBusy && hart.turnEnd == NEVER) kick(hart);
  }
}

/** Has an idle hart look for work, the preferred one if that is idle. False when all are busy. */
function rouseOne(preferred: Hart): bool {
  if (rouse(preferred)) return true;
  for (let index: usize = 0; index < hartCount(); index++) {
    if (rouse(hartAt(index))) return true;
  }
  return false;
}

function rouse(hart: Hart): bool {
  if (!hart.isIdle) return false;
  // Not idle any more, so that who wakes next rouses another.
  hart.isIdle = 0;
  kick(hart);
  return true;
}

/** The hart comes into the hypervisor, if it is not there already: by a supervisor software interrupt. */
export function kick(hart: Hart): void {
  if (hart === currentHart()) csrs_sip(SIP_SSIP);
  else hostSendIpi(hart.id);
}

/** The vCPU, which is resident, has executed wfi or is suspended: others go first, until it has something to go on for. */
export function wait(vcpu: Vcpu): Vcpu {
  lockScheduler();
  const goesOn = wakesBy(vcpu, pendingInterrupts(), csrr_vsie());
  return leave(vcpu, goesOn ? READY : WAITING);
}

/** What is pending in the vCPU that is resident. QEMU 7.2's vsip shows only SSIP of what hip has one place higher. */
function pendingInterrupts(): u64 {
  return csrr_vsip() | ((csrr_hip() & VS_INTERRUPTS) >> 1);
}

/** The vCPU stays ready, and the one runs on that has the better right to the hart. */
export function takeTurns(vcpu: Vcpu): Vcpu {
  lockScheduler();
  return leave(vcpu, READY);
}

/** The vCPU has stopped, or its guest has ended. */
export function stopRunning(vcpu: Vcpu): Vcpu {
  lockScheduler();
  return leave(vcpu, OFF);
}

/** The first vCPU of a hart that had none. */
export function firstVcpu(): Vcpu {
  lockScheduler();
  return next();
}

/** The vCPU, whose hart was kicked, goes on with the interrupts that it was given, or makes place. */
export function answerKick(vcpu: Vcpu): Vcpu {
  lockScheduler();
  if (vcpu.hart.mustYield || vcpu.guest.isPaused || vcpu.guest.state != GUEST_RUNNING) return leave(vcpu, READY);
  csrc_sip(SIP_SSIP);
  deliver(vcpu);
  const isNewRival = vcpu.hart.turnEnd == NEVER && beginTurn(vcpu.hart) != NEVER;
  unlockScheduler();
  if (isNewRival) armTimer(vcpu);
  return vcpu;
}

/** Sets when the turn of the hart's vCPU ends: never, when there is a hart for each. */
function beginTurn(hart: Hart): u64 {
  hart.turnEnd = startedCount() > hartCount() ? csrr_time() + turn : NEVER;
  return hart.turnEnd;
}

/** The vCPU gives its hart up, and gets the one that runs there next. The caller has the lock, and loses it. */
function leave(vcpu: Vcpu, state: u32): Vcpu {
  const hart = vcpu.hart;
  saveVcpu(vcpu);
  charge(vcpu, csrr_time() - hart.since);
  hart.isBusy = 0;
  if (vcpu.guest.state != GUEST_RUNNING) {
    setState(vcpu, OFF);
    if (!isAnyRunning(vcpu.guest)) concludeGuest(vcpu.guest);
  } else {
    setState(vcpu, state);
    if (state == READY) notePreempted(vcpu);
    vcpu.wakeTime = timerDeadline(vcpu);
  }
  noteStandstill(vcpu.guest);
  return next();
}

/** The vCPU that runs next on this hart, its state in it. The caller has the lock, and loses it. When none is ready, the hart sleeps. */
function next(): Vcpu {
  const hart = currentHart();
  const vcpu = awaitReady(hart);
  setState(vcpu, RUNNING);
  noteRunning(vcpu);
  vcpu.isSuspended = 0;
  hart.isBusy = 1;
  hart.since = csrr_time();
  hart.nextWake = earliestWake(hart);
  beginTurn(hart);
  // Several may have become ready at once.
  if (hasReady()) rouseOne(hart);
  const isNew = loadVcpu(hart, vcpu);
  deliver(vcpu);
  unlockScheduler();
  // Without the lock: that is as many calls of the firmware as the guest has started counters.
  if (isNew) loadPmu(hart, vcpu.pmu);
  armTimer(vcpu);
  return vcpu;
}

function awaitReady(hart: Hart): Vcpu {
  while (true) {
    const vcpu = takeReady(hart);
    if (vcpu) return vcpu;
    sleep(hart);
  }
}

function takeReady(hart: Hart): Vcpu | null {
  // Whatever this hart was kicked for is looked at now.
  csrc_sip(SIP_SSIP);
  hart.mustYield = 0;
  wakeExpired(csrr_time());
  return pickReady(hart);
}

/** Sleeps until another hart or the timer of a vCPU of this one has work. Has the lock before and after, and not in between. */
function sleep(hart: Hart): void {
  const wakeTime = earliestWake(hart);
  hart.isIdle = 1;
  unlockScheduler();
  setHartTimer(hart, wakeTime);
  if (wakeTime > csrr_time()) wfi();
  if (csrr_sip() & SIP_SEIP) serveHostInterrupts();
  lockScheduler();
  hart.isIdle = 0;
}

/** Sets the hypervisor's timer for the end of the turn, a waiting vCPU, or the timer of the vCPU that runs. */
export function armTimer(vcpu: Vcpu): void {
  const hart = vcpu.hart;
  setHartTimer(hart, min(min(hart.turnEnd, hart.nextWake), ownDeadline(vcpu)));
}

/** A timer that still fires though it is set to this time is set again: QEMU 7.2's may, when it comes just as it is set further on. */
function setHartTimer(hart: Hart, time: u64): void {
  if (hart.timer == time && time > csrr_time() && !(csrr_sip() & SIP_STIP)) return;
  hart.timer = time;
  hostSetTimer(time);
}
