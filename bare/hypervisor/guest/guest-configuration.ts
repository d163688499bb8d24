/**
 * What guests there shall be. The configuration module says (modules.ts): each child of its /guests is a guest (node name), with
 * `kernel` and `initrd` (addresses of modules, two cells), `bootargs`, `memory` (bytes, two cells), `vcpus` and `weight`. Its
 * children are devices: device-configuration.ts. Without one, the kernels are the guests by ascending address (the loader lists
 * them in reverse), and a ramdisk belongs to the kernel before it.
 * A guest that `typevisor build` put into the image comes first.
 */
import {
  fdtCells,
  fdtFind,
  fdtFirstChild,
  fdtNextSibling,
  fdtNodeName,
  fdtNumber,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
} from '../../lib/fdt.ts';
import { print, printCString, printDecimal } from '../../lib/print.ts';
import { message } from '../console/console.ts';
import { DEFAULT_WEIGHT } from '../limits.ts';
import { linkTable } from '../link-table.ts';
import { allocate } from '../memory/heap.ts';
import { CardConfiguration, DiskConfiguration, readCards, readDisks } from './device-configuration.ts';
import { configurationTree, findModules, lowestModule, Module, moduleNamedBy, stringOf } from './modules.ts';

const DEFAULT_MEMORY: u64 = 128 << 20;

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

let firstConfiguration: GuestConfiguration | null = null;
let lastConfiguration: GuestConfiguration | null = null;

/** The guests to run, as a list in the order of their numbers; null when there is none. */
export function readGuestConfigurations(tree: usize): GuestConfiguration | null {
  findModules(tree);
  addEmbedded();
  const configuration = configurationTree();
  if (configuration) readConfigurationModule(configuration);
  else addByAddress();
  return firstConfiguration;
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
  let module = lowestModule();
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
    guest.disks = readDisks(tree, node);
    guest.cards = readCards(tree, node);
  }
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
