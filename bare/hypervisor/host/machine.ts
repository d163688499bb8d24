/** What the device tree says of the machine below: memory, harts' ISA, time base. Device Tree 0.4, "Device Node Requirements". */
import {
  fdtFind,
  fdtFirstChild,
  fdtNextSibling,
  fdtNodeNameIs,
  fdtNumber,
  fdtRegAddress,
  fdtRegCount,
  fdtRegSize,
  fdtReservationAddress,
  fdtReservationCount,
  fdtReservationSize,
  fdtRoot,
  fdtTotalSize,
  fdtValid,
} from '../../lib/fdt.ts';
import { eachModule } from '../guest/modules.ts';
import { linkTable } from '../link-table.ts';
import { addMemory, initializeAllocator, PAGE_SIZE, tagsSize } from '../memory/allocator.ts';
import { panic } from '../report/panic.ts';
import { clearReservations, eachHole, reserve } from './memory-map.ts';

let tree: usize = 0;
let memoryStart: usize = ~0;
let memoryEnd: usize = 0;
let memorySize: usize = 0;
let tagBytes: usize = 0;
let firstCpu: usize = 0;
let timebase: u32 = 0;

/** The host's device tree. */
export function deviceTree(): usize {
  return tree;
}

/** All memory that the device tree lists, in bytes. */
export function hostMemorySize(): usize {
  return memorySize;
}

/** The node of the first hart. */
export function hostCpu(): usize {
  return firstCpu;
}

/** The node of the next hart after this one, or 0. */
export function nextHostCpu(node: usize): usize {
  let next = fdtNextSibling(tree, node);
  while (next && !fdtNodeNameIs(next, 'cpu')) next = fdtNextSibling(tree, next);
  return next;
}

/** Ticks of `time` a second. */
export function timebaseFrequency(): u32 {
  return timebase;
}

/** Reads the device tree at `address` and starts the page allocator with all memory that nobody needs. */
export function readMachine(address: usize): void {
  if (!fdtValid(address)) panic('a1 does not point at a device tree');
  tree = address;
  const cpus = fdtFind(tree, '/cpus');
  if (!cpus) panic('the device tree has no /cpus');
  firstCpu = fdtFirstChild(tree, cpus);
  if (firstCpu && !fdtNodeNameIs(firstCpu, 'cpu')) firstCpu = nextHostCpu(firstCpu);
  timebase = fdtNumber(tree, cpus, 'timebase-frequency', 0);
  if (!firstCpu || !timebase) panic('the device tree has no cpu or no timebase-frequency in /cpus');

  eachMemoryRegion(spanMemory);
  if (memoryEnd == 0) panic('the device tree has no memory');
  reserveForeign();
  // What the allocator notes about each page needs a place first: the first hole that is large enough.
  const size = memoryEnd - memoryStart;
  reserveOwn();
  eachMemoryRegion(findTagBytes);
  if (!tagBytes) panic('no memory for the page allocator');
  reserve(tagBytes, tagBytes + tagsSize(size));
  initializeAllocator(memoryStart, size, tagBytes);
  eachMemoryRegion(addFreeMemory);
}

/** Calls `found` for each range that the hypervisor may touch, its own image left out: the whole of memory but what is reserved. */
export function eachTouchable(found: (start: usize, end: usize) => void): void {
  clearReservations();
  reserveForeign();
  const image = linkTable();
  reserve(image.textStart, image.imageEnd);
  touch = found;
  eachMemoryRegion(touchRegion);
}

let touch: (start: usize, end: usize) => void = addMemory;
function touchRegion(start: usize, end: usize): void {
  eachHole(start, end, touch);
}

function spanMemory(start: usize, end: usize): void {
  memoryStart = min(memoryStart, start);
  memoryEnd = max(memoryEnd, end);
  memorySize += end - start;
}

function findTagBytes(start: usize, end: usize): void {
  eachHole(start, end, takeTagBytes);
}

function takeTagBytes(start: usize, end: usize): void {
  const first = (start + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  if (!tagBytes && first + tagsSize(memoryEnd - memoryStart) <= end) tagBytes = first;
}

function addFreeMemory(start: usize, end: usize): void {
  eachHole(start, end, addMemory);
}

/** Memory that belongs to the firmware or to devices: /reserved-memory and the reservation block. */
function reserveForeign(): void {
  const parent = fdtFind(tree, '/reserved-memory');
  if (parent) {
    for (let node = fdtFirstChild(tree, parent); node; node = fdtNextSibling(tree, node)) {
      eachRange(parent, node, reserve);
    }
  }
  const count = fdtReservationCount(tree);
  for (let index: u32 = 0; index < count; index++) {
    const start = <usize>fdtReservationAddress(tree, index);
    reserve(start, start + <usize>fdtReservationSize(tree, index));
  }
}

/** What the hypervisor itself must not hand out: its image, the device tree, the modules. Page 0 stands for null. */
function reserveOwn(): void {
  reserve(0, PAGE_SIZE);
  reserve(linkTable().textStart, linkTable().imageEnd);
  reserve(tree, tree + fdtTotalSize(tree));
  eachModule(tree, reserveModule);
}

function reserveModule(_node: usize, start: usize, size: usize): void {
  reserve(start, start + size);
}

function eachMemoryRegion(found: (start: usize, end: usize) => void): void {
  const root = fdtRoot(tree);
  for (let node = fdtFirstChild(tree, root); node; node = fdtNextSibling(tree, node)) {
    if (fdtNodeNameIs(node, 'memory')) eachRange(root, node, found);
  }
}

/** Calls `found` for each (address, size) of the node's `reg`. */
function eachRange(parent: usize, node: usize, found: (start: usize, end: usize) => void): void {
  const count = fdtRegCount(tree, parent, node);
  for (let index: u32 = 0; index < count; index++) {
    const start = <usize>fdtRegAddress(tree, parent, node, index);
    found(start, start + <usize>fdtRegSize(tree, parent, node, index));
  }
}
