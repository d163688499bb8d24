/**
 * 9P transport (virtio 1.2, device type 9; its queue and configuration space as Linux's virtio_9p.h has them): one queue of
 * buffers, each with a request to read and room for the reply.
 */

import { virtioTypes } from '../../isa/virtio.ts';
import type { HostFolder } from '../9p/host-folder.ts';
import { LARGEST_MESSAGE, NinepServer } from '../9p/server.ts';
import type { State, StateReader } from '../state.ts';
import type { VirtioModel } from './model.ts';
import type { Virtqueue } from './virtqueue.ts';

/** The configuration space has the tag by which the guest mounts the folder. */
export const VIRTIO_9P_MOUNT_TAG = 0;

const QUEUE_SIZE = 128;
/** Linux shows tags of up to 31 bytes whole. */
export const LONGEST_TAG = 31;

export class Ninep implements VirtioModel {
  readonly name = 'virtio-9p';
  readonly deviceId = virtioTypes.NINE_P;
  readonly features = [VIRTIO_9P_MOUNT_TAG];
  readonly queueSizes = [QUEUE_SIZE];
  readonly config: Uint8Array;
  readonly #server: NinepServer;

  /** @param tag ASCII, 1 to LONGEST_TAG characters */
  constructor(folder: HostFolder, tag: string) {
    this.config = Uint8Array.of(tag.length, 0, ...new TextEncoder().encode(tag));
    this.#server = new NinepServer(folder);
  }

  connect(): void {}

  notify(queue: Virtqueue): void {
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      const { readable, writable } = chain;
      const request = readable.read(Math.min(readable.left, LARGEST_MESSAGE))!;
      const reply = this.#server.answer(request, writable.left);
      queue.push(chain, reply === undefined ? 0 : writable.write(reply));
    }
    queue.signal();
  }

  reset(): void {
    this.#server.reset();
  }

  save(): State {
    return this.#server.save();
  }

  load(state: StateReader): void {
    this.#server.load(state);
  }
}
