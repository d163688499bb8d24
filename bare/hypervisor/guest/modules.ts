/**
 * Modules: what the loader put into memory and named in the device tree's /chosen, in the form that QEMU's guest-loader gives them.
 * `multiboot,kernel` and `multiboot,ramdisk` tell what a module is. A kernel module that is itself a device tree is the configuration
 * (guest-configuration.ts).
 */
import {
  fdtCells,
  fdtFind,
  fdtFirstChild,
  fdtIsCompatible,
  fdtNextSibling,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
  fdtTotalSize,
  fdtValid,
} from '../../lib/fdt.ts';
import { print, printHex } from '../../lib/print.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { allocate } from '../memory/heap.ts';

const FDT_HEADER_SIZE: usize = 40;
/** Address and size of a module have two cells each, whatever #address-cells and #size-cells of /chosen say or leave out. */
const MODULE_REG_SIZE: u32 = 16;

/** A piece of memory with a file in it; null is size 0. */
export class Module {
  start: usize;
  size: usize;
  isRamdisk: bool;
  /** NUL-terminated, or 0. */
  bootargs: usize;
  /** The module with the next higher address. */
  next: Module | null;
}

let firstModule: Module | null = null;
let treeOfModules: usize = 0;
let configuration: usize = 0;

/** Calls `found` with the node and the range of each module in the tree's /chosen. */
export function eachModule(tree: usize, found: (node: usize, start: usize, size: usize) => void): void {
  const chosen = fdtFind(tree, '/chosen');
  if (!chosen) return;
  for (let node = fdtFirstChild(tree, chosen); node; node = fdtNextSibling(tree, node)) {
    const reg = fdtProperty(tree, node, 'reg');
    if (!fdtIsCompatible(tree, node, 'multiboot,module') || !reg || fdtPropertyLength(reg) < MODULE_REG_SIZE) continue;
    const data = fdtPropertyData(reg);
    found(node, <usize>fdtCells(data, 2), <usize>fdtCells(data + 8, 2));
  }
}

/** The configuration module, or 0. */
export function configurationTree(): usize {
  return configuration;
}

/** Finds the modules, and the configuration among them. */
export function findModules(tree: usize): void {
  treeOfModules = tree;
  eachModule(tree, insertModule);
  let module = firstModule;
  while (module) {
    if (!configuration && isConfiguration(module)) configuration = module.start;
    module = module.next;
  }
}

/** The one with the lowest address, or null. */
export function lowestModule(): Module | null {
  return firstModule;
}

function isConfiguration(module: Module): bool {
  if (module.isRamdisk || module.size < FDT_HEADER_SIZE) return false;
  return fdtValid(module.start) && fdtTotalSize(module.start) <= module.size;
}

function insertModule(node: usize, start: usize, size: usize): void {
  const module = changetype<Module>(allocate(offsetof<Module>()));
  module.start = start;
  module.size = size;
  module.isRamdisk = fdtIsCompatible(treeOfModules, node, 'multiboot,ramdisk');
  module.bootargs = stringOf(treeOfModules, node, 'bootargs');
  let before: Module | null = null;
  let after = firstModule;
  while (after && after.start < start) {
    before = after;
    after = after.next;
  }
  module.next = after;
  if (before) before.next = module;
  else firstModule = module;
}

/** The address of a string property's text, or 0. A string without its NUL counts as absent. */
export function stringOf(tree: usize, node: usize, name: string): usize {
  const property = fdtProperty(tree, node, name);
  if (!property) return 0;
  const length = fdtPropertyLength(property);
  const text = fdtPropertyData(property);
  return length && load<u8>(text + length - 1) == 0 ? text : 0;
}

/** The module whose address the property gives, or null. */
export function moduleNamedBy(tree: usize, node: usize, name: string): Module | null {
  const property = fdtProperty(tree, node, name);
  if (!property || fdtPropertyLength(property) != 8) return null;
  const start = <usize>fdtCells(fdtPropertyData(property), 2);
  let module = firstModule;
  while (module) {
    if (module.start == start) return module;
    module = module.next;
  }
  beginMessage();
  print('no module was loaded at ');
  printHex(start);
  print(', which the configuration names as ');
  print(name);
  endMessage();
  return null;
}
