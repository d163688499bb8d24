/**
 * Which devices guests have, as the configuration module says (guest-configuration.ts). A guest's children are
 *
 *   disk   with the number of a disk of the host (`host`) and perhaps `first-sector` and `sectors` (two cells), or with the address
 *          of a module that is the image (`module`, two cells); and perhaps `read-only`
 *   net    a card on the network with the number `network`, 0 if left out
 *
 * and `uplinks` of /guests says on which networks the host's cards are.
 */
import {
  fdtCell,
  fdtCells,
  fdtFind,
  fdtFirstChild,
  fdtNextSibling,
  fdtNodeNameIs,
  fdtNumber,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
} from '../../lib/fdt.ts';
import { allocate } from '../memory/heap.ts';
import { configurationTree, Module, moduleNamedBy } from './modules.ts';

/** A disk that a guest shall have. */
export class DiskConfiguration {
  /** Null for one on a disk of the host. */
  image: Module | null;
  /** The host's disks are numbered from 0 by ascending address. */
  hostDisk: u32;
  firstSector: u64;
  /** 0 for all that are there. */
  sectors: u64;
  isReadOnly: bool;
  next: DiskConfiguration | null;
}

/** A network card that a guest shall have. */
export class CardConfiguration {
  /** The number of the network that it is plugged into. */
  network: u32;
  next: CardConfiguration | null;
}

/** The disks of a guest's node, in the order of the tree; null for none. */
export function readDisks(tree: usize, node: usize): DiskConfiguration | null {
  let first: DiskConfiguration | null = null;
  let last: DiskConfiguration | null = null;
  for (let child = fdtFirstChild(tree, node); child; child = fdtNextSibling(tree, child)) {
    if (!fdtNodeNameIs(child, 'disk')) continue;
    const disk = readDisk(tree, child);
    if (last) last.next = disk;
    else first = disk;
    last = disk;
  }
  return first;
}

/** Its network cards, likewise. */
export function readCards(tree: usize, node: usize): CardConfiguration | null {
  let first: CardConfiguration | null = null;
  let last: CardConfiguration | null = null;
  for (let child = fdtFirstChild(tree, node); child; child = fdtNextSibling(tree, child)) {
    if (!fdtNodeNameIs(child, 'net')) continue;
    const card = changetype<CardConfiguration>(allocate(offsetof<CardConfiguration>()));
    card.network = fdtNumber(tree, child, 'network', 0);
    if (last) last.next = card;
    else first = card;
    last = card;
  }
  return first;
}

function readDisk(tree: usize, node: usize): DiskConfiguration {
  const disk = changetype<DiskConfiguration>(allocate(offsetof<DiskConfiguration>()));
  disk.image = moduleNamedBy(tree, node, 'module');
  disk.hostDisk = fdtNumber(tree, node, 'host', 0);
  disk.firstSector = number64(tree, node, 'first-sector');
  disk.sectors = number64(tree, node, 'sectors');
  disk.isReadOnly = fdtProperty(tree, node, 'read-only') != 0;
  return disk;
}

/** A property of two cells, or 0. */
function number64(tree: usize, node: usize, name: string): u64 {
  const property = fdtProperty(tree, node, name);
  return property && fdtPropertyLength(property) == 8 ? fdtCells(fdtPropertyData(property), 2) : 0;
}

/** The number of the network that card `number` of the host (from 0, by address) leads out of; -1 for none. */
export function uplinkedNetwork(number: u32): i64 {
  const tree = configurationTree();
  const guests = tree ? fdtFind(tree, '/guests') : 0;
  const uplinks = guests ? fdtProperty(tree, guests, 'uplinks') : 0;
  if (!uplinks || number >= fdtPropertyLength(uplinks) / 4) return -1;
  return fdtCell(fdtPropertyData(uplinks) + 4 * <usize>number);
}
