/**
 * Virtio over MMIO, version 2 (virtio 1.2, 4.2): the registers through which a driver finds a device and sets it up.
 *
 * Control registers take aligned accesses of 4 bytes, others read zero and write nothing; the configuration space from 0x100
 * on takes 1, 2 and 4.
 */

import { virtioIdentity, virtioInterrupts, virtioRegisters } from '../../isa/virtio.ts';
import type { AccessSize, Device, InterruptLine } from '../device.ts';
import type { State, StateReader } from '../state.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { VirtioModel } from './model.ts';
import { type QueueSetup, VirtioDevice } from './virtio-device.ts';

export const VIRTIO_MMIO_LENGTH = 0x1000;

/** "QEMU": a number without a meaning to most drivers, but xv6's takes no other. */
const VENDOR = 0x554d_4551;

/** The word of `QueueSetup.areas` behind a register. */
const AREA_WORDS: Readonly<Record<number, number>> = {
  [virtioRegisters.QUEUE_DESC_LOW]: 0,
  [virtioRegisters.QUEUE_DESC_HIGH]: 1,
  [virtioRegisters.QUEUE_DRIVER_LOW]: 2,
  [virtioRegisters.QUEUE_DRIVER_HIGH]: 3,
  [virtioRegisters.QUEUE_DEVICE_LOW]: 4,
  [virtioRegisters.QUEUE_DEVICE_HIGH]: 5,
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
    const causes = { used: virtioInterrupts.USED_BUFFER, config: virtioInterrupts.CONFIG_CHANGE };
    this.#device = new VirtioDevice({
      model,
      memory,
      interrupt: (cause) => this.#setInterruptStatus(this.#interruptStatus | causes[cause]),
      warn,
      later,
    });
  }

  read(offset: number, size: AccessSize): number {
    if (offset >= virtioRegisters.CONFIG) return this.#device?.readConfig(offset - virtioRegisters.CONFIG, size) ?? 0;
    if (size !== 4 || offset % 4 !== 0) return 0;
    if (offset === virtioRegisters.MAGIC_VALUE) return virtioIdentity.MAGIC;
    if (offset === virtioRegisters.VERSION) return virtioIdentity.MODERN;
    if (offset === virtioRegisters.VENDOR_ID) return VENDOR;
    return this.#device === undefined ? 0 : this.#readRegister(this.#device, offset);
  }

  write(offset: number, size: AccessSize, value: number): void {
    if (this.#device === undefined) return;
    if (offset >= virtioRegisters.CONFIG) this.#device.writeConfig(offset - virtioRegisters.CONFIG, size, value);
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
    this.#interruptStatus = state.number(
      'interruptStatus',
      virtioInterrupts.USED_BUFFER | virtioInterrupts.CONFIG_CHANGE,
    );
    this.#device?.load(state.state('device'));
  }

  #readRegister(device: VirtioDevice, offset: number): number {
    // No device here has shared memory: length and base of its regions are all ones (2.10, 4.2.2).
    if (offset >= virtioRegisters.SHM_LEN_LOW && offset <= virtioRegisters.SHM_BASE_HIGH) return 0xffff_ffff;
    switch (offset) {
      case virtioRegisters.DEVICE_ID:
        return device.model.deviceId;
      case virtioRegisters.DEVICE_FEATURES:
        return device.offeredFeatures(this.#deviceFeaturesSel);
      case virtioRegisters.QUEUE_NUM_MAX:
        return device.setup(this.#queueSel)?.maximum ?? 0;
      case virtioRegisters.QUEUE_READY:
        return device.setup(this.#queueSel)?.ready ? 1 : 0;
      case virtioRegisters.INTERRUPT_STATUS:
        return this.#interruptStatus;
      case virtioRegisters.STATUS:
        return device.status;
      case virtioRegisters.CONFIG_GENERATION:
        return device.configGeneration;
      default:
        return 0;
    }
  }

  #writeRegister(device: VirtioDevice, offset: number, value: number): void {
    switch (offset) {
      case virtioRegisters.DEVICE_FEATURES_SEL:
        this.#deviceFeaturesSel = value;
        break;
      case virtioRegisters.DRIVER_FEATURES_SEL:
        this.#driverFeaturesSel = value;
        break;
      case virtioRegisters.DRIVER_FEATURES:
        device.acceptFeatures(this.#driverFeaturesSel, value);
        break;
      case virtioRegisters.QUEUE_SEL:
        this.#queueSel = value;
        break;
      case virtioRegisters.QUEUE_READY:
        device.setReady(this.#queueSel, value === 1);
        break;
      case virtioRegisters.QUEUE_NOTIFY:
        device.notify(value);
        break;
      case virtioRegisters.INTERRUPT_ACK:
        this.#setInterruptStatus(this.#interruptStatus & ~value);
        break;
      case virtioRegisters.STATUS:
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
  else if (offset === virtioRegisters.QUEUE_NUM) setup.size = value;
}
