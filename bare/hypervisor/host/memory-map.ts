/** Which parts of the machine's memory are taken: a sorted list of ranges, and the holes between them. */
import { panic } from '../report/panic.ts';

const CAPACITY: i32 = 128;
const starts = new StaticArray<usize>(CAPACITY);
const ends = new StaticArray<usize>(CAPACITY);
let count: i32 = 0;

/** Forgets all ranges. */
export function clearReservations(): void {
  count = 0;
}

/** Takes [start, end) out of what `eachHole` finds. Ranges may overlap. */
export function reserve(start: usize, end: usize): void {
  if (start >= end) return;
  if (count == CAPACITY) panic('the device tree reserves more than 128 ranges of memory');
  let place = count++;
  while (place > 0 && starts[place - 1] > start) {
    starts[place] = starts[place - 1];
    ends[place] = ends[place - 1];
    place--;
  }
  starts[place] = start;
  ends[place] = end;
}

/** Calls `found` for each part of [start, end) that is not reserved, in ascending order. */
export function eachHole(start: usize, end: usize, found: (start: usize, end: usize) => void): void {
  for (let index = 0; index < count && start < end; index++) {
    if (ends[index] <= start) continue;
    if (starts[index] > start) found(start, min(starts[index], end));
    start = max(start, ends[index]);
  }
  if (start < end) found(start, end);
}
