/**
 * The host's interrupt controller (RISC-V PLIC Specification 1.0.0), of which the hypervisor uses the context of the hart that
 * boots. It brings the external interrupts of the devices that the hypervisor drives itself; guests have one of their own.
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
import { csrs_sie, SIE_SEIE } from '../../rv/csr.ts';
import { mmio_read32, mmio_write32 } from '../../rv/intrinsics.ts';
import { mapDevice } from './device.ts';

const ENABLE_BASE: usize = 0x2000;
const ENABLE_STRIDE: usize = 0x80;
const CONTEXT_BASE: usize = 0x20_0000;
const CONTEXT_STRIDE: usize = 0x1000;
const CLAIM_COMPLETE: usize = 4;
/** In `interrupts-extended`: a hart's controller and what it is to it; this is the supervisor's external interrupt. */
const SUPERVISOR_EXTERNAL: u32 = 9;
const PAIR_SIZE: u32 = 8;

let base: usize = 0;
let context: usize = 0;

/** Finds the controller and turns on external interrupts; false when there is none, or none for this hart. */
export function startHostPlic(tree: usize, hartId: u64): bool {
  let node = fdtFindCompatible(tree, 0, 'sifive,plic-1.0.0');
  if (!node) node = fdtFindCompatible(tree, 0, 'riscv,plic0');
  const wires = node ? fdtProperty(tree, node, 'interrupts-extended') : 0;
  if (!wires) return false;
  const count = fdtPropertyLength(wires) / PAIR_SIZE;
  for (let index: u32 = 0; index < count; index++) {
    const pair = fdtPropertyData(wires) + <usize>(index * PAIR_SIZE);
    if (fdtCell(pair + 4) != SUPERVISOR_EXTERNAL || !isOfHart(tree, fdtCell(pair), hartId)) continue;
    base = <usize>fdtRegAddress(tree, fdtParent(tree, node), node, 0);
    context = index;
    // Its own registers, those of the context, and what lies between.
    mapDevice(base, contextBase() + CONTEXT_STRIDE - base);
    mmio_write32(contextBase(), 0);
    csrs_sie(SIE_SEIE);
    return true;
  }
  return false;
}

/** Whether the interrupt controller with this phandle is that of the hart. */
function isOfHart(tree: usize, phandle: u32, hartId: u64): bool {
  const controller = fdtFindPhandle(tree, phandle);
  const cpu = controller ? fdtParent(tree, controller) : 0;
  return cpu != 0 && fdtNodeNameIs(cpu, 'cpu') && fdtRegAddress(tree, fdtParent(tree, cpu), cpu, 0) == hartId;
}

/** Lets the source's interrupts through. */
export function enableSource(source: u32): void {
  mmio_write32(base + 4 * <usize>source, 1);
  const word = base + ENABLE_BASE + context * ENABLE_STRIDE + 4 * <usize>(source >> 5);
  mmio_write32(word, mmio_read32(word) | (1 << (source & 31)));
}

/** The source to serve next, or 0. */
export function claimSource(): u32 {
  return mmio_read32(contextBase() + CLAIM_COMPLETE);
}

export function completeSource(source: u32): void {
  mmio_write32(contextBase() + CLAIM_COMPLETE, source);
}

function contextBase(): usize {
  return base + CONTEXT_BASE + context * CONTEXT_STRIDE;
}
