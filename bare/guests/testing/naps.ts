/** A guest that sleeps many short times, with work of changing length in between, so that its timer comes at every moment. */
import { csrr_time, csrs_sie, SIE_STIE } from '../../rv/csr.ts';
import { sbi_call, wfi } from '../../rv/intrinsics.ts';
import { SBI_TIME, SBI_TIME_SET_TIMER } from '../../rv/sbi.ts';
import { print, shutDown } from '../console.ts';

const NAPS: u32 = 20_000;
/** How long naps and work are: ticks and turns of a loop, from a number that changes with each nap. */
const SHORTEST: u64 = 300;
const NAP_STRIDE: u32 = 37;
const NAP_SPREAD: u32 = 1000;
const WORK_STRIDE: u32 = 64;
const WORK_MASK: u32 = 0x3fff;

const sink: usize = memory.data(8, 8);

export function main(_hart: u64, _dtb: usize): void {
  csrs_sie(SIE_STIE);
  for (let nap: u32 = 0; nap < NAPS; nap++) {
    const wake = csrr_time() + SHORTEST + ((nap * NAP_STRIDE) % NAP_SPREAD);
    sbi_call(wake, 0, 0, 0, 0, 0, SBI_TIME_SET_TIMER, SBI_TIME, 0);
    // The interrupt that ends it stays pending: sstatus.SIE is 0.
    wfi();
    if (!(nap & 7)) work((nap * WORK_STRIDE) & WORK_MASK);
  }
  print('rested\n');
  shutDown(false);
}

function work(turns: u32): void {
  for (let turn: u32 = 0; turn < turns; turn++) store<u32>(sink, turn);
}
