/** What a type of device (block, network, …) is to the layers below it, and they to it. */

import type { AccessSize } from '../device.ts';
import type { State, StateReader } from '../state.ts';
import type { Virtqueue } from './virtqueue.ts';

export interface VirtioModel {
  /** For messages: `virtio-blk`. */
  readonly name: string;
  /** Virtio 1.2, chapter 5. */
  readonly deviceId: number;
  /** The bits of this type of device; those of the queues and the transport are added. */
  readonly features: readonly number[];
  /** The largest Queue Size of each virtqueue: a power of 2, up to 32768. */
  readonly queueSizes: readonly number[];
  /** The device-specific configuration space, little-endian, as drivers read it at present. */
  readonly config: Uint8Array;
  /** The driver writes to the configuration space, within its length. Without this such writes are ignored. */
  writeConfig?(offset: number, size: AccessSize, value: number): void;
  /** Whether the host may yet bring something that a ready driver will hear of: input, a packet. Left out: never. */
  readonly listening?: boolean;
  /** When `timeout` is to be called, in the machine's time in whole milliseconds; Infinity or left out: never. */
  readonly deadline?: number;
  timeout?(): void;
  /** What it talks to lives in real time, so counted time should not run ahead while all harts wait. Left out: no. */
  readonly paced?: boolean;
  /** Called once, before everything else. */
  connect(link: DriverLink): void;
  /** The driver may have added buffers to a queue. Called for each of them, too, when the driver gets ready. */
  notify(queue: Virtqueue, index: number): void;
  /** The driver has reset the device: buffers that the model has kept are not its own any more. */
  reset(): void;
  /** What it remembers between two requests beyond the queues and `config`, as `Device.save` and `load`. */
  save?(): State;
  load?(state: StateReader): void;
}

/** The driver, as a model finds it. */
export interface DriverLink {
  /** Whether the driver has accepted a feature. */
  hasFeature(bit: number): boolean;
  /** undefined unless the driver is ready and has enabled the queue. Lasts until `VirtioModel.reset`. */
  queue(index: number): Virtqueue | undefined;
  /** Tells the driver that `config` is not what it was. */
  configChanged(): void;
  /** The driver has broken a rule, and the device cannot go on until it is reset. `reason`: a clause, for the user. */
  needsReset(reason: string): void;
  /** A line for the user. */
  warn(message: string): void;
}
