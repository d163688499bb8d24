/** The virtio devices of a guest on KVM: disks, a network card, random numbers. */
import { Blk } from '../devices/virtio/blk.ts';
import type { VirtioModel } from '../devices/virtio/model.ts';
import { Rng } from '../devices/virtio/rng.ts';
import { openDrives } from './drives.ts';
import { UserError } from './errors.ts';
import type { GuestFiles } from './kvm-files.ts';
import type { RunOptions } from './run-options.ts';
import { parseTap } from './tap-option.ts';

export interface KvmDevices {
  /** Anew for each machine: after a reset there is another one. */
  readonly create: () => VirtioModel[];
  /** Whether the host's network is reached by sockets. */
  readonly sockets: boolean;
  /** Lets go of the host's ports and connections. */
  readonly close: () => void;
}

/** @throws UserError */
export async function openKvmDevices(options: RunOptions, files: GuestFiles): Promise<KvmDevices> {
  const drives = openDrives(options.drive, files.drives);
  const network = await openCard(options, files);
  const create = () => [
    ...drives.map(({ disk, id }, index) => new Blk(disk, { id: id ?? `drive${index}` })),
    ...network.cards(),
    new Rng({}),
  ];
  return { create, sockets: options.net !== undefined && files.tap === undefined, close: network.close };
}

interface Cards {
  readonly cards: () => VirtioModel[];
  readonly close: () => void;
}

/** Networks have much code, which guests without one do not wait for. */
async function openCard({ net }: RunOptions, { tap }: GuestFiles): Promise<Cards> {
  if (net === undefined) return { cards: () => [], close: () => {} };
  if (net === true) {
    throw new UserError('--net: a guest on KVM has no other guests to talk to; write --net user, or tap,ifname=NAME');
  }
  const [{ openNetworks, parseNet, parseCardAddress }, { FIRST_MAC, Net }] = await Promise.all([
    import('./networks.ts'),
    import('../devices/virtio/net.ts'),
  ]);
  const now = () => Math.floor(performance.now());
  if (tap !== undefined) {
    const { TapNetwork } = await import('../kvm/tap/network.ts');
    const { mac: text } = parseTap(net)!;
    const mac =
      text === undefined ? FIRST_MAC : parseCardAddress(text, (what) => new UserError(`--net ${net}: ${what}`));
    const backend = new TapNetwork(tap);
    return { cards: () => [new Net(backend, { mac, now })], close: () => backend.close() };
  }
  const { networks, close } = await openNetworks([parseNet(net)]);
  return { cards: () => networks.map(({ backend, mac = FIRST_MAC }) => new Net(backend, { mac, now })), close };
}
