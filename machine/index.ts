/**
 * The machine as a library:
 *
 *     const machine = await Machine.create({ core, firmware, kernel });
 *     await machine.console.expect('login: ');
 *     machine.console.write('root\n');
 *     const reason = await machine.run({ timeout: 10_000 });
 */

export type { HostFolder } from '../devices/9p/host-folder.ts';
export type { DeviceStatistics } from '../devices/bus.ts';
export { type Disk, DiskError } from '../devices/disk/disk.ts';
export { MemoryDisk } from '../devices/disk/memory-disk.ts';
export { OverlayDisk } from '../devices/disk/overlay-disk.ts';
export type { HostNetwork } from '../devices/network/host-network.ts';
export { NetworkSwitch } from '../devices/network/switch.ts';
export { type Forward, UserNetwork, type UserNetworkOptions } from '../devices/network/user-network.ts';
export type { NetworkBackend, NetworkCard } from '../devices/network-backend.ts';
export type { Chain } from '../devices/virtio/chain.ts';
export type { DriverLink, VirtioModel } from '../devices/virtio/model.ts';
export type { Virtqueue } from '../devices/virtio/virtqueue.ts';
export { type ChosenModule, type DeviceTreeOptions, deviceTree, TIMEBASE_FREQUENCY } from './board.ts';
export type { Breakpoints } from './breakpoints.ts';
export type { HostClock, TimeMode } from './clock.ts';
export { type Console, ExpectError, type ExpectOptions } from './console.ts';
export type { CoreCode } from './core-instance.ts';
export { FdtError, FdtNode, type FdtTree, readFdt, writeFdt } from './fdt.ts';
export type { GuestRam } from './guest-ram.ts';
export type { Access, Hart, PrivilegeMode } from './hart.ts';
export { LoadError, unpackKernel } from './kernel-image.ts';
export { type BootFiles, type BootPlan, type LoadedPart, type Module, planBoot } from './loader.ts';
export { Machine } from './machine.ts';
export type {
  MachineEvents,
  MachineOptions,
  MachineStatistics,
  RestoreOptions,
  RunOptions,
} from './machine-options.ts';
export { SNAPSHOT_VERSION, SnapshotError } from './snapshot/format.ts';
export { describeStop, type StopReason } from './stop-reason.ts';
export type { Drive, Network, Share, VirtioOptions } from './virtio.ts';
export type { WatchedAccess, Watchpoint, Watchpoints } from './watchpoints.ts';
