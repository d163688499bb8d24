/**
 * Virtio devices of the host, found and set up over MMIO (virtio 1.2, 3.1 and 4.2) by the hypervisor as their driver. QEMU's are of
 * version 1 unless it is told otherwise, which has the legacy interface (4.2.4).
 */
import { fdtFindCompatible } from '../../lib/fdt.ts';
import { print, printDecimal, printHex } from '../../lib/print.ts';
import { mmio_read32, mmio_write32 } from '../../rv/intrinsics.ts';
import {
  VIRTIO_F_VERSION_1,
  VIRTIO_LEGACY,
  VIRTIO_MAGIC,
  VIRTIO_MMIO_CONFIG,
  VIRTIO_MMIO_DEVICE_FEATURES,
  VIRTIO_MMIO_DEVICE_FEATURES_SEL,
  VIRTIO_MMIO_DEVICE_ID,
  VIRTIO_MMIO_DRIVER_FEATURES,
  VIRTIO_MMIO_DRIVER_FEATURES_SEL,
  VIRTIO_MMIO_GUEST_PAGE_SIZE,
  VIRTIO_MMIO_INTERRUPT_ACK,
  VIRTIO_MMIO_INTERRUPT_STATUS,
  VIRTIO_MMIO_MAGIC_VALUE,
  VIRTIO_MMIO_STATUS,
  VIRTIO_MMIO_VERSION,
  VIRTIO_MODERN,
  VIRTIO_STATUS_ACKNOWLEDGE,
  VIRTIO_STATUS_DRIVER,
  VIRTIO_STATUS_DRIVER_OK,
  VIRTIO_STATUS_FEATURES_OK,
} from '../../rv/virtio.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { allocate } from '../memory/heap.ts';
import { deviceAddress, deviceSize, deviceSource, mapDevice } from './device.ts';
import { Handler, handleSource, ServeInterrupt } from './interrupts.ts';

export class HostVirtio {
  base: usize;
  id: u32;
  source: u32;
  isLegacy: bool;
  /** Those that both sides have. */
  features: u64;
  /** Null until it works. */
  handler: Handler | null;
  /** By ascending address. */
  next: HostVirtio | null;
}

let first: HostVirtio | null = null;

/** Finds the devices that are there. */
export function findHostVirtio(tree: usize): HostVirtio | null {
  for (
    let node = fdtFindCompatible(tree, 0, 'virtio,mmio');
    node;
    node = fdtFindCompatible(tree, node, 'virtio,mmio')
  ) {
    const base = deviceAddress(tree, node);
    mapDevice(base, deviceSize(tree, node));
    if (mmio_read32(base + VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MAGIC || !mmio_read32(base + VIRTIO_MMIO_DEVICE_ID))
      continue;
    const version = mmio_read32(base + VIRTIO_MMIO_VERSION);
    if (version == VIRTIO_LEGACY || version == VIRTIO_MODERN)
      insert(base, deviceSource(tree, node), version == VIRTIO_LEGACY);
    else complain(base, version);
  }
  return first;
}

function complain(base: usize, version: u32): void {
  beginMessage();
  print('the virtio device at ');
  printHex(base);
  print(' has version ');
  printDecimal(version);
  print(', not 1 or 2: left alone');
  endMessage();
}

function insert(base: usize, source: u32, isLegacy: bool): void {
  const device = changetype<HostVirtio>(allocate(offsetof<HostVirtio>()));
  device.base = base;
  device.id = mmio_read32(base + VIRTIO_MMIO_DEVICE_ID);
  device.source = source;
  device.isLegacy = isLegacy;
  let before: HostVirtio | null = null;
  let after = first;
  while (after && after.base < base) {
    before = after;
    after = after.next;
  }
  device.next = after;
  if (before) before.next = device;
  else first = device;
}

/** Resets the device and takes of the features wanted those that it has; false when it does not take them. */
export function negotiate(device: HostVirtio, wanted: u64): bool {
  const base = device.base;
  mmio_write32(base + VIRTIO_MMIO_STATUS, 0);
  mmio_write32(base + VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
  device.features = offered(base) & (wanted | VIRTIO_F_VERSION_1);
  accept(base, 0, <u32>device.features);
  if (device.isLegacy) {
    // It has no features from 32 up, and is not asked whether it agrees (3.1.2).
    mmio_write32(base + VIRTIO_MMIO_GUEST_PAGE_SIZE, <u32>PAGE_SIZE);
    return true;
  }
  accept(base, 1, <u32>(device.features >> 32));
  mmio_write32(base + VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK);
  return (mmio_read32(base + VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_FEATURES_OK) != 0;
}

function accept(base: usize, word: u32, features: u32): void {
  mmio_write32(base + VIRTIO_MMIO_DRIVER_FEATURES_SEL, word);
  mmio_write32(base + VIRTIO_MMIO_DRIVER_FEATURES, features);
}

function offered(base: usize): u64 {
  mmio_write32(base + VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
  const low = mmio_read32(base + VIRTIO_MMIO_DEVICE_FEATURES);
  mmio_write32(base + VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
  return low | ((<u64>mmio_read32(base + VIRTIO_MMIO_DEVICE_FEATURES)) << 32);
}

/** The queues are set up: from now on the device works, and its interrupts go to `serve` with `driver`. */
export function startHostVirtio(device: HostVirtio, driver: usize, serve: ServeInterrupt): void {
  device.handler = handleSource(device.source, driver, serve);
  const agreed = device.isLegacy ? 0 : VIRTIO_STATUS_FEATURES_OK;
  mmio_write32(
    device.base + VIRTIO_MMIO_STATUS,
    VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | agreed | VIRTIO_STATUS_DRIVER_OK,
  );
}

/** Takes back the interrupt; what it was for is looked for afterwards. */
export function acknowledge(device: HostVirtio): void {
  mmio_write32(device.base + VIRTIO_MMIO_INTERRUPT_ACK, mmio_read32(device.base + VIRTIO_MMIO_INTERRUPT_STATUS));
}

/** A word of the configuration space. */
export function hostConfig(device: HostVirtio, offset: usize): u32 {
  return mmio_read32(device.base + VIRTIO_MMIO_CONFIG + offset);
}
