/** The machine's virtio devices, as its options name them, and the slots that they get. */

import type { Disk } from '../devices/disk/disk.ts';
import { Blk } from '../devices/virtio/blk.ts';
import { VirtioConsole } from '../devices/virtio/console.ts';
import type { VirtioModel } from '../devices/virtio/model.ts';
import { Rng } from '../devices/virtio/rng.ts';
import { VIRTIO_SLOTS } from './board.ts';

export interface Drive {
  readonly disk: Disk;
  /** What tells the disk from others: ASCII, up to 20 characters; `drive0` and so on if left out. */
  readonly id?: string;
}

export interface VirtioOptions {
  /** Disks, in the order in which Linux calls them vda, vdb, … */
  readonly drives?: readonly Drive[] | undefined;
  /** A source of random bytes: the host's in real time, the same in each run in counted time. */
  readonly rng?: boolean | undefined;
  /** What the keyboard is connected to: the UART (if left out), or a virtio console, `hvc0` for Linux. Both print. */
  readonly console?: 'uart' | 'virtio' | undefined;
  /** Further devices. */
  readonly virtio?: readonly VirtioModel[] | undefined;
}

/** A seed like any other, for runs that repeat. */
const COUNTED_SEED = 0x7479_7076;

export interface VirtioDevices {
  /** By slot: drives, the others of the options, the console, the random number generator. */
  readonly models: readonly VirtioModel[];
  readonly console: VirtioConsole | undefined;
}

/** @throws RangeError for more devices than there are slots. */
export function virtioDevices(
  options: VirtioOptions,
  { counted, transmit }: { readonly counted: boolean; readonly transmit: (bytes: Uint8Array) => void },
): VirtioDevices {
  const { drives = [], rng = false, virtio = [] } = options;
  const console = options.console === 'virtio' ? new VirtioConsole({ transmit }) : undefined;
  const models = [
    ...drives.map(({ disk, id }, index) => new Blk(disk, { id: id ?? `drive${index}` })),
    ...virtio,
    ...(console === undefined ? [] : [console]),
    ...(rng ? [new Rng(counted ? { seed: COUNTED_SEED } : {})] : []),
  ];
  if (models.length > VIRTIO_SLOTS) {
    throw new RangeError(`the machine has room for ${VIRTIO_SLOTS} virtio devices, not ${models.length}`);
  }
  return { models, console };
}
