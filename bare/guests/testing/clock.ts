/**
 * A guest that does what it is typed and says what its time is, with harts that watch that time never goes back. For test/pause.test.ts.
 *
 *   t   prints its time
 *   s   sleeps for NAP ticks, and prints how many it were
 *   h   prints how many of its harts have stopped
 *   1   has hart 1 stop
 *   r   reboots
 *   q   shuts down
 */
import { printDecimal } from '../../lib/print.ts';
import { csrr_time, csrs_sie, SIE_STIE } from '../../rv/csr.ts';
import { sbi_call, wfi } from '../../rv/intrinsics.ts';
import {
  SBI_SRST,
  SBI_SRST_SYSTEM_RESET,
  SBI_SRST_TYPE_COLD_REBOOT,
  SBI_TIME,
  SBI_TIME_SET_TIMER,
} from '../../rv/sbi.ts';
import { print, readByte, shutDown } from '../console.ts';
import { isStopped, startHart } from '../harts.ts';

const NAP: u64 = 100_000;
const NEVER: u64 = ~0;
/** Harts of the built-in machine take turns, and so their times may be so many ticks apart. */
const SKEW: u64 = 1000;

/** A time that has been. */
const latest = memory.data<u64>([0]);
const hart1MustStop = memory.data<u64>([0]);
const harts = memory.data<u64>([1]);

export function main(hart: u64, dtb: usize): void {
  if (hart == 0) {
    while (startHart(load<u64>(harts), dtb) == 0) store<u64>(harts, load<u64>(harts) + 1);
    print('ready\n');
    serve();
  } else {
    while (hart != 1 || !atomic.load<u64>(hart1MustStop)) look();
  }
}

/** Reads the time, and complains when it is before what another hart has read. */
function look(): u64 {
  const before = atomic.load<u64>(latest);
  const now = csrr_time();
  if (now + SKEW < before) print('time has gone back\n');
  atomic.store<u64>(latest, now);
  return now;
}

function serve(): void {
  while (true) {
    const byte = readByte();
    if (byte == 0x74) tell('time ', look());
    else if (byte == 0x73) tell('slept ', sleep());
    else if (byte == 0x68) tell('stopped ', stoppedHarts());
    else if (byte == 0x31) atomic.store<u64>(hart1MustStop, 1);
    else if (byte == 0x72) sbi_call(SBI_SRST_TYPE_COLD_REBOOT, 0, 0, 0, 0, 0, SBI_SRST_SYSTEM_RESET, SBI_SRST, 0);
    else if (byte == 0x71) shutDown(false);
  }
}

function tell(what: string, value: u64): void {
  print(what);
  printDecimal(value);
  print('.\n');
}

function sleep(): u64 {
  const start = look();
  csrs_sie(SIE_STIE);
  setTimer(start + NAP);
  wfi();
  const end = look();
  setTimer(NEVER);
  return end - start;
}

function setTimer(time: u64): void {
  sbi_call(time, 0, 0, 0, 0, 0, SBI_TIME_SET_TIMER, SBI_TIME, 0);
}

function stoppedHarts(): u64 {
  let count: u64 = 0;
  for (let hart: u64 = 1; hart < load<u64>(harts); hart++) if (isStopped(hart)) count++;
  return count;
}
