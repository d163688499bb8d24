/**
 * Virtio devices of the host, found and set up over MMIO (virtio 1.2, 3.1 and 4.2) by the hypervisor as their driver. QEMU's are of
 * version 1 unless it is told otherwise, which has the legacy interface (4.2.4).
 */
import { fdtFindCompatible } from '../../lib/fdt.ts';
import { print, printDecimal, printHex } from '../../lib/print.ts';
import { mmio_read32, mmio_write32 } from '../../rv/intrinsics.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { allocate } from '../memory/heap.ts';
import { deviceAddress, deviceSize, deviceSource, mapDevice } from './device.ts';
import { Handler, handleSource, ServeInterrupt } from './interrupts.ts';

// Register offsets (4.2.2, table 4.1).
const MAGIC_VALUE: usize = 0x000;
const VERSION: usize = 0x004;
const DEVICE_ID: usize = 0x008;
const DEVICE_FEATURES: usize = 0x010;
const DEVICE_FEATURES_SEL: usize = 0x014;
const DRIVER_FEATURES: usize = 0x020;
const DRIVER_FEATURES_SEL: usize = 0x024;
export const QUEUE_SEL: usize = 0x030;
export const QUEUE_NUM_MAX: usize = 0x034;
export const QUEUE_NUM: usize = 0x038;
export const QUEUE_READY: usize = 0x044;
export const QUEUE_NOTIFY: usize = 0x050;
/** Of version 1 (4.2.4): its pages, and where a queue's areas lie, in one piece, in numbers of pages. */
const GUEST_PAGE_SIZE: usize = 0x028;
export const QUEUE_ALIGN: usize = 0x03c;
export const QUEUE_PFN: usize = 0x040;
const INTERRUPT_STATUS: usize = 0x060;
const INTERRUPT_ACK: usize = 0x064;
const STATUS: usize = 0x070;
export const QUEUE_DESC: usize = 0x080;
export const QUEUE_DRIVER: usize = 0x090;
export const QUEUE_DEVICE: usize = 0x0a0;
const CONFIG: usize = 0x100;

const MAGIC: u32 = 0x7472_6976; // "virt"
const LEGACY: u32 = 1;
const MODERN: u32 = 2;

const ACKNOWLEDGE: u32 = 1;
const DRIVER: u32 = 2;
const DRIVER_OK: u32 = 4;
const FEATURES_OK: u32 = 8;
/** Without it a device of version 1 is particular about which part of a request is in which descriptor (2.7.4.3). */
export const VIRTIO_F_ANY_LAYOUT: u64 = 1 << 27;
const VERSION_1: u64 = 1 << 32;

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
    if (mmio_read32(base + MAGIC_VALUE) != MAGIC || !mmio_read32(base + DEVICE_ID)) continue;
    const version = mmio_read32(base + VERSION);
    if (version == LEGACY || version == MODERN) insert(base, deviceSource(tree, node), version == LEGACY);
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
  device.id = mmio_read32(base + DEVICE_ID);
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
  mmio_write32(base + STATUS, 0);
  mmio_write32(base + STATUS, ACKNOWLEDGE | DRIVER);
  device.features = offered(base) & (wanted | VERSION_1);
  accept(base, 0, <u32>device.features);
  if (device.isLegacy) {
    // It has no features from 32 up, and is not asked whether it agrees (3.1.2).
    mmio_write32(base + GUEST_PAGE_SIZE, <u32>PAGE_SIZE);
    return true;
  }
  accept(base, 1, <u32>(device.features >> 32));
  mmio_write32(base + STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
  return (mmio_read32(base + STATUS) & FEATURES_OK) != 0;
}

function accept(base: usize, word: u32, features: u32): void {
  mmio_write32(base + DRIVER_FEATURES_SEL, word);
  mmio_write32(base + DRIVER_FEATURES, features);
}

function offered(base: usize): u64 {
  mmio_write32(base + DEVICE_FEATURES_SEL, 0);
  const low = mmio_read32(base + DEVICE_FEATURES);
  mmio_write32(base + DEVICE_FEATURES_SEL, 1);
  return low | ((<u64>mmio_read32(base + DEVICE_FEATURES)) << 32);
}

/** The queues are set up: from now on the device works, and its interrupts go to `serve` with `driver`. */
export function startHostVirtio(device: HostVirtio, driver: usize, serve: ServeInterrupt): void {
  device.handler = handleSource(device.source, driver, serve);
  const agreed = device.isLegacy ? 0 : FEATURES_OK;
  mmio_write32(device.base + STATUS, ACKNOWLEDGE | DRIVER | agreed | DRIVER_OK);
}

/** Takes back the interrupt; what it was for is looked for afterwards. */
export function acknowledge(device: HostVirtio): void {
  mmio_write32(device.base + INTERRUPT_ACK, mmio_read32(device.base + INTERRUPT_STATUS));
}

/** A word of the configuration space. */
export function hostConfig(device: HostVirtio, offset: usize): u32 {
  return mmio_read32(device.base + CONFIG + offset);
}
