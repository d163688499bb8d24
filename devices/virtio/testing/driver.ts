/**
 * A driver for tests: it knows what the specification lets a driver know, the registers of virtio-mmio and memory, and nothing
 * of how the device is made. Where a test wants to break rules it writes to the rings itself.
 */

/** The machine around the driver. */
export interface Target {
  read(offset: number, size: 1 | 2 | 4): number;
  write(offset: number, size: 1 | 2 | 4, value: number): void;
  /** Guest physical address of `memory[0]`. */
  readonly base: number;
  readonly memory: Uint8Array;
  /** Level of the interrupt line. */
  readonly interrupt: boolean;
}

const REGISTERS = {
  magicValue: 0x00,
  version: 0x04,
  deviceId: 0x08,
  vendorId: 0x0c,
  deviceFeatures: 0x10,
  deviceFeaturesSel: 0x14,
  driverFeatures: 0x20,
  driverFeaturesSel: 0x24,
  queueSel: 0x30,
  queueNumMax: 0x34,
  queueNum: 0x38,
  queueReady: 0x44,
  queueNotify: 0x50,
  interruptStatus: 0x60,
  interruptAck: 0x64,
  status: 0x70,
  configGeneration: 0xfc,
} as const;

const CONFIG = 0x100;

export type Register = keyof typeof REGISTERS;

export const ACKNOWLEDGE = 1;
export const DRIVER = 2;
export const DRIVER_OK = 4;
export const FEATURES_OK = 8;
export const NEEDS_RESET = 64;

export const NEXT = 1;
export const WRITE = 2;
export const INDIRECT = 4;

export const F_INDIRECT_DESC = 28;
export const F_EVENT_IDX = 29;
export const F_VERSION_1 = 32;
export const F_RING_PACKED = 34;

/** A part of a buffer. */
export interface Part {
  readonly address: number;
  readonly length: number;
  readonly writable: boolean;
}

export interface Used {
  readonly id: number;
  readonly length: number;
}

/** Where the parts of a queue lie. */
export interface QueuePlace {
  readonly size: number;
  readonly descriptors: number;
  readonly driver: number;
  readonly device: number;
}

export class Driver {
  readonly target: Target;
  #free: number;

  constructor(target: Target) {
    this.target = target;
    this.#free = target.base;
  }

  register(name: Register): number {
    return this.target.read(REGISTERS[name], 4) >>> 0;
  }

  setRegister(name: Register, value: number): void {
    this.target.write(REGISTERS[name], 4, value);
  }

  config(offset: number, size: 1 | 2 | 4): number {
    return this.target.read(CONFIG + offset, size) >>> 0;
  }

  /** Device initialisation (virtio 1.2, 3.1.1) up to the queues; false if the device does not take these features. */
  negotiate(features: readonly number[]): boolean {
    this.setRegister('status', 0);
    this.setRegister('status', ACKNOWLEDGE);
    this.setRegister('status', ACKNOWLEDGE | DRIVER);
    for (let word = 0; word < 4; word++) {
      const bits = features.filter((bit) => bit >>> 5 === word).reduce((sum, bit) => sum | (1 << (bit & 31)), 0);
      this.setRegister('driverFeaturesSel', word);
      this.setRegister('driverFeatures', bits >>> 0);
    }
    this.setRegister('status', ACKNOWLEDGE | DRIVER | FEATURES_OK);
    return (this.register('status') & FEATURES_OK) !== 0;
  }

  offers(bit: number): boolean {
    this.setRegister('deviceFeaturesSel', bit >>> 5);
    return (this.register('deviceFeatures') & (1 << (bit & 31))) !== 0;
  }

  ready(): void {
    this.setRegister('status', ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
  }

  get broken(): boolean {
    return (this.register('status') & NEEDS_RESET) !== 0;
  }

  /** Memory of the test's own, zeroed, never freed. */
  allocate(length: number, alignment = 16): number {
    const address = Math.ceil(this.#free / alignment) * alignment;
    this.#free = address + length;
    this.bytes(address, length).fill(0);
    return address;
  }

  bytes(address: number, length: number): Uint8Array {
    const start = address - this.target.base;
    if (start < 0 || start + length > this.target.memory.length) throw new Error('the test has run out of memory');
    return this.target.memory.subarray(start, start + length);
  }

  /** A part that the device reads, with these contents. */
  readable(contents: Uint8Array | readonly number[]): Part {
    const address = this.allocate(contents.length);
    this.bytes(address, contents.length).set(contents);
    return { address, length: contents.length, writable: false };
  }

  /** A part that the device writes. */
  writable(length: number): Part {
    return { address: this.allocate(length), length, writable: true };
  }

  contents({ address, length }: Part): number[] {
    return [...this.bytes(address, length)];
  }

  u16(address: number): number {
    return this.#view.getUint16(address - this.target.base, true);
  }

  u32(address: number): number {
    return this.#view.getUint32(address - this.target.base, true);
  }

  setU16(address: number, value: number): void {
    this.#view.setUint16(address - this.target.base, value, true);
  }

  setU32(address: number, value: number): void {
    this.#view.setUint32(address - this.target.base, value, true);
  }

  setU64(address: number, value: number): void {
    this.setU32(address, value);
    this.setU32(address + 4, Math.floor(value / 2 ** 32));
  }

  /** Tells the device where a queue is, and gives it to the device. */
  enable(index: number, { size, descriptors, driver, device }: QueuePlace): void {
    this.setRegister('queueSel', index);
    this.setRegister('queueNum', size);
    for (const [register, address] of [descriptors, driver, device].entries()) {
      this.target.write(0x80 + 0x10 * register, 4, address % 2 ** 32);
      this.target.write(0x84 + 0x10 * register, 4, Math.floor(address / 2 ** 32));
    }
    this.setRegister('queueReady', 1);
  }

  notify(queue: number): void {
    this.setRegister('queueNotify', queue);
  }

  get #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.target.memory;
    return new DataView(buffer, byteOffset, byteLength);
  }
}
