/** Console device (virtio 1.2, 5.3) with one port: bytes to and from a terminal, and its size. */

import { virtioTypes } from '../../isa/virtio.ts';
import type { AccessSize } from '../device.ts';
import type { State, StateReader } from '../state.ts';
import type { DriverLink, VirtioModel } from './model.ts';
import type { Virtqueue } from './virtqueue.ts';

export const VIRTIO_CONSOLE_F_SIZE = 0;
export const VIRTIO_CONSOLE_F_EMERG_WRITE = 2;

export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;
const QUEUE_SIZE = 128;

/** Offsets in the configuration space (virtio 1.2, 5.3.4). */
const CONFIG_SIZE = 12;
const CONFIG_COLUMNS = 0;
const CONFIG_ROWS = 2;
const CONFIG_MOST_PORTS = 4;
const CONFIG_EMERGENCY_WRITE = 8;

/** What is printed of one buffer. A driver may offer up to 4 GiB at once, and no terminal takes that. */
const MOST_PRINTED = 2 ** 20;

export interface VirtioConsoleOptions {
  /** Called with what the guest prints. */
  readonly transmit: (bytes: Uint8Array) => void;
  /** The terminal's size at first. */
  readonly columns?: number;
  readonly rows?: number;
}

export class VirtioConsole implements VirtioModel {
  readonly name = 'virtio-console';
  readonly deviceId = virtioTypes.CONSOLE;
  readonly features = [VIRTIO_CONSOLE_F_SIZE, VIRTIO_CONSOLE_F_EMERG_WRITE];
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_SIZE);
  readonly #transmit: (bytes: Uint8Array) => void;
  readonly #view = new DataView(this.config.buffer);
  #link: DriverLink | undefined;
  /** What has been typed and the driver has had no buffer for. */
  #waiting: number[] = [];

  constructor({ transmit, columns = 80, rows = 25 }: VirtioConsoleOptions) {
    this.#transmit = transmit;
    this.#view.setUint32(CONFIG_MOST_PORTS, 1, true);
    this.#setSize(columns, rows);
  }

  connect(link: DriverLink): void {
    this.#link = link;
  }

  /** Whether a driver is there to be told of what is typed. */
  get listening(): boolean {
    return this.#link?.queue(RECEIVE_QUEUE) !== undefined;
  }

  /** Bytes from the terminal. They reach the driver in order, as it has buffers for them. */
  receive(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#waiting.push(byte & 0xff);
    const queue = this.#link?.queue(RECEIVE_QUEUE);
    if (queue !== undefined) this.#deliver(queue);
  }

  /** The terminal has another size now; up to 65535 each. */
  resize(columns: number, rows: number): void {
    this.#setSize(columns, rows);
    this.#link?.configChanged();
  }

  notify(queue: Virtqueue, index: number): void {
    if (index === RECEIVE_QUEUE) this.#deliver(queue);
    else this.#print(queue);
  }

  /** The emergency write (5.3.5.1) works without a driver that is ready. */
  writeConfig(offset: number, _size: AccessSize, value: number): void {
    if (offset === CONFIG_EMERGENCY_WRITE) this.#transmit(Uint8Array.of(value & 0xff));
  }

  /** What has been typed waits for the next driver. */
  reset(): void {}

  save(): State {
    return { waiting: this.#waiting };
  }

  load(state: StateReader): void {
    this.#waiting = state.numbers('waiting', 0xff);
  }

  #setSize(columns: number, rows: number): void {
    this.#view.setUint16(CONFIG_COLUMNS, columns, true);
    this.#view.setUint16(CONFIG_ROWS, rows, true);
  }

  #deliver(queue: Virtqueue): void {
    while (this.#waiting.length > 0) {
      const chain = queue.pop();
      if (chain === undefined) break;
      const { writable } = chain;
      writable.write(Uint8Array.from(this.#waiting.splice(0, writable.length)));
      queue.push(chain, writable.written);
    }
    queue.signal();
  }

  #print(queue: Virtqueue): void {
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      const { readable } = chain;
      const bytes = readable.read(Math.min(readable.length, MOST_PRINTED));
      if (bytes !== undefined && bytes.length > 0) this.#transmit(bytes);
      queue.push(chain, 0);
    }
    queue.signal();
  }
}
