/**
 * Where guests come from: modules that the loader put into memory and named in the device tree's /chosen, in the form that QEMU's
 * guest-loader gives them. `multiboot,kernel` and `multiboot,ramdisk` tell what a module is.
 *
 * A kernel module that is itself a device tree is the configuration: each child of its /guests is a guest (node name), with
 * `kernel` and `initrd` (addresses of modules, two cells), `bootargs`, `memory` (bytes, two cells), `vcpus` and `weight`. Its
 * children are devices: device-configuration.ts. Without one, the kernels are the guests by ascending address (the loader lists
 * them in reverse), and a ramdisk belongs to the kernel before it.
 * A guest that `typevisor build` put into the image comes first.
 */
import {
  fdtCells,
  fdtFind,
  fdtFirstChild,
  fdtIsCompatible,
  fdtNextSibling,
  fdtNodeName,
  fdtNumber,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
  fdtTotalSize,
  fdtValid,
} from '../../lib/fdt.ts';
import { print, printCString, printDecimal, printHex } from '../../lib/print.ts';
import { beginMessage, endMessage, message } from '../console/console.ts';
import { linkTable } from '../link-table.ts';
import { allocate } from '../memory/heap.ts';
import { DEFAULT_WEIGHT } from '../vcpu/run-queue.ts';
import { CardConfiguration, DiskConfiguration, readDevices } from './device-configuration.ts';

const FDT_HEADER_SIZE: usize = 40;
/** Address and size of a module have two cells each, whatever #address-cells and #size-cells of /chosen say or leave out. */
const MODULE_REG_SIZE: u32 = 16;
const DEFAULT_MEMORY: u64 = 128 << 20;

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

/** What a guest shall be. */
export class GuestConfiguration {
  /** NUL-terminated, or 0 for one that is known by its number. */
  name: usize;
  kernel: Module;
  ramdisk: Module | null;
  bootargs: usize;
  /** In bytes. */
  memory: u64;
  vcpus: u32;
  disks: DiskConfiguration | null;
  cards: CardConfiguration | null;
  /** Share of the harts, beside that of other guests: a vCPU of weight 200 gets twice what one of weight 100 does. */
  weight: u64;
  next: GuestConfiguration | null;
}

let firstModule: Module | null = null;
let firstConfiguration: GuestConfiguration | null = null;
let lastConfiguration: GuestConfiguration | null = null;

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

let treeOfModules: usize = 0;
let configuration: usize = 0;

/** The configuration module, or 0. */
export function configurationTree(): usize {
  return configuration;
}

/** The guests to run, as a list in the order of their numbers; null when there is none. */
export function readGuestConfigurations(tree: usize): GuestConfiguration | null {
  treeOfModules = tree;
  eachModule(tree, insertModule);
  addEmbedded();
  let module = firstModule;
  while (module) {
    if (!configuration && isConfiguration(module)) configuration = module.start;
    module = module.next;
  }
  if (configuration) readConfigurationModule(configuration);
  else addByAddress();
  return firstConfiguration;
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
function stringOf(tree: usize, node: usize, name: string): usize {
  const property = fdtProperty(tree, node, name);
  if (!property) return 0;
  const length = fdtPropertyLength(property);
  const text = fdtPropertyData(property);
  return length && load<u8>(text + length - 1) == 0 ? text : 0;
}

function appendConfiguration(kernel: Module): GuestConfiguration {
  const guest = changetype<GuestConfiguration>(allocate(offsetof<GuestConfiguration>()));
  guest.kernel = kernel;
  guest.memory = DEFAULT_MEMORY;
  guest.vcpus = 1;
  guest.weight = DEFAULT_WEIGHT;
  const last = lastConfiguration;
  if (last) last.next = guest;
  else firstConfiguration = guest;
  lastConfiguration = guest;
  return guest;
}

function addEmbedded(): void {
  const header = linkTable().embeddedGuest;
  const size = load<usize>(header);
  if (!size) return;
  const module = changetype<Module>(allocate(offsetof<Module>()));
  module.start = header + 16;
  module.size = size;
  appendConfiguration(module);
}

function addByAddress(): void {
  let owner: GuestConfiguration | null = null;
  let module = firstModule;
  while (module) {
    if (!module.isRamdisk) {
      owner = appendConfiguration(module);
      owner.bootargs = module.bootargs;
    } else if (owner) {
      owner.ramdisk = module;
    } else {
      message('a ramdisk below every kernel belongs to no guest: ignored');
    }
    module = module.next;
  }
}

function readConfigurationModule(tree: usize): void {
  const guests = fdtFind(tree, '/guests');
  if (!guests) {
    message('the configuration module has no /guests');
    return;
  }
  for (let node = fdtFirstChild(tree, guests); node; node = fdtNextSibling(tree, node)) {
    const kernel = moduleNamedBy(tree, node, 'kernel');
    if (!kernel) {
      message('a guest of the configuration module names no module as its kernel: ignored');
      continue;
    }
    const guest = appendConfiguration(kernel);
    guest.name = fdtNodeName(node);
    guest.ramdisk = moduleNamedBy(tree, node, 'initrd');
    guest.bootargs = stringOf(tree, node, 'bootargs');
    guest.vcpus = fdtNumber(tree, node, 'vcpus', 1);
    guest.weight = max<u32>(fdtNumber(tree, node, 'weight', <u32>DEFAULT_WEIGHT), 1);
    const memory = fdtProperty(tree, node, 'memory');
    if (memory && fdtPropertyLength(memory) == 8) guest.memory = fdtCells(fdtPropertyData(memory), 2);
    readDevices(tree, node, guest);
  }
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

/** Prints a guest's name: that of the configuration, or `guest` and its number. */
export function printGuestName(name: usize, number: u64): void {
  if (!name) {
    print('guest');
    printDecimal(number);
  } else {
    printCString(name);
  }
}
