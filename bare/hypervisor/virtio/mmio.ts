/**
 * Virtio over MMIO, version 2 (virtio 1.2, 4.2): the registers through which a driver finds a device and sets it up. Control
 * registers take 4 bytes, other widths read zero and write nothing; the configuration space from 0x100 on takes 1, 2 and 4.
 */
import {
  VIRTIO_MAGIC,
  VIRTIO_MMIO_CONFIG,
  VIRTIO_MMIO_DEVICE_FEATURES,
  VIRTIO_MMIO_DEVICE_FEATURES_SEL,
  VIRTIO_MMIO_DEVICE_ID,
  VIRTIO_MMIO_DRIVER_FEATURES,
  VIRTIO_MMIO_DRIVER_FEATURES_SEL,
  VIRTIO_MMIO_INTERRUPT_ACK,
  VIRTIO_MMIO_INTERRUPT_STATUS,
  VIRTIO_MMIO_MAGIC_VALUE,
  VIRTIO_MMIO_QUEUE_DESC_HIGH,
  VIRTIO_MMIO_QUEUE_DESC_LOW,
  VIRTIO_MMIO_QUEUE_DEVICE_HIGH,
  VIRTIO_MMIO_QUEUE_DEVICE_LOW,
  VIRTIO_MMIO_QUEUE_DRIVER_HIGH,
  VIRTIO_MMIO_QUEUE_DRIVER_LOW,
  VIRTIO_MMIO_QUEUE_NOTIFY,
  VIRTIO_MMIO_QUEUE_NUM,
  VIRTIO_MMIO_QUEUE_NUM_MAX,
  VIRTIO_MMIO_QUEUE_READY,
  VIRTIO_MMIO_QUEUE_SEL,
  VIRTIO_MMIO_SHM_BASE_HIGH,
  VIRTIO_MMIO_SHM_LEN_LOW,
  VIRTIO_MMIO_STATUS,
  VIRTIO_MMIO_VENDOR_ID,
  VIRTIO_MMIO_VERSION,
  VIRTIO_MODERN,
} from '../../rv/virtio.ts';
import {
  acceptFeatures,
  notifyQueue,
  queueAt,
  readConfig,
  setInterruptStatus,
  setReady,
  VirtioDevice,
  writeStatus,
} from './device.ts';
import { Queue } from './queue.ts';

/** "QEMU", as the machine's own devices have it: xv6's driver takes no other. */
const VENDOR: u32 = 0x554d_4551;
const CONTROL_WIDTH: u32 = 4;

export function readVirtio(address: usize, offset: u32, width: u32): u64 {
  const device = changetype<VirtioDevice>(address);
  if (offset >= VIRTIO_MMIO_CONFIG) return readConfig(device, offset - VIRTIO_MMIO_CONFIG, width);
  return width == CONTROL_WIDTH ? readControl(device, offset) : 0;
}

export function writeVirtio(address: usize, offset: u32, width: u32, value: u64): void {
  // No device here has anything in its configuration space that a driver may write.
  if (offset < VIRTIO_MMIO_CONFIG && width == CONTROL_WIDTH)
    writeControl(changetype<VirtioDevice>(address), offset, <u32>value);
}

function readControl(device: VirtioDevice, offset: u32): u32 {
  // There is no shared memory: length and base of its regions are all ones (2.10, 4.2.2).
  if (offset >= VIRTIO_MMIO_SHM_LEN_LOW && offset <= VIRTIO_MMIO_SHM_BASE_HIGH) return ~(<u32>0);
  const hasQueue = device.queueSel < device.queueCount;
  switch (offset) {
    case VIRTIO_MMIO_MAGIC_VALUE:
      return VIRTIO_MAGIC;
    case VIRTIO_MMIO_VERSION:
      return VIRTIO_MODERN;
    case VIRTIO_MMIO_DEVICE_ID:
      return device.id;
    case VIRTIO_MMIO_VENDOR_ID:
      return VENDOR;
    case VIRTIO_MMIO_DEVICE_FEATURES:
      return device.deviceFeaturesSel > 1 ? 0 : <u32>(device.offered >> ((<u64>device.deviceFeaturesSel) << 5));
    case VIRTIO_MMIO_QUEUE_NUM_MAX:
      return hasQueue ? queueAt(device, device.queueSel).maximum : 0;
    case VIRTIO_MMIO_QUEUE_READY:
      return hasQueue && queueAt(device, device.queueSel).ready ? 1 : 0;
    case VIRTIO_MMIO_INTERRUPT_STATUS:
      return device.interruptStatus;
    case VIRTIO_MMIO_STATUS:
      return device.status;
    default:
      // ConfigGeneration among them: no configuration space changes.
      return 0;
  }
}

function writeControl(device: VirtioDevice, offset: u32, value: u32): void {
  switch (offset) {
    case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
      device.deviceFeaturesSel = value;
      break;
    case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
      device.driverFeaturesSel = value;
      break;
    case VIRTIO_MMIO_DRIVER_FEATURES:
      acceptFeatures(device, device.driverFeaturesSel, value);
      break;
    case VIRTIO_MMIO_QUEUE_SEL:
      device.queueSel = value;
      break;
    case VIRTIO_MMIO_QUEUE_NOTIFY:
      notifyQueue(device, value);
      break;
    case VIRTIO_MMIO_INTERRUPT_ACK:
      setInterruptStatus(device, device.interruptStatus & ~value);
      break;
    case VIRTIO_MMIO_STATUS:
      writeStatus(device, value);
      break;
    default:
      if (device.queueSel < device.queueCount) writeQueue(queueAt(device, device.queueSel), offset, value);
  }
}

/** But for QueueReady a driver does not touch these while the queue is ready (4.2.2.2): ignored then. */
function writeQueue(queue: Queue, offset: u32, value: u32): void {
  if (offset == VIRTIO_MMIO_QUEUE_READY) {
    setReady(queue, value == 1);
    return;
  }
  if (queue.ready) return;
  switch (offset) {
    case VIRTIO_MMIO_QUEUE_NUM:
      queue.size = value;
      break;
    case VIRTIO_MMIO_QUEUE_DESC_LOW:
      queue.descriptors = withLow(queue.descriptors, value);
      break;
    case VIRTIO_MMIO_QUEUE_DESC_HIGH:
      queue.descriptors = withHigh(queue.descriptors, value);
      break;
    case VIRTIO_MMIO_QUEUE_DRIVER_LOW:
      queue.driver = withLow(queue.driver, value);
      break;
    case VIRTIO_MMIO_QUEUE_DRIVER_HIGH:
      queue.driver = withHigh(queue.driver, value);
      break;
    case VIRTIO_MMIO_QUEUE_DEVICE_LOW:
      queue.used = withLow(queue.used, value);
      break;
    case VIRTIO_MMIO_QUEUE_DEVICE_HIGH:
      queue.used = withHigh(queue.used, value);
      break;
    default:
      break;
  }
}

function withLow(address: u64, low: u32): u64 {
  return (address & 0xffff_ffff_0000_0000) | low;
}

function withHigh(address: u64, high: u32): u64 {
  return (address & 0xffff_ffff) | ((<u64>high) << 32);
}
