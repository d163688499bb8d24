/** The virtio devices of a guest on KVM: disks, a network card, random numbers. */
import { Blk } from '../devices/virtio/blk.ts';
import type { VirtioModel } from '../devices/virtio/model.ts';
import { Rng } from '../devices/virtio/rng.ts';
import { openDrives } from './drives.ts';
import { UserError } from './errors.ts';
import type { GuestFiles } from './kvm-files.ts';
import type { RunOptions } from './run.ts';

export interface KvmDevices {
  /** Anew for each machine: after a reset there is another one. */
  readonly create: () => VirtioModel[];
  /** Whether the host's network is reached. */
  readonly network: boolean;
  /** Lets go of the host's ports and connections. */
  readonly close: () => void;
}

/** @throws UserError */
export async function openKvmDevices(options: RunOptions, files: GuestFiles): Promise<KvmDevices> {
  const drives = openDrives(options.drive, files.drives);
  const network = await openCard(options);
  const create = () => [
    ...drives.map(({ disk, id }, index) => new Blk(disk, { id: id ?? `drive${index}` })),
    ...network.cards(),
    new Rng({}),
  ];
  return { create, network: options.net !== undefined, close: network.close };
}

interface Cards {
  readonly cards: () => VirtioModel[];
  readonly close: () => void;
}

/** The user network has much code, which guests without one do not wait for. */
async function openCard({ net }: RunOptions): Promise<Cards> {
  if (net === undefined) return { cards: () => [], close: () => {} };
  if (net === true) throw new UserError('--net: a guest on KVM has no other guests to talk to; write --net user');
  const [{ openNetworks, parseNet }, { FIRST_MAC, Net }] = await Promise.all([
    import('./networks.ts'),
    import('../devices/virtio/net.ts'),
  ]);
  const { networks, close } = await openNetworks([parseNet(net)]);
  const now = () => Math.floor(performance.now());
  return { cards: () => networks.map(({ backend, mac = FIRST_MAC }) => new Net(backend, { mac, now })), close };
}
