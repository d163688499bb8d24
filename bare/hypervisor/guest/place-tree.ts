/** A guest's device tree, with what the host's says of harts, into the guest's memory. */
import { fdtProperty, fdtPropertyData, fdtPropertyLength } from '../../lib/fdt.ts';
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { awaitEntropy } from '../host/entropy.ts';
import { hasOverflowInterrupts } from '../host/host-counters.ts';
import { deviceTree, hostCpu, timebaseFrequency } from '../host/machine.ts';
import { copyToGuest } from '../memory/guest-memory.ts';
import { allocate, free } from '../memory/heap.ts';
import { panic } from '../report/panic.ts';
import { hasSstc } from '../vcpu/guest-timer.ts';
import { Guest } from './guest.ts';
import { GuestConfiguration } from './guest-configuration.ts';
import { guestIsa } from './guest-isa.ts';
import { GuestTree, SEED_SIZE, writeGuestTree } from './guest-tree.ts';

const ISA_CAPACITY: u32 = 1024;

/**
 * Writes the tree at `address` in the guest's memory, in at most `capacity` bytes; a ramdisk of size 0 is none. False when it does
 * not fit.
 */
export function placeGuestTree(
  guest: Guest,
  configuration: GuestConfiguration,
  virtioCount: u32,
  address: u64,
  capacity: usize,
  ramdiskStart: u64,
  ramdiskSize: u64,
): bool {
  const isa = allocate(ISA_CAPACITY);
  const seed = allocate(SEED_SIZE);
  const tree = changetype<GuestTree>(allocate(offsetof<GuestTree>()));
  tree.memoryStart = guest.memoryStart;
  tree.memorySize = guest.memorySize;
  if (ramdiskSize) {
    tree.initrdStart = ramdiskStart;
    tree.initrdEnd = ramdiskStart + ramdiskSize;
  }
  tree.bootargs = configuration.bootargs;
  tree.seed = drawSeed(seed) ? seed : 0;
  tree.isa = isa;
  tree.mmuType = hostString('mmu-type');
  tree.timebaseFrequency = timebaseFrequency();
  tree.vcpus = configuration.vcpus;
  tree.hasDevices = guest.devices ? 1 : 0;
  tree.virtioCount = virtioCount;

  const buffer = allocate(capacity);
  const hostIsa = hostString('riscv,isa');
  if (!hostIsa || !guestIsa(hostIsa, isa, ISA_CAPACITY, hasSstc, hasOverflowInterrupts))
    panic("the device tree's first cpu has no riscv,isa of RV64I");
  const size = writeGuestTree(tree, buffer, capacity);
  if (size) copyToGuest(guest, address, buffer, size);
  free(buffer, capacity);
  free(changetype<usize>(tree), offsetof<GuestTree>());
  free(seed, SEED_SIZE);
  free(isa, ISA_CAPACITY);
  return size != 0;
}

function drawSeed(seed: usize): bool {
  lockDevices();
  const isThere = awaitEntropy(seed, SEED_SIZE);
  unlockDevices();
  return isThere;
}

/** The text of a property of the host's first hart, or 0. */
function hostString(name: string): usize {
  const property = fdtProperty(deviceTree(), hostCpu(), name);
  if (!property) return 0;
  const length = fdtPropertyLength(property);
  const text = fdtPropertyData(property);
  return length && load<u8>(text + length - 1) == 0 ? text : 0;
}
