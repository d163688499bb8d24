/**
 * Virtio over MMIO, version 2 (virtio 1.2, 4.2): the registers through which a driver finds a device and sets it up.
 *
 * Control registers take aligned accesses of 4 bytes, others read zero and write nothing; the configuration space from 0x100
 * on takes 1, 2 and 4.
 */

import type { AccessSize, Device, InterruptLine } from '../device.ts';
import type { State, StateReader } from '../state.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { VirtioModel } from './model.ts';
import { type QueueSetup, VirtioDevice } from './virtio-device.ts';

export const VIRTIO_MMIO_LENGTH = 0x1000;

// Register offsets (virtio 1.2, 4.2.2, table 4.1).
export const MAGIC_VALUE = 0x000;
export const VERSION = 0x004;
export const DEVICE_ID = 0x008;
export const VENDOR_ID = 0x00c;
export const DEVICE_FEATURES = 0x010;
export const DEVICE_FEATURES_SEL = 0x014;
export const DRIVER_FEATURES = 0x020;
export const DRIVER_FEATURES_SEL = 0x024;
export const QUEUE_SEL = 0x030;
export const QUEUE_NUM_MAX = 0x034;
export const QUEUE_NUM = 0x038;
export const QUEUE_READY = 0x044;
export const QUEUE_NOTIFY = 0x050;
export const INTERRUPT_STATUS = 0x060;
export const INTERRUPT_ACK = 0x064;
export const STATUS = 0x070;
export const QUEUE_DESC_LOW = 0x080;
export const QUEUE_DESC_HIGH = 0x084;
export const QUEUE_DRIVER_LOW = 0x090;
export const QUEUE_DRIVER_HIGH = 0x094;
export const QUEUE_DEVICE_LOW = 0x0a0;
export const QUEUE_DEVICE_HIGH = 0x0a4;
export const SHM_LEN_LOW = 0x0b0;
export const SHM_BASE_HIGH = 0x0bc;
export const CONFIG_GENERATION = 0x0fc;
export const CONFIG = 0x100;

export const MAGIC = 0x7472_6976; // "virt"
/** "QEMU": a number without a meaning to most drivers, but xv6's takes no other. */
const VENDOR = 0x554d_4551;

export const INTERRUPT_USED_BUFFER = 1;
export const INTERRUPT_CONFIG_CHANGE = 2;

/** The word of `QueueSetup.areas` behind a register. */
const AREA_WORDS: Readonly<Record<number, number>> = {
  [QUEUE_DESC_LOW]: 0,
  [QUEUE_DESC_HIGH]: 1,
  [QUEUE_DRIVER_LOW]: 2,
  [QUEUE_DRIVER_HIGH]: 3,
  [QUEUE_DEVICE_LOW]: 4,
  [QUEUE_DEVICE_HIGH]: 5,
};

export interface VirtioMmioOptions {
  /** Left out, the slot is empty: its DeviceID is 0, and drivers pass it by (virtio 1.2, 4.2.2.2). */
  readonly model?: VirtioModel | undefined;
  readonly memory: GuestMemory;
  readonly interrupt: InterruptLine;
  /** A line for the user, about a driver that broke a rule or a host that failed. */
  readonly warn: (message: string) => void;
  /** See `VirtioDeviceOptions.later`. */
  readonly later?: ((work: () => void) => void) | undefined;
}

export class VirtioMmio implements Device {
  readonly #device: VirtioDevice | undefined;
  readonly #interrupt: InterruptLine;
  #deviceFeaturesSel = 0;
  #driverFeaturesSel = 0;
  #queueSel = 0;
  #interruptStatus = 0;

