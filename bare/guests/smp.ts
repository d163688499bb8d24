/**
 * A guest with several harts: hart 0 starts the others, which add numbers to one sum, with a lock around and without. Try
 * `typevisor run smp.ts --vcpus 4 --smp 2`.
 */
import { print, printDecimal, shutDown } from 'typevisor/guests/console';
import { acquire, isStopped, release, startHart } from 'typevisor/guests/harts';

const ROUNDS: u64 = 1000;

const lock = memory.data<u32>([0]);
const locked = memory.data<u64>([0]);
const atomicSum = memory.data<u64>([0]);

export function main(hart: u64, dtb: usize): void {
  if (hart == 0) boot(dtb);
  else add(hart);
}

function boot(dtb: usize): void {
  let harts: u64 = 1;
  while (startHart(harts, dtb) == 0) harts++;
  add(0);
  for (let other: u64 = 1; other < harts; other++) while (!isStopped(other)) {}
  const sum = (ROUNDS * harts * (harts + 1)) / 2;
  print(load<u64>(locked) == sum && atomic.load<u64>(atomicSum) == sum ? 'right: ' : 'wrong: ');
  printDecimal(harts);
  print(' harts added up to ');
  printDecimal(load<u64>(locked));
  print('\n');
  if (load<u64>(locked) != sum) shutDown(true);
}

function add(hart: u64): void {
  for (let round: u64 = 0; round < ROUNDS; round++) {
    acquire(lock);
    store<u64>(locked, load<u64>(locked) + hart + 1);
    release(lock);
    atomic.add<u64>(atomicSum, hart + 1);
  }
}
