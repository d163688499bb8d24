/**
 * Exits and boots on KVM beside C and QEMU, all in one nested host: an AMD processor that QEMU emulates (Debian: qemu-system-x86,
 * linux-image-cloud-amd64, busybox-static, gcc, libc6-dev).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from '../cli/files.ts';
import { type CpioEntry, cpio } from '../test/nested/cpio.ts';
import { busybox, init, kernelPath, mountPoints } from '../test/nested/debian.ts';
import { APP, nestedHost, programFiles } from '../test/nested/host.ts';
import type { BenchRow } from './row.ts';

const EXITS = 20_000;
const ROUNDS = 3;
const MARKER = 'the guest is up';
const QEMU = '/usr/bin/qemu-system-x86_64';
const FIRMWARE = ['bios-microvm.bin', 'linuxboot_dma.bin', 'linuxboot.bin', 'kvmvapic.bin'];
const APPEND = 'console=ttyS0 quiet panic=-1 mitigations=off';

/** @throws Error naming what is missing */
export async function runKvmBench(): Promise<BenchRow[]> {
  const commands = Array.from({ length: ROUNDS }, () => [
    `echo "c $(./exits ${EXITS})"`,
    `echo "js $(node dist/bench/kvm/exits.js ${EXITS})"`,
    `echo "qemu $(node dist/bench/kvm/boot-time.js "${MARKER}" ${QEMU} -M microvm,rtc=on,pit=on -accel kvm -cpu host -m 256M \
-kernel vmlinuz -initrd guest.cpio -append "${APPEND}" -nodefaults -display none -serial stdio -no-reboot)"`,
    `echo "typevisor $(node dist/bench/kvm/boot-time.js "${MARKER}" node bin/typevisor.cjs run vmlinuz --initrd guest.cpio \
--memory 256M --append "${APPEND}")"`,
  ]).flat();
  const output = await nestedHost([...files(), ...programFiles(QEMU), ...firmware()], ...commands);
  return [
    row('kvm: an exit and back', 'ns', 'C', least(output, 'js'), least(output, 'c')),
    row('kvm: from the command to init', 'ms', 'qemu -M microvm', least(output, 'typevisor'), least(output, 'qemu')),
  ];
}

function row(name: string, unit: string, peer: string, value: number, peerValue: number): BenchRow {
  return { name, unit, value, peer, peerValue, ratio: value / peerValue };
}

/** The best of the rounds: what disturbs only makes them slower. */
function least(output: string, name: string): number {
  const values = [...output.matchAll(new RegExp(`^${name} ([0-9.]+)$`, 'gm'))].map((match) => Number(match[1]));
  if (values.length === 0) throw new Error(`no figure for ${name} in build/nested-host.log`);
  return Math.min(...values);
}

function files(): CpioEntry[] {
  const guest = cpio([...mountPoints, busybox(), init(`echo "${MARKER}"`, 'poweroff -f')]);
  return [
    { path: `${APP}/vmlinuz`, bytes: readFileSync(kernelPath) },
    { path: `${APP}/guest.cpio`, bytes: guest },
    { path: `${APP}/exits`, bytes: compileC(), executable: true },
  ];
}

function compileC(): Uint8Array {
  using folder = new TemporaryFolder();
  const source = join(import.meta.dirname, 'kvm', 'exits.c');
  const { stderr } = spawnSync('gcc', ['-O2', '-static', '-o', folder.pathOf('exits'), source], { encoding: 'utf8' });
  if (!existsSync(folder.pathOf('exits'))) throw new Error(`gcc: ${stderr.split('\n')[0]}`);
  return folder.read('exits');
}

function firmware(): CpioEntry[] {
  return FIRMWARE.map((name) => {
    const file = ['/usr/share/qemu', '/usr/share/seabios'].map((folder) => join(folder, name)).find(existsSync);
    if (file === undefined) throw new Error(`${name}: missing; install qemu-system-x86`);
    return { path: `usr/share/qemu/${name}`, bytes: readFileSync(file) };
  });
}