  constructor({ model, memory, interrupt, warn, later }: VirtioMmioOptions) {
    this.#interrupt = interrupt;
    if (model === undefined) return;
    const causes = { used: INTERRUPT_USED_BUFFER, config: INTERRUPT_CONFIG_CHANGE };
    this.#device = new VirtioDevice({
      model,
      memory,
      interrupt: (cause) => this.#setInterruptStatus(this.#interruptStatus | causes[cause]),
      warn,
      later,
    });
  }

  read(offset: number, size: AccessSize): number {
    if (offset >= CONFIG) return this.#device?.readConfig(offset - CONFIG, size) ?? 0;
    if (size !== 4 || offset % 4 !== 0) return 0;
    if (offset === MAGIC_VALUE) return MAGIC;
    if (offset === VERSION) return 2;
    if (offset === VENDOR_ID) return VENDOR;
    return this.#device === undefined ? 0 : this.#readRegister(this.#device, offset);
  }

  write(offset: number, size: AccessSize, value: number): void {
    if (this.#device === undefined) return;
    if (offset >= CONFIG) this.#device.writeConfig(offset - CONFIG, size, value);
    else if (size === 4 && offset % 4 === 0) this.#writeRegister(this.#device, offset, value);
  }

  reset(): void {
    this.#deviceFeaturesSel = 0;
    this.#driverFeaturesSel = 0;
    this.#queueSel = 0;
    this.#device?.reset();
    this.#setInterruptStatus(0);
  }

  save(): State {
    return {
      deviceFeaturesSel: this.#deviceFeaturesSel,
      driverFeaturesSel: this.#driverFeaturesSel,
      queueSel: this.#queueSel,
      interruptStatus: this.#interruptStatus,
      device: this.#device?.save(),
    };
  }

  load(state: StateReader): void {
    this.#deviceFeaturesSel = state.number('deviceFeaturesSel', 0xffff_ffff);
    this.#driverFeaturesSel = state.number('driverFeaturesSel', 0xffff_ffff);
    this.#queueSel = state.number('queueSel', 0xffff_ffff);
    this.#interruptStatus = state.number('interruptStatus', INTERRUPT_USED_BUFFER | INTERRUPT_CONFIG_CHANGE);
    this.#device?.load(state.state('device'));
  }

  #readRegister(device: VirtioDevice, offset: number): number {
    // No device here has shared memory: length and base of its regions are all ones (2.10, 4.2.2).
    if (offset >= SHM_LEN_LOW && offset <= SHM_BASE_HIGH) return 0xffff_ffff;
    switch (offset) {
      case DEVICE_ID:
        return device.model.deviceId;
      case DEVICE_FEATURES:
        return device.offeredFeatures(this.#deviceFeaturesSel);
      case QUEUE_NUM_MAX:
        return device.setup(this.#queueSel)?.maximum ?? 0;
      case QUEUE_READY:
        return device.setup(this.#queueSel)?.ready ? 1 : 0;
      case INTERRUPT_STATUS:
        return this.#interruptStatus;
      case STATUS:
        return device.status;
      case CONFIG_GENERATION:
        return device.configGeneration;
      default:
        return 0;
    }
  }

  #writeRegister(device: VirtioDevice, offset: number, value: number): void {
    switch (offset) {
      case DEVICE_FEATURES_SEL:
        this.#deviceFeaturesSel = value;
        break;
      case DRIVER_FEATURES_SEL:
        this.#driverFeaturesSel = value;
        break;
      case DRIVER_FEATURES:
        device.acceptFeatures(this.#driverFeaturesSel, value);
        break;
      case QUEUE_SEL:
        this.#queueSel = value;
        break;
      case QUEUE_READY:
        device.setReady(this.#queueSel, value === 1);
        break;
      case QUEUE_NOTIFY:
        device.notify(value);
        break;
      case INTERRUPT_ACK:
        this.#setInterruptStatus(this.#interruptStatus & ~value);
        break;
      case STATUS:
        device.writeStatus(value);
        if (value === 0) this.#setInterruptStatus(0);
        break;
      default:
        writeSetup(device.setup(this.#queueSel), offset, value);
    }
  }

  /** The line is up while a bit is set (virtio 1.2, 4.2.3.4). */
  #setInterruptStatus(bits: number): void {
    this.#interruptStatus = bits;
    this.#interrupt(bits !== 0);
  }
}

/** A driver does not touch these while the queue is ready (virtio 1.2, 4.2.2.2): ignored then. */
function writeSetup(setup: QueueSetup | undefined, offset: number, value: number): void {
  if (setup === undefined || setup.ready) return;
  const word = AREA_WORDS[offset];
  if (word !== undefined) setup.areas[word] = value;
  else if (offset === QUEUE_NUM) setup.size = value;
}
