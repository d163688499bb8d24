/** The first file system of the Linux that `typevisor get linux` fetches: busybox, some kernel modules, and what starts a shell. */

import { type CpioEntry, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, writeCpio } from './cpio.ts';
import { readModuleInfo } from './module-info.ts';

/** Loaded when Linux starts; what else there is loads when a file system is mounted or a device is opened. */
const LOADED_AT_START = ['virtio_mmio', 'virtio_blk', 'virtio_net', 'virtio_rng'];

const SETUP = `#!/bin/sh
/bin/busybox mount -t proc proc /proc
/bin/busybox --install -s
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
hostname typevisor
modprobe -a ${LOADED_AT_START.join(' ')}
ip link set lo up
if [ -e /sys/class/net/eth0 ]; then
  ip link set eth0 up
  udhcpc -n -q -i eth0 -s /etc/dhcp > /dev/null
fi
# The device type of a shared folder (virtio 1.2, 5).
if grep -q 0x0009 /sys/bus/virtio/devices/*/device 2> /dev/null; then modprobe 9pnet_virtio; fi
`;

/** What udhcpc has done with what a DHCP server tells. */
const DHCP = `#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr add $ip/$mask dev $interface
ip route add default via $router
echo nameserver $dns > /etc/resolv.conf
`;

/** The shell has the console's own device, which /dev/console is not, so that Ctrl-C works; when it ends, there is another. */
const INITTAB = `::sysinit:/etc/setup
::respawn:/bin/busybox cttyhack /bin/sh -l
::ctrlaltdel:/bin/busybox reboot
::shutdown:/bin/busybox umount -a -r 2>/dev/null
`;

const PROFILE = `export HOME=/root PS1='\\w # '
cd
`;

export interface InitramfsFiles {
  /** Statically linked. */
  readonly busybox: Uint8Array;
  /** `uname -r` of the kernel. */
  readonly release: string;
  /** Kernel modules, each as an ELF file. */
  readonly modules: readonly Uint8Array[];
}

export function makeInitramfs({ busybox, release, modules }: InitramfsFiles): Uint8Array {
  const folder = `lib/modules/${release}`;
  const { files, dependencies, aliases } = moduleTree(modules);
  return writeCpio([
    ...directories(
      'bin',
      'dev',
      'etc',
      'lib',
      'lib/modules',
      folder,
      'mnt',
      'proc',
      'root',
      'sbin',
      'sys',
      'tmp',
      'usr',
    ),
    ...directories('usr/bin', 'usr/sbin', 'var', 'var/run'),
    // For the messages of whatever comes before /dev is mounted.
    { path: 'dev/console', mode: S_IFCHR | 0o600, device: { major: 5, minor: 1 } },
    { path: 'bin/busybox', mode: S_IFREG | 0o755, bytes: busybox },
    ...['init', 'bin/sh', 'sbin/modprobe'].map((path) => link(path, '/bin/busybox')),
    text('etc/setup', SETUP, 0o755),
    text('etc/dhcp', DHCP, 0o755),
    text('etc/inittab', INITTAB),
    // What mount tries beside those that the kernel has: their modules load then.
    text('etc/filesystems', 'ext4\nsquashfs\n'),
    text('etc/profile', PROFILE),
    text('etc/passwd', 'root::0:0:root:/root:/bin/sh\n'),
    text('etc/group', 'root:x:0:\n'),
    ...files.map(({ name, bytes }) => ({ path: `${folder}/${name}`, mode: S_IFREG | 0o644, bytes })),
    text(`${folder}/modules.dep`, dependencies),
    text(`${folder}/modules.alias`, aliases),
  ]);
}

/** The modules as modprobe finds them (kmod, modules.dep(5)). */
function moduleTree(modules: readonly Uint8Array[]) {
  const known = modules.map((bytes) => ({ bytes, info: readModuleInfo(bytes) }));
  const byName = new Map(known.map(({ info }) => [info.name, info]));
  const needs = (name: string): string[] => {
    const direct = byName.get(name)?.depends.filter((each) => byName.has(each)) ?? [];
    return [...new Set([...direct, ...direct.flatMap(needs)])];
  };
  const lines = (each: readonly string[]) => each.map((line) => `${line}\n`).join('');
  return {
    files: known.map(({ bytes, info }) => ({ name: fileOf(info.name), bytes })),
    dependencies: lines(known.map(({ info }) => [`${fileOf(info.name)}:`, ...needs(info.name).map(fileOf)].join(' '))),
    aliases: lines(known.flatMap(({ info }) => info.aliases.map((alias) => `alias ${alias} ${info.name}`))),
  };
}

function fileOf(module: string): string {
  return `${module}.ko`;
}

function directories(...paths: readonly string[]): CpioEntry[] {
  return paths.map((path) => ({ path, mode: S_IFDIR | 0o755 }));
}

function link(path: string, target: string): CpioEntry {
  return { path, mode: S_IFLNK | 0o777, bytes: Buffer.from(target) };
}

function text(path: string, contents: string, permissions = 0o644): CpioEntry {
  return { path, mode: S_IFREG | permissions, bytes: Buffer.from(contents) };
}
