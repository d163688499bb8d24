/** The machine's virtio devices, as its options name them, and the slots that they get. */

import type { HostFolder } from '../devices/9p/host-folder.ts';
import type { Disk } from '../devices/disk/disk.ts';
import type { NetworkBackend } from '../devices/network-backend.ts';
import { Ninep } from '../devices/virtio/9p.ts';
import { Blk } from '../devices/virtio/blk.ts';
import { VirtioConsole } from '../devices/virtio/console.ts';
import type { VirtioModel } from '../devices/virtio/model.ts';
import { FIRST_MAC, Net } from '../devices/virtio/net.ts';
import { Rng } from '../devices/virtio/rng.ts';
import { VIRTIO_SLOTS } from './board.ts';

export interface Drive {
  readonly disk: Disk;
  /** What tells the disk from others: ASCII, up to 20 characters; `drive0` and so on if left out. */
  readonly id?: string;
}

export interface Network {
  /** What the card is plugged into. It serves this machine only. */
  readonly backend: NetworkBackend;
  /** Below 2 ** 48; 52:54:00:12:34:56 and the addresses that follow it if left out. */
  readonly mac?: number | undefined;
}

export interface Share {
  /** A folder of the host. */
  readonly folder: HostFolder;
  /** What the guest mounts it by: ASCII, 1 to 31 characters. */
  readonly tag: string;
}

export interface VirtioOptions {
  /** Disks, in the order in which Linux calls them vda, vdb, … */
  readonly drives?: readonly Drive[] | undefined;
  /** Network cards, in the order in which Linux calls them eth0, eth1, … */
  readonly networks?: readonly Network[] | undefined;
  /** Folders of the host, for `mount -t 9p -o trans=virtio,version=9p2000.L TAG /mnt`. */
  readonly shares?: readonly Share[] | undefined;
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
  /** By slot: drives, network cards, shares, the others of the options, the console, the random number generator. */
  readonly models: readonly VirtioModel[];
  readonly console: VirtioConsole | undefined;
}

export interface VirtioSurroundings {
  /** Whether time is counted, so that runs repeat. */
  readonly counted: boolean;
  /** What a console prints. */
  readonly transmit: (bytes: Uint8Array) => void;
  /** The machine's time in whole milliseconds. */
  readonly now: () => number;
}

/** @throws RangeError for more devices than there are slots. */
export function virtioDevices(options: VirtioOptions, { counted, transmit, now }: VirtioSurroundings): VirtioDevices {
  const { drives = [], networks = [], shares = [], rng = false, virtio = [] } = options;
  const console = options.console === 'virtio' ? new VirtioConsole({ transmit }) : undefined;
  const models = [
    ...drives.map(({ disk, id }, index) => new Blk(disk, { id: id ?? `drive${index}` })),
    ...networks.map(({ backend, mac }, index) => new Net(backend, { mac: mac ?? FIRST_MAC + index, now })),
    ...shares.map(({ folder, tag }) => new Ninep(folder, tag)),
    ...virtio,
    ...(console === undefined ? [] : [console]),
    ...(rng ? [new Rng(counted ? { seed: COUNTED_SEED } : {})] : []),
  ];
  if (models.length > VIRTIO_SLOTS) {
    throw new RangeError(`the machine has room for ${VIRTIO_SLOTS} virtio devices, not ${models.length}`);
  }
  return { models, console };
}
