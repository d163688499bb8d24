/**
 * What all virtio devices have in common, whatever their type and transport (virtio 1.2, chapter 2): the status, the features
 * negotiated, the configuration space and the virtqueues.
 */

import { virtioFeatures, virtioStatus } from '../../isa/virtio.ts';
import type { AccessSize } from '../device.ts';
import { type State, StateError, type StateReader } from '../state.ts';
import { DriverError } from './descriptors.ts';
import { FeatureSet } from './features.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { DriverLink, VirtioModel } from './model.ts';
import { Virtqueue } from './virtqueue.ts';

/** What every device here offers. */
const COMMON_FEATURES = [
  virtioFeatures.INDIRECT_DESC,
  virtioFeatures.EVENT_IDX,
  virtioFeatures.VERSION_1,
  virtioFeatures.RING_PACKED,
];

const MOST_WARNINGS = 8;

export interface VirtioDeviceOptions {
  readonly model: VirtioModel;
  readonly memory: GuestMemory;
  /** Notifies the driver of used buffers, or of a configuration change. */
  readonly interrupt: (cause: 'used' | 'config') => void;
  /** A line for the user. */
  readonly warn: (message: string) => void;
  /**
   * Does work after other work, while harts run. Needed where they run at the same time as devices: there a driver may add
   * buffers as fast as the device takes them.
   */
  readonly later?: ((work: () => void) => void) | undefined;
}

/** A virtqueue as the driver sets it up through the transport. */
export class QueueSetup {
  /** The largest size; 0 if there is no such queue. */
  readonly maximum: number;
  size = 0;
  ready = false;
  /** Guest physical addresses of the descriptor, driver and device areas: each its low word, then its high word. */
  readonly areas = new Uint32Array(6);
  /** While it is ready and the driver too. */
  queue: Virtqueue | undefined;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  area(index: 0 | 1 | 2): number {
    return this.areas[2 * index + 1]! * 2 ** 32 + this.areas[2 * index]!;
  }

  stop(): void {
    this.ready = false;
    this.queue?.retire();
    this.queue = undefined;
  }

  reset(): void {
    this.stop();
    this.size = 0;
    this.areas.fill(0);
  }
}

export class VirtioDevice implements DriverLink {
  readonly model: VirtioModel;
  readonly #memory: GuestMemory;
  readonly #interrupt: (cause: 'used' | 'config') => void;
  readonly #warn: (message: string) => void;
  readonly #later: ((work: () => void) => void) | undefined;
  #warnings = 0;
  readonly #offered: FeatureSet;
  #accepted = new FeatureSet();
  readonly #queues: readonly QueueSetup[];
  #status = 0;
  #configGeneration = 0;

  constructor({ model, memory, interrupt, warn, later }: VirtioDeviceOptions) {
    this.model = model;
    this.#memory = memory;
    this.#interrupt = interrupt;
    this.#warn = warn;
    this.#later = later;
    this.#offered = new FeatureSet([...COMMON_FEATURES, ...model.features]);
    this.#queues = model.queueSizes.map((maximum) => new QueueSetup(maximum));
    model.connect(this);
  }

  /** 32 of the features offered, from bit 32 * `word` on. */
  offeredFeatures(word: number): number {
    return this.#offered.words[word] ?? 0;
  }

