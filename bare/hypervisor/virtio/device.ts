/**
 * What all virtio devices of guests have in common, whatever their type (virtio 1.2, chapter 2): status, features, configuration
 * space, virtqueues, interrupts.
 */
import { print } from '../../lib/print.ts';
import {
  VIRTIO_F_EVENT_IDX,
  VIRTIO_F_INDIRECT_DESC,
  VIRTIO_F_RING_PACKED,
  VIRTIO_F_VERSION_1,
  VIRTIO_ID_BLOCK,
  VIRTIO_ID_CONSOLE,
  VIRTIO_ID_NET,
  VIRTIO_INTERRUPT_CONFIG_CHANGE,
  VIRTIO_INTERRUPT_USED_BUFFER,
  VIRTIO_STATUS_DEVICE_NEEDS_RESET,
  VIRTIO_STATUS_DRIVER_OK,
  VIRTIO_STATUS_FEATURES_OK,
} from '../../rv/virtio.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { Guest, printName } from '../guest/guest.ts';
import { allocate, free } from '../memory/heap.ts';
import { Queue, startQueue } from './queue.ts';

/** What every device here offers. */
const COMMON_FEATURES: u64 = VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 | VIRTIO_F_RING_PACKED;

/** Of the device status (2.1). */
const STATUS_BITS: u32 = 0xff;

/** A driver that breaks rules again and again is reported so often. */
const MOST_REPORTS: u32 = 4;

/** The driver may have added buffers to a queue. */
export type NotifyModel = (device: VirtioDevice, queue: u32) => void;
/** The driver has reset the device: buffers that the model has kept are not its own any more. */
export type ResetModel = (device: VirtioDevice) => void;
/** The wire to the interrupt controller: called when its level is worked out anew, changed or not. */
export type SetLine = (guest: Guest, source: u32, level: bool) => void;

export class VirtioDevice {
  guest: Guest;
  /** Of the interrupt controller. */
  source: u32;
  setLine: SetLine;
  /** What its type of device has of its own. */
  model: usize;
  notify: NotifyModel;
  reset: ResetModel;
  id: u32;
  offered: u64;
  accepted: u64;
  /** Features from 64 up, of which none is offered. */
  acceptedBeyond: u32;
  status: u32;
  interruptStatus: u32;
  /** The configuration space, little-endian, and its size in bytes. */
  config: usize;
  configSize: u32;
  queueCount: u32;
  reports: u32;
  // What the transport selects: mmio.ts.
  deviceFeaturesSel: u32;
  driverFeaturesSel: u32;
  queueSel: u32;
  next: VirtioDevice | null;
}

/** The queues stand behind the fields. */
const QUEUES: usize = offsetof<VirtioDevice>();

function sizeOf(queueCount: u32): usize {
  return QUEUES + queueCount * offsetof<Queue>();
}

/** A device after reset; the caller fills in model, notify, reset and the configuration space. */
export function createVirtioDevice(
  guest: Guest,
  id: u32,
  features: u64,
  queueCount: u32,
  queueSize: u32,
  configSize: u32,
): VirtioDevice {
  const device = changetype<VirtioDevice>(allocate(sizeOf(queueCount)));
  device.guest = guest;
  device.id = id;
  device.offered = features | COMMON_FEATURES;
  device.configSize = configSize;
  if (configSize) device.config = allocate(configSize);
  device.queueCount = queueCount;
  for (let index: u32 = 0; index < queueCount; index++) {
    const queue = queueAt(device, index);
    queue.device = device;
    queue.index = index;
    queue.maximum = queueSize;
  }
  return device;
}

export function freeVirtioDevice(device: VirtioDevice): void {
  if (device.configSize) free(device.config, device.configSize);
  free(changetype<usize>(device), sizeOf(device.queueCount));
}

/** `index` is below `queueCount`. */
export function queueAt(device: VirtioDevice, index: u32): Queue {
  return changetype<Queue>(changetype<usize>(device) + QUEUES + index * offsetof<Queue>());
}

/** Whether the driver has accepted a feature. */
export function hasFeature(device: VirtioDevice, feature: u64): bool {
  return (device.accepted & feature) != 0;
}

/** The driver is ready, and has broken no rule since the last reset. */
export function isRunning(device: VirtioDevice): bool {
  return (device.status & (VIRTIO_STATUS_DRIVER_OK | VIRTIO_STATUS_DEVICE_NEEDS_RESET)) == VIRTIO_STATUS_DRIVER_OK;
}

