/** Devices of the host that the hypervisor drives: where their registers are, and which interrupt is theirs. */
import {
  fdtCell,
  fdtParent,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
  fdtRegAddress,
  fdtRegSize,
} from '../../lib/fdt.ts';
import { sfence_vma_all } from '../../rv/intrinsics.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { mapHostMemory } from '../memory/hs-page-table.ts';

/** Start of the node's registers. The buses in between are taken to map one to one. */
export function deviceAddress(tree: usize, node: usize): usize {
  return <usize>fdtRegAddress(tree, fdtParent(tree, node), node, 0);
}

/** Size of the node's registers, in bytes. */
export function deviceSize(tree: usize, node: usize): usize {
  return <usize>fdtRegSize(tree, fdtParent(tree, node), node, 0);
}

/** The node's first interrupt, whose controller is taken to be the PLIC; 0 when it has none. */
export function deviceSource(tree: usize, node: usize): u32 {
  const property = fdtProperty(tree, node, 'interrupts');
  return property && fdtPropertyLength(property) >= 4 ? fdtCell(fdtPropertyData(property)) : 0;
}

/** Makes the registers, which no other device shares a page with, accessible. */
export function mapDevice(address: usize, size: usize): void {
  mapHostMemory(address, address + max(size, PAGE_SIZE));
  sfence_vma_all();
}
