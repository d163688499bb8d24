/** The devices of a PC, as far as they are not in the kernel, and the buses that lead to them. */
import { Bus } from '../../devices/bus.ts';
import { CmosRtc } from '../../devices/cmos-rtc.ts';
import type { AccessSize, Device, InterruptLine } from '../../devices/device.ts';
import { I8042 } from '../../devices/i8042.ts';
import { Uart16550 } from '../../devices/uart16550.ts';
import { VIRTIO_MMIO_LENGTH, VirtioMmio } from '../../devices/virtio/mmio.ts';
import type { VirtioModel } from '../../devices/virtio/model.ts';
import type { IoExit, MmioExit } from '../exits.ts';
import type { GuestMemory } from '../memory.ts';
import { SLEEP_CONTROL_PORT, SleepRegisters } from './acpi/registers.ts';
import type { VirtioSlot } from './acpi/tables.ts';
import { VIRTIO_FIRST_IRQ, VIRTIO_MMIO_BASE } from './memory-map.ts';

const COM1_PORT = 0x3f8;
const COM1_IRQ = 4;
const CMOS_PORT = 0x70;
const I8042_PORT = 0x60;

export interface BoardOptions {
  readonly memory: GuestMemory;
  readonly virtio: readonly VirtioModel[];
  /** Sets the level of an input of the interrupt controllers. Called when it changes. */
  readonly setIrq: (irq: number, level: boolean) => void;
  /** Called with each byte that the guest writes to COM1. */
  readonly transmit: (byte: number) => void;
  readonly powerOff: () => void;
  readonly resetProcessor: () => void;
  /** Does work of a device after other work: vCPUs run meanwhile, and may give it as much as it can do. */
  readonly later: (work: () => void) => void;
  /** A line for the user. */
  readonly warn: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class Board {
  readonly serial: Uart16550;
  readonly #ports = new Bus();
  readonly #memory = new Bus();
  readonly #timed: readonly VirtioModel[];

  constructor(options: BoardOptions) {
    const { later, memory, powerOff, resetProcessor, transmit, virtio, warn } = options;
    const line = (irq: number) => whenChanged((level) => options.setIrq(irq, level));
    this.serial = new Uart16550({ transmit, interrupt: line(COM1_IRQ) });
    this.#attachPorts('serial', COM1_PORT, 8, this.serial);
    this.#attachPorts('rtc', CMOS_PORT, 2, new CmosRtc({ now: options.now }));
    this.#attachKeyboardController(new I8042({ resetProcessor }));
    this.#attachPorts('sleep', SLEEP_CONTROL_PORT, 2, new SleepRegisters({ powerOff }));
    this.#timed = virtio.filter((model) => model.timeout !== undefined);
    for (const [index, { address, irq }] of virtioSlots(virtio.length).entries()) {
      const device = new VirtioMmio({ model: virtio[index], memory, interrupt: line(irq), warn, later });
      const name = `virtio${index}`;
      this.#memory.attach({ name, base: address, length: VIRTIO_MMIO_LENGTH, device, sizes: [1, 2, 4] });
    }
  }

  /** Whether `tick` has anything to do. */
  get hasTimers(): boolean {
    return this.#timed.length > 0;
  }

  /** Lets devices do what is due. @param now the machine's time, in whole milliseconds */
  tick(now: number): void {
    for (const model of this.#timed) if (model.deadline! <= now) model.timeout!();
  }

  /** Ports with a device. */
  get ports(): [first: number, count: number][] {
    return this.#ports.regions.map(({ base, length }) => [base, length]);
  }

  /** All devices by their names. */
  get devices(): [name: string, device: Device][] {
    const regions = [...this.#ports.regions, ...this.#memory.regions];
    return [...new Map(regions.map(({ name, device }) => [name, device]))];
  }

  io({ direction, port, size, count, data }: IoExit): void {
    for (let each = 0; each < count; each++) {
      const element = data.subarray(each * size, (each + 1) * size);
      if (direction === 'in') read(this.#ports, port, element);
      else write(this.#ports, port, element);
    }
  }

  mmio({ isWrite, address, data }: MmioExit): void {
    if (isWrite) write(this.#memory, address, data);
    else read(this.#memory, address, data);
  }

  #attachPorts(name: string, base: number, length: number, device: Device): void {
    this.#ports.attach({ name, base, length, device, sizes: [1] });
  }

  /** Ports 0x60 and 0x64; 0x61, which is between them, is the PIT's and in the kernel. */
  #attachKeyboardController(device: I8042): void {
    this.#attachPorts('i8042', I8042_PORT, 1, device);
    this.#attachPorts('i8042', I8042_PORT + 4, 1, {
      read: (_offset, size) => device.read(4, size),
      write: (_offset, size, value) => device.write(4, size, value),
      reset: () => device.reset(),
      save: () => device.save(),
      load: (state) => device.load(state),
    });
  }
}

/** Where virtio devices are, and their interrupts. */
export function virtioSlots(count: number): VirtioSlot[] {
  return Array.from({ length: count }, (_, index) => ({
    address: VIRTIO_MMIO_BASE + index * VIRTIO_MMIO_LENGTH,
    irq: VIRTIO_FIRST_IRQ + index,
  }));
}

function whenChanged(line: InterruptLine): InterruptLine {
  // Unknown at first: what is at its far end may be restored from a snapshot.
  let last: boolean | undefined;
  return (level) => {
    if (level !== last) line(level);
    last = level;
  };
}

/** Widths that a device's bus takes at once; others become bytes, as on an ISA bus. */
const WIDTHS: readonly number[] = [1, 2, 4];

/** Addresses without a device read all ones. An access of 8 bytes is two of 4. */
function read(bus: Bus, address: number, data: Uint8Array): void {
  if (data.length === 8) {
    read(bus, address, data.subarray(0, 4));
    read(bus, address + 4, data.subarray(4));
    return;
  }
  const size = data.length as AccessSize;
  const value = WIDTHS.includes(size) ? bus.read(address, size) : undefined;
  if (value !== undefined) {
    for (let byte = 0; byte < size; byte++) data[byte] = value >>> (8 * byte);
  } else if (size === 1) {
    data[0] = 0xff;
  } else {
    for (let byte = 0; byte < size; byte++) read(bus, address + byte, data.subarray(byte, byte + 1));
  }
}

function write(bus: Bus, address: number, data: Uint8Array): void {
  if (data.length === 8) {
    write(bus, address, data.subarray(0, 4));
    write(bus, address + 4, data.subarray(4));
    return;
  }
  const size = data.length as AccessSize;
  let value = 0;
  for (let byte = 0; byte < size; byte++) value += data[byte]! * 2 ** (8 * byte);
  const taken = WIDTHS.includes(size) && bus.write(address, size, value);
  if (taken || size === 1) return;
  for (let byte = 0; byte < size; byte++) write(bus, address + byte, data.subarray(byte, byte + 1));
}