/** Ignored once features are settled (3.1.1). `word` has features 32 * word and up. */
export function acceptFeatures(device: VirtioDevice, word: u32, bits: u32): void {
  if (device.status & VIRTIO_STATUS_FEATURES_OK) return;
  if (word > 1) {
    device.acceptedBeyond |= bits;
    return;
  }
  const shift = (<u64>word) << 5;
  device.accepted = (device.accepted & ~((<u64>0xffff_ffff) << shift)) | ((<u64>bits) << shift);
}

/**
 * Writing 0 resets. Bits are never cleared otherwise (2.1.1). FEATURES_OK stays clear when the driver has accepted what was not
 * offered (2.2.2), and DRIVER_OK without it.
 */
export function writeStatus(device: VirtioDevice, value: u32): void {
  if (!value) {
    resetDevice(device);
    return;
  }
  const before = device.status;
  let status = before | (value & STATUS_BITS & ~VIRTIO_STATUS_DEVICE_NEEDS_RESET);
  if (device.accepted & ~device.offered || device.acceptedBeyond) status &= ~VIRTIO_STATUS_FEATURES_OK;
  if (!(status & VIRTIO_STATUS_FEATURES_OK)) status &= ~VIRTIO_STATUS_DRIVER_OK;
  device.status = status;
  if (status & ~before & VIRTIO_STATUS_DRIVER_OK) start(device);
}

/** The driver may have added buffers before it was ready, without a notification (3.1.1). */
function start(device: VirtioDevice): void {
  for (let index: u32 = 0; index < device.queueCount; index++) {
    const queue = queueAt(device, index);
    if (queue.ready && isRunning(device)) startQueue(queue);
  }
  for (let index: u32 = 0; index < device.queueCount; index++) notifyQueue(device, index);
}

/** The driver gives the queue to the device, or takes it back. */
export function setReady(queue: Queue, ready: bool): void {
  if (queue.ready == ready) return;
  queue.ready = ready;
  if (!ready) queue.live = false;
  else if (isRunning(queue.device)) startQueue(queue);
}

/** The driver says that it has added buffers to a queue. */
export function notifyQueue(device: VirtioDevice, index: u32): void {
  if (index < device.queueCount && isRunning(device) && queueAt(device, index).live) device.notify(device, index);
}

/** Afterwards the driver's memory is its own: what the model still had to do is done, without the rings that it would end in. */
export function resetDevice(device: VirtioDevice): void {
  for (let index: u32 = 0; index < device.queueCount; index++) queueAt(device, index).live = false;
  device.reset(device);
  device.status = 0;
  device.accepted = 0;
  device.acceptedBeyond = 0;
  for (let index: u32 = 0; index < device.queueCount; index++) {
    const queue = queueAt(device, index);
    queue.ready = false;
    queue.size = 0;
    queue.descriptors = 0;
    queue.driver = 0;
    queue.used = 0;
  }
  setInterruptStatus(device, 0);
}

/** The driver has broken a rule, and the device cannot go on until it is reset (2.1.2). */
export function breakDevice(device: VirtioDevice, reason: string): void {
  if (device.status & VIRTIO_STATUS_DEVICE_NEEDS_RESET) return;
  device.status |= VIRTIO_STATUS_DEVICE_NEEDS_RESET;
  for (let index: u32 = 0; index < device.queueCount; index++) queueAt(device, index).live = false;
  if (device.reports < MOST_REPORTS) {
    device.reports++;
    beginMessage();
    print('guest ');
    printName(device.guest);
    print(': its ');
    print(nameOf(device.id));
    print(' device stops until the driver resets it: ');
    print(reason);
    endMessage();
  }
  setInterruptStatus(device, device.interruptStatus | VIRTIO_INTERRUPT_CONFIG_CHANGE);
}

function nameOf(id: u32): string {
  return id == VIRTIO_ID_NET
    ? 'network'
    : id == VIRTIO_ID_BLOCK
      ? 'block'
      : id == VIRTIO_ID_CONSOLE
        ? 'console'
        : 'entropy';
}

/** Used buffers wait for the driver. */
export function interruptDriver(device: VirtioDevice): void {
  setInterruptStatus(device, device.interruptStatus | VIRTIO_INTERRUPT_USED_BUFFER);
}

/** The line is up while a bit is set (4.2.3.4). */
export function setInterruptStatus(device: VirtioDevice, bits: u32): void {
  device.interruptStatus = bits;
  device.setLine(device.guest, device.source, bits != 0);
}

/** `width` bytes of the configuration space; zeros behind its end. */
export function readConfig(device: VirtioDevice, offset: u32, width: u32): u64 {
  let value: u64 = 0;
  for (let byte: u32 = 0; byte < width; byte++) {
    if (offset + byte < device.configSize) value |= (<u64>load<u8>(device.config + offset + byte)) << (8 * byte);
  }
  return value;
}
