/** Puts the board's devices on the bus and wires their interrupts to the PLIC and the harts. */

import { ACLINT_LENGTH, Aclint } from '../devices/aclint.ts';
import { Bus } from '../devices/bus.ts';
import { Finisher, type FinisherCommand } from '../devices/finisher.ts';
import { GoldfishRtc } from '../devices/goldfish-rtc.ts';
import { Plic } from '../devices/plic.ts';
import { Uart16550 } from '../devices/uart16550.ts';
import type { GuestMemory } from '../devices/virtio/guest-memory.ts';
import { VIRTIO_MMIO_LENGTH, VirtioMmio } from '../devices/virtio/mmio.ts';
import type { VirtioModel } from '../devices/virtio/model.ts';
import * as board from './board.ts';
import type { Clock } from './clock.ts';
import type { Core } from './core-instance.ts';

export interface Board {
  readonly bus: Bus;
  readonly uart: Uart16550;
  readonly rtc: GoldfishRtc;
}

export interface BoardOptions {
  readonly core: Core;
  readonly clock: Clock;
  /** A byte that the guest sends through the UART. */
  readonly transmit: (byte: number) => void;
  readonly finish: (command: FinisherCommand) => void;
  /** What devices reach by DMA. */
  readonly memory: GuestMemory;
  /** The virtio devices by slot, up to VIRTIO_SLOTS. */
  readonly virtio: readonly VirtioModel[];
  /** A line for the user. */
  readonly warn: (message: string) => void;
  /** A device has raised an interrupt that no access of a hart has brought about, perhaps while all harts wait. */
  readonly wake: () => void;
}

export function wireBoard(options: BoardOptions): Board {
  const { core, clock, transmit, finish } = options;
  const { harts } = core;
  const bus = new Bus();

  const setLine = (hart: number, bit: number, level: boolean) => core.exports.setInterrupt(hart, bit, level ? 1 : 0);
  const notify = (context: number, level: boolean) => {
    setLine(context >>> 1, (context & 1) === 0 ? board.MIP_MEI : board.MIP_SEI, level);
  };
  // Drivers that run on QEMU may leave the transmitter's interrupt unacknowledged, and count on being asked once: xv6's does.
  const events = [board.UART_SOURCE];
  const plic = new Plic({ sources: board.PLIC_SOURCES, contexts: 2 * harts, events, notify });
  bus.attach({ name: 'plic', base: board.PLIC_BASE, length: board.PLIC_LENGTH, device: plic, sizes: [4] });

  const setSoftwareInterrupt = (hart: number, level: boolean) => setLine(hart, board.MIP_MSI, level);
  const aclint = new Aclint({ harts, timebase: clock, setSoftwareInterrupt });
  bus.attach({ name: 'aclint', base: board.ACLINT_BASE, length: ACLINT_LENGTH, device: aclint, sizes: [4] });

  const uart = new Uart16550({ transmit, interrupt: (level) => plic.setSource(board.UART_SOURCE, level) });
  bus.attach({ name: 'uart', base: board.UART_BASE, length: board.UART_LENGTH, device: uart, sizes: [1, 2, 4] });

  const interrupt = (level: boolean) => plic.setSource(board.RTC_SOURCE, level);
  const rtc = new GoldfishRtc({ now: () => clock.date, interrupt });
  bus.attach({ name: 'rtc', base: board.RTC_BASE, length: board.RTC_LENGTH, device: rtc, sizes: [4] });

  const finisher = new Finisher(finish);
  const { FINISHER_BASE: base, FINISHER_LENGTH: length } = board;
  bus.attach({ name: 'test finisher', base, length, device: finisher, sizes: [2, 4] });
  attachVirtio(bus, plic, options);
  return { bus, uart, rtc };
}

/** Every slot is there, as the device tree says; those without a model tell drivers that they are empty. */
function attachVirtio(bus: Bus, plic: Plic, { memory, virtio, warn, wake }: BoardOptions): void {
  for (let slot = 0; slot < board.VIRTIO_SLOTS; slot++) {
    const interrupt = (level: boolean) => {
      plic.setSource(board.VIRTIO_SOURCE + slot, level);
      if (level) wake();
    };
    const model = virtio[slot];
    const device = new VirtioMmio({ model, memory, interrupt, warn });
    const base = board.VIRTIO_BASE + slot * VIRTIO_MMIO_LENGTH;
    const name = `${model?.name ?? 'virtio slot'} ${slot}`;
    bus.attach({ name, base, length: VIRTIO_MMIO_LENGTH, device, sizes: [1, 2, 4] });
  }
}
