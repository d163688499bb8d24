/**
 * Exits, boots and disks on KVM beside C and QEMU, all in one nested host: an AMD processor that QEMU emulates (Debian: qemu-system-x86,
 * linux-image-cloud-amd64, busybox-static, gcc, libc6-dev). Once by its time, with two CPUs, and once by its instructions, with one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from '../cli/files.ts';
import { type CpioEntry, cpio } from '../test/nested/cpio.ts';
import { busybox, init, kernelPath, modules, mountPoints } from '../test/nested/debian.ts';
import { APP, nestedHost, programFiles } from '../test/nested/host.ts';
import type { BenchRow } from './row.ts';

const EXITS = 20_000;
const ROUNDS = 3;
/** MiB. */
const MEMORY = 256;
const MARKER = 'the guest is up';
const QEMU = '/usr/bin/qemu-system-x86_64';
const FIRMWARE = ['bios-microvm.bin', 'linuxboot_dma.bin', 'linuxboot.bin', 'kvmvapic.bin'];
const APPEND = 'console=ttyS0 quiet panic=-1 mitigations=off';
const DISK = '/tmp/disk.img';
const ACCESSES = ['sequential-read', 'sequential-write', 'random-read', 'random-write'] as const;

/** What a nanosecond, a millisecond and a microsecond of the host's clock are. */
const TIME = ['ns', 'ms', 'µs'] as const;
/** Where its clock counts instructions. */
const COUNT = ['instructions', 'M instructions', 'k instructions'] as const;

/** @throws Error naming what is missing */
export async function runKvmBench(): Promise<BenchRow[]> {
  const all = [...files(), ...programFiles(QEMU), ...firmware()];
  const restoring = 'echo "restore $(node dist/bench/kvm/restore-time.js vmlinuz shell.cpio)"';
  const rounds = Array.from({ length: ROUNDS }, () => [...comparisons, restoring]).flat();
  const timed = await nestedHost(all, [makeDisk, ...rounds]);
  const counted = await nestedHost(all, [makeDisk, ...comparisons], { counted: true });
  return [
    ...comparisonRows(timed, TIME),
    ...comparisonRows(counted, COUNT),
    row("kvm: resident without the guest's RAM", 'MiB', PEER, least(timed, 'typevisor', 1), least(timed, 'qemu', 1)),
    row('kvm: restored, to the echo of a key', 'ms', 'booting it', least(timed, 'restore', 1), least(timed, 'restore')),
  ];
}

function comparisonRows(output: string, [exit, boot, access]: readonly [string, string, string]): BenchRow[] {
  const against = (name: string) => [least(output, `typevisor${name}`), least(output, `qemu${name}`)] as const;
  return [
    row('kvm: an exit and back', exit, 'C', least(output, 'js'), least(output, 'c')),
    row('kvm: from the command to init', boot, PEER, ...against('')),
    ...ACCESSES.map((name) => row(`kvm: disk, ${name.replace('-', ' ')}`, access, PEER, ...against(` ${name}`))),
  ];
}

const PEER = 'qemu -M microvm';
const makeDisk = `dd if=/dev/zero of=${DISK} bs=1M count=32`;
const comparisons = [
  `echo "c $(./exits ${EXITS})"`,
  `echo "js $(node dist/bench/kvm/exits.js ${EXITS})"`,
  `echo "qemu $(${qemu('guest.cpio')})"`,
  `echo "typevisor $(${typevisor('guest.cpio')})"`,
  `${qemu('disk.cpio', `-drive file=${DISK},if=none,format=raw,id=d -device virtio-blk-device,drive=d`)} | sed s/disk/qemu/`,
  `${typevisor('disk.cpio', `--drive ${DISK}`)} | sed s/disk/typevisor/`,
];

function qemu(ramDisk: string, more = ''): string {
  return `node dist/bench/kvm/boot-time.js "${MARKER}" ${MEMORY} ${QEMU} -M microvm,rtc=on,pit=on -accel kvm -cpu host -m ${MEMORY}M \
-kernel vmlinuz -initrd ${ramDisk} -append "${APPEND}" -nodefaults -display none -serial stdio -no-reboot ${more}`;
}

function typevisor(ramDisk: string, more = ''): string {
  return `node dist/bench/kvm/boot-time.js "${MARKER}" ${MEMORY} node bin/typevisor.cjs run vmlinuz --initrd ${ramDisk} \
--memory ${MEMORY}M --append "${APPEND}" ${more}`;
}

function row(name: string, unit: string, peer: string, value: number, peerValue: number): BenchRow {
  return { name, unit, value, peer, peerValue, ratio: value / peerValue };
}

/** The best of the rounds: what disturbs only makes them slower. @param column of several figures in a line */
function least(output: string, name: string, column = 0): number {
  const lines = [...output.matchAll(new RegExp(`^${name} ([0-9. ]+)$`, 'gm'))];
  const values = lines.map((match) => Number(match[1]!.split(' ')[column]));
  if (values.length === 0) throw new Error(`no figure for ${name} in build/nested-host.log`);
  return Math.min(...values);
}

function files(): CpioEntry[] {
  const disk = modules(
    ...[
      'drivers/virtio/virtio_ring',
      'drivers/virtio/virtio',
      'drivers/virtio/virtio_mmio',
      'drivers/block/virtio_blk',
    ],
  );
  const guest = (...parts: readonly CpioEntry[]) => cpio([...mountPoints, busybox(), ...parts]);
  const diskProgram = { path: 'bin/disk', bytes: compileC('disk'), executable: true };
  return [
    { path: `${APP}/vmlinuz`, bytes: readFileSync(kernelPath) },
    { path: `${APP}/guest.cpio`, bytes: guest(init(`echo "${MARKER}"`, 'sleep 1; poweroff -f')) },
    { path: `${APP}/shell.cpio`, bytes: guest(init('exec setsid cttyhack sh')) },
    {
      path: `${APP}/disk.cpio`,
      bytes: guest(diskProgram, ...disk, init(`echo "${MARKER}"`, 'disk /dev/vda 1; disk /dev/vda 1', 'poweroff -f')),
    },
    { path: `${APP}/exits`, bytes: compileC('exits'), executable: true },
  ];
}

function compileC(name: string): Uint8Array {
  using folder = new TemporaryFolder();
  const source = join(import.meta.dirname, 'kvm', `${name}.c`);
  const { stderr } = spawnSync('gcc', ['-O2', '-static', '-o', folder.pathOf(name), source], { encoding: 'utf8' });
  if (!existsSync(folder.pathOf(name))) throw new Error(`gcc: ${stderr.split('\n')[0]}`);
  return folder.read(name);
}

function firmware(): CpioEntry[] {
  return FIRMWARE.map((name) => {
    const file = ['/usr/share/qemu', '/usr/share/seabios'].map((folder) => join(folder, name)).find(existsSync);
    if (file === undefined) throw new Error(`${name}: missing; install qemu-system-x86`);
    return { path: `usr/share/qemu/${name}`, bytes: readFileSync(file) };
  });
}