  /** Ignored once they are settled (virtio 1.2, 3.1.1). */
  acceptFeatures(word: number, bits: number): void {
    if ((this.#status & virtioStatus.FEATURES_OK) === 0 && word < this.#accepted.words.length)
      this.#accepted.words[word] = bits;
  }

  hasFeature(bit: number): boolean {
    return this.#accepted.has(bit);
  }

  get status(): number {
    return this.#status;
  }

  /**
   * Writing 0 resets. Bits are never cleared otherwise (2.1.1). FEATURES_OK stays clear when the driver has accepted what was not
   * offered (2.2.2), and DRIVER_OK without it.
   */
  writeStatus(value: number): void {
    if (value === 0) {
      this.reset();
      return;
    }
    const before = this.#status;
    let status = before | (value & 0xff & ~virtioStatus.DEVICE_NEEDS_RESET);
    if (!this.#offered.contains(this.#accepted)) status &= ~virtioStatus.FEATURES_OK;
    if ((status & virtioStatus.FEATURES_OK) === 0) status &= ~virtioStatus.DRIVER_OK;
    this.#status = status;
    if ((status & ~before & virtioStatus.DRIVER_OK) !== 0) this.#start();
  }

  /** The set-up of a queue; undefined if there is no such queue. */
  setup(index: number): QueueSetup | undefined {
    return this.#queues[index];
  }

  /** The driver gives the queue to the device, or takes it back. */
  setReady(index: number, ready: boolean): void {
    const setup = this.#queues[index];
    if (setup === undefined || setup.ready === ready) return;
    if (!ready) {
      setup.stop();
      return;
    }
    setup.ready = true;
    if (this.#running) this.#enable(setup, index);
  }

  queue(index: number): Virtqueue | undefined {
    return this.#queues[index]?.queue;
  }

  /** The driver says that it has added buffers to a queue. */
  notify(index: number): void {
    const queue = this.#running ? this.queue(index) : undefined;
    const more = queue?.rationed(() => this.model.notify(queue, index));
    if (more) this.#later?.(() => this.notify(index));
  }

  /** Changes when the configuration space does (virtio 1.2, 2.5). */
  get configGeneration(): number {
    return this.#configGeneration;
  }

  readConfig(offset: number, size: AccessSize): number {
    let value = 0;
    for (let byte = size - 1; byte >= 0; byte--) value = value * 256 + (this.model.config[offset + byte] ?? 0);
    return value;
  }

  writeConfig(offset: number, size: AccessSize, value: number): void {
    if (offset + size <= this.model.config.length) this.model.writeConfig?.(offset, size, value);
  }

  /** Notifies a driver that is ready (virtio 1.2, 2.3); one that is not yet will see the new generation. */
  configChanged(): void {
    this.#configGeneration = (this.#configGeneration + 1) >>> 0;
    if ((this.#status & virtioStatus.DRIVER_OK) !== 0) this.#interrupt('config');
  }

  /** Virtio 1.2, 2.1.2: the status says so, and a driver that is ready is notified. */
  needsReset(reason: string): void {
    if ((this.#status & virtioStatus.DEVICE_NEEDS_RESET) !== 0) return;
    this.warn(`stopped until its driver resets it: ${reason}`);
    this.#status |= virtioStatus.DEVICE_NEEDS_RESET;
    if ((this.#status & virtioStatus.DRIVER_OK) !== 0) this.#interrupt('config');
  }

  /** A hostile driver could go on breaking rules for ever, so warnings end after some. */
  warn(message: string): void {
    this.#warnings++;
    if (this.#warnings > MOST_WARNINGS) return;
    this.#warn(`${this.model.name}: ${message}`);
    if (this.#warnings === MOST_WARNINGS) this.#warn(`${this.model.name}: no further warnings`);
  }

  reset(): void {
    this.#status = 0;
    this.#accepted = new FeatureSet();
    for (const setup of this.#queues) setup.reset();
    this.model.reset();
  }

  /** To be asked while the model has no request in flight. */
  save(): State {
    return {
      deviceId: this.model.deviceId,
      status: this.#status,
      features: [...this.#accepted.words],
      configGeneration: this.#configGeneration,
      queues: this.#queues.map((setup) => ({
        size: setup.size,
        ready: setup.ready,
        areas: [...setup.areas],
        ring: setup.queue?.save(),
      })),
      model: this.model.save?.(),
    };
  }

  /** @throws StateError when it is another type of device, or one of other features or queues. */
  load(state: StateReader): void {
    const { deviceId, name } = this.model;
    const saved = state.number('deviceId', 0xffff_ffff);
    if (saved !== deviceId) throw new StateError(`${name} is a device of type ${deviceId}, and was one of ${saved}`);
    this.reset();
    this.#accepted.words.set(state.numbers('features', 0xffff_ffff, this.#accepted.words.length));
    this.#status = state.number('status', 0xff);
    this.#configGeneration = state.number('configGeneration', 0xffff_ffff);
    for (const [index, saved] of state.list('queues', this.#queues.length).entries()) {
      const setup = this.#queues[index]!;
      setup.size = saved.number('size', 0xffff_ffff);
      setup.ready = saved.boolean('ready');
      setup.areas.set(saved.numbers('areas', 0xffff_ffff, setup.areas.length));
      if (!saved.has('ring')) continue;
      this.#enable(setup, index);
      setup.queue?.load(saved.state('ring'));
    }
    if (state.has('model')) this.model.load?.(state.state('model'));
    // What it had put off when it was saved.
    for (const index of this.#queues.keys()) this.#later?.(() => this.notify(index));
  }

  get #running(): boolean {
    return (this.#status & (virtioStatus.DRIVER_OK | virtioStatus.DEVICE_NEEDS_RESET)) === virtioStatus.DRIVER_OK;
  }

  /** The driver may have added buffers before it was ready, without a notification (virtio 1.2, 3.1.1). */
  #start(): void {
    for (const [index, setup] of this.#queues.entries()) {
      if (setup.ready && this.#running) this.#enable(setup, index);
    }
    for (const index of this.#queues.keys()) this.notify(index);
  }

  #enable(setup: QueueSetup, index: number): void {
    const broken = (reason: string) => this.needsReset(`queue ${index}: ${reason}`);
    if (setup.size > setup.maximum) {
      broken(`its size is ${setup.size}, more than ${setup.maximum} (4.2.2.2)`);
      return;
    }
    try {
      setup.queue = new Virtqueue({
        memory: this.#memory,
        size: setup.size,
        descriptorArea: setup.area(0),
        driverArea: setup.area(1),
        deviceArea: setup.area(2),
        packed: this.hasFeature(virtioFeatures.RING_PACKED),
        eventIndex: this.hasFeature(virtioFeatures.EVENT_IDX),
        indirect: this.hasFeature(virtioFeatures.INDIRECT_DESC),
        interrupt: () => this.#interrupt('used'),
        broken,
      });
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      broken(error.message);
    }
  }
}
