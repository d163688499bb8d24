/**
 * Makes the SBI calls that its RAM disk lists, one after the other, each on the hart that the list names, and prints what comes
 * back. For test/sbi.test.ts.
 */
import { fdtCells, fdtFind, fdtProperty, fdtPropertyData, fdtPropertyLength } from '../../lib/fdt.ts';
import { pause, sbi_call } from '../../rv/intrinsics.ts';
import { print, printHexDigits } from '../console.ts';
import { isStopped, startHart } from '../harts.ts';

/** A call: hart, a0 to a5, function, extension. */
const CALL_WORDS: usize = 9;
const CALL_SIZE: usize = CALL_WORDS * 8;
const HARTS: u64 = 4;
/** Where masks for legacy calls are: n is at MASKS + 8 * n. */
const MASKS: usize = 0x8060_0000;
const MASK_COUNT: usize = 32;

/** The call that is next; whose turn it is follows from that. */
const turn = memory.data<u64>([0]);
const calls = memory.data<u64>([0, 0]);

export function main(hart: u64, dtb: usize): void {
  if (hart == 0) {
    const chosen = fdtFind(dtb, '/chosen');
    store<usize>(calls, <usize>cellsOf(dtb, chosen, 'linux,initrd-start'));
    store<usize>(calls + 8, <usize>cellsOf(dtb, chosen, 'linux,initrd-end'));
    for (let mask: usize = 0; mask < MASK_COUNT; mask++) store<u64>(MASKS + 8 * mask, mask);
    for (let other: u64 = 1; other < HARTS; other++) startHart(other, dtb);
  }
  takeTurns(hart);
  if (hart != 0) return;
  for (let other: u64 = 1; other < HARTS; other++) while (!isStopped(other)) pause();
  report();
}

function cellsOf(dtb: usize, node: usize, name: string): u64 {
  const property = fdtProperty(dtb, node, name);
  return fdtCells(fdtPropertyData(property), fdtPropertyLength(property) / 4);
}

function takeTurns(hart: u64): void {
  const end = load<usize>(calls + 8);
  while (true) {
    const call = load<usize>(calls) + <usize>atomic.load<u64>(turn) * CALL_SIZE;
    if (call >= end) return;
    if (load<u64>(call) != hart) {
      pause();
      continue;
    }
    make(call);
    atomic.add<u64>(turn, 1);
  }
}

/** The results take the place of a0 and a1. */
function make(call: usize): void {
  const error = sbi_call(
    load<u64>(call, 8),
    load<u64>(call, 16),
    load<u64>(call, 24),
    load<u64>(call, 32),
    load<u64>(call, 40),
    load<u64>(call, 48),
    load<u64>(call, 56),
    load<u64>(call, 64),
    call + 16,
  );
  store<i64>(call, error, 8);
}

function report(): void {
  for (let call = load<usize>(calls); call < load<usize>(calls + 8); call += CALL_SIZE) {
    print('\n=');
    printHexDigits(load<u64>(call, 8), 16);
    printHexDigits(load<u64>(call, 16), 16);
  }
  print('\n');
}
