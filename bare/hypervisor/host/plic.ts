/**
 * The host's interrupt controller (RISC-V PLIC Specification 1.0.0), of which the hypervisor uses each hart's supervisor context. It
 * brings the external interrupts of the devices that the hypervisor drives itself; guests have one of their own.
 */
import {
  fdtCell,
  fdtFindCompatible,
  fdtFindPhandle,
  fdtNodeNameIs,
  fdtParent,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
  fdtRegAddress,
} from '../../lib/fdt.ts';
import { mmio_read32, mmio_write32 } from '../../rv/intrinsics.ts';
import { currentHart, Hart, hartAt, hartCount } from '../harts/hart.ts';
import { HART_LIMIT } from '../limits.ts';
import { mapDevice } from './device.ts';

const ENABLE_BASE: usize = 0x2000;
const ENABLE_STRIDE: usize = 0x80;
const CONTEXT_BASE: usize = 0x20_0000;
const CONTEXT_STRIDE: usize = 0x1000;
const CLAIM_COMPLETE: usize = 4;
/** In `interrupts-extended`: a hart's controller and what it is to it; this is the supervisor's external interrupt. */
const SUPERVISOR_EXTERNAL: u32 = 9;
const PAIR_SIZE: u32 = 8;

const NONE: i32 = -1;

let base: usize = 0;
/** By the index of the hart. */
const contexts = new StaticArray<i32>(<i32>HART_LIMIT);

/** Finds the controller; false when there is none, or none for the hart that boots. */
export function startHostPlic(tree: usize): bool {
  let node = fdtFindCompatible(tree, 0, 'sifive,plic-1.0.0');
  if (!node) node = fdtFindCompatible(tree, 0, 'riscv,plic0');
  const wires = node ? fdtProperty(tree, node, 'interrupts-extended') : 0;
  if (!wires) return false;
  let last: i32 = NONE;
  for (let index: usize = 0; index < hartCount(); index++) {
    contexts[<i32>index] = findContext(tree, wires, hartAt(index).id);
    last = max(last, contexts[<i32>index]);
  }
  if (contexts[0] == NONE) return false;
  base = <usize>fdtRegAddress(tree, fdtParent(tree, node), node, 0);
  // Its own registers, those of the contexts, and what lies between.
  mapDevice(base, contextBase(last) + CONTEXT_STRIDE - base);
  openThreshold(hartAt(0));
  return true;
}

function findContext(tree: usize, wires: usize, hartId: u64): i32 {
  const count = fdtPropertyLength(wires) / PAIR_SIZE;
  for (let index: u32 = 0; index < count; index++) {
    const pair = fdtPropertyData(wires) + <usize>(index * PAIR_SIZE);
    if (fdtCell(pair + 4) == SUPERVISOR_EXTERNAL && isOfHart(tree, fdtCell(pair), hartId)) return index;
  }
  return NONE;
}

/** Whether interrupts can come to the hart. */
export function hasContext(hart: Hart): bool {
  return base != 0 && contextOf(hart) != NONE;
}

function contextOf(hart: Hart): i32 {
  return contexts[<i32>hart.index];
}

/** Whether the interrupt controller with this phandle is that of the hart. */
function isOfHart(tree: usize, phandle: u32, hartId: u64): bool {
  const controller = fdtFindPhandle(tree, phandle);
  const cpu = controller ? fdtParent(tree, controller) : 0;
  return cpu != 0 && fdtNodeNameIs(cpu, 'cpu') && fdtRegAddress(tree, fdtParent(tree, cpu), cpu, 0) == hartId;
}

/** Lets the source's interrupts through to the hart, which has a context. */
export function enableSource(source: u32, hart: Hart): void {
  mmio_write32(base + 4 * <usize>source, 1);
  const word = enableWord(source, hart);
  mmio_write32(word, mmio_read32(word) | bitOf(source));
}

/**
 * Lets them through to this hart instead, which has a context. A request that waits goes along. The threshold is opened here and not at boot,
 * since OpenSBI closes it whenever it starts a hart; and by that QEMU 7.2 looks at what waits, which an enable bit does not make it do.
 */
export function moveSourceHere(source: u32, from: Hart): void {
  const here = enableWord(source, currentHart());
  mmio_write32(here, mmio_read32(here) | bitOf(source));
  const before = enableWord(source, from);
  mmio_write32(before, mmio_read32(before) & ~bitOf(source));
  openThreshold(currentHart());
}

/** Interrupts of every priority come through to the hart. */
function openThreshold(hart: Hart): void {
  mmio_write32(contextBase(contextOf(hart)), 0);
}

function enableWord(source: u32, hart: Hart): usize {
  return base + ENABLE_BASE + <usize>contextOf(hart) * ENABLE_STRIDE + 4 * <usize>(source >> 5);
}

function bitOf(source: u32): u32 {
  return (<u32>1) << (source & 31);
}

/** The source that this hart, which has a context, is to serve next, or 0. */
export function claimSource(): u32 {
  return mmio_read32(contextBase(contextOf(currentHart())) + CLAIM_COMPLETE);
}

/** Only who has the source enabled can complete it (section "Interrupt Completion"). */
export function completeSource(source: u32): void {
  mmio_write32(contextBase(contextOf(currentHart())) + CLAIM_COMPLETE, source);
}

function contextBase(context: i32): usize {
  return base + CONTEXT_BASE + <usize>context * CONTEXT_STRIDE;
}
