/**
 * Virtio over MMIO, version 2 (virtio 1.2, 4.2): the registers through which a driver finds a device and sets it up. Control
 * registers take 4 bytes, other widths read zero and write nothing; the configuration space from 0x100 on takes 1, 2 and 4.
 */
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

// Register offsets (4.2.2, table 4.1).
const MAGIC_VALUE: u32 = 0x000;
const VERSION: u32 = 0x004;
const DEVICE_ID: u32 = 0x008;
const VENDOR_ID: u32 = 0x00c;
const DEVICE_FEATURES: u32 = 0x010;
const DEVICE_FEATURES_SEL: u32 = 0x014;
const DRIVER_FEATURES: u32 = 0x020;
const DRIVER_FEATURES_SEL: u32 = 0x024;
const QUEUE_SEL: u32 = 0x030;
const QUEUE_NUM_MAX: u32 = 0x034;
const QUEUE_NUM: u32 = 0x038;
const QUEUE_READY: u32 = 0x044;
const QUEUE_NOTIFY: u32 = 0x050;
const INTERRUPT_STATUS: u32 = 0x060;
const INTERRUPT_ACK: u32 = 0x064;
const STATUS: u32 = 0x070;
const QUEUE_DESC_LOW: u32 = 0x080;
const QUEUE_DESC_HIGH: u32 = 0x084;
const QUEUE_DRIVER_LOW: u32 = 0x090;
const QUEUE_DRIVER_HIGH: u32 = 0x094;
const QUEUE_DEVICE_LOW: u32 = 0x0a0;
const QUEUE_DEVICE_HIGH: u32 = 0x0a4;
const SHM_LEN_LOW: u32 = 0x0b0;
const SHM_BASE_HIGH: u32 = 0x0bc;
const CONFIG: u32 = 0x100;

const MAGIC: u32 = 0x7472_6976; // "virt"
const MODERN: u32 = 2;
/** "QEMU", as the machine's own devices have it: xv6's driver takes no other. */
const VENDOR: u32 = 0x554d_4551;
const CONTROL_WIDTH: u32 = 4;

export function readVirtio(address: usize, offset: u32, width: u32): u64 {
  const device = changetype<VirtioDevice>(address);
  if (offset >= CONFIG) return readConfig(device, offset - CONFIG, width);
  return width == CONTROL_WIDTH ? readControl(device, offset) : 0;
}

export function writeVirtio(address: usize, offset: u32, width: u32, value: u64): void {
  // No device here has anything in its configuration space that a driver may write.
  if (offset < CONFIG && width == CONTROL_WIDTH) writeControl(changetype<VirtioDevice>(address), offset, <u32>value);
}

function readControl(device: VirtioDevice, offset: u32): u32 {
  // There is no shared memory: length and base of its regions are all ones (2.10, 4.2.2).
  if (offset >= SHM_LEN_LOW && offset <= SHM_BASE_HIGH) return ~(<u32>0);
  const hasQueue = device.queueSel < device.queueCount;
  switch (offset) {
    case MAGIC_VALUE:
      return MAGIC;
    case VERSION:
      return MODERN;
    case DEVICE_ID:
      return device.id;
    case VENDOR_ID:
      return VENDOR;
    case DEVICE_FEATURES:
      return device.deviceFeaturesSel > 1 ? 0 : <u32>(device.offered >> ((<u64>device.deviceFeaturesSel) << 5));
    case QUEUE_NUM_MAX:
      return hasQueue ? queueAt(device, device.queueSel).maximum : 0;
    case QUEUE_READY:
      return hasQueue && queueAt(device, device.queueSel).ready ? 1 : 0;
    case INTERRUPT_STATUS:
      return device.interruptStatus;
    case STATUS:
      return device.status;
    default:
      // ConfigGeneration among them: no configuration space changes.
      return 0;
  }
}

function writeControl(device: VirtioDevice, offset: u32, value: u32): void {
  switch (offset) {
    case DEVICE_FEATURES_SEL:
      device.deviceFeaturesSel = value;
      break;
    case DRIVER_FEATURES_SEL:
      device.driverFeaturesSel = value;
      break;
    case DRIVER_FEATURES:
      acceptFeatures(device, device.driverFeaturesSel, value);
      break;
    case QUEUE_SEL:
      device.queueSel = value;
      break;
    case QUEUE_NOTIFY:
      notifyQueue(device, value);
      break;
    case INTERRUPT_ACK:
      setInterruptStatus(device, device.interruptStatus & ~value);
      break;
    case STATUS:
      writeStatus(device, value);
      break;
    default:
      if (device.queueSel < device.queueCount) writeQueue(queueAt(device, device.queueSel), offset, value);
  }
}

/** But for QueueReady a driver does not touch these while the queue is ready (4.2.2.2): ignored then. */
function writeQueue(queue: Queue, offset: u32, value: u32): void {
  if (offset == QUEUE_READY) {
    setReady(queue, value == 1);
    return;
  }
  if (queue.ready) return;
  switch (offset) {
    case QUEUE_NUM:
      queue.size = value;
      break;
    case QUEUE_DESC_LOW:
      queue.descriptors = withLow(queue.descriptors, value);
      break;
    case QUEUE_DESC_HIGH:
      queue.descriptors = withHigh(queue.descriptors, value);
      break;
    case QUEUE_DRIVER_LOW:
      queue.driver = withLow(queue.driver, value);
      break;
    case QUEUE_DRIVER_HIGH:
      queue.driver = withHigh(queue.driver, value);
      break;
    case QUEUE_DEVICE_LOW:
      queue.used = withLow(queue.used, value);
      break;
    case QUEUE_DEVICE_HIGH:
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
