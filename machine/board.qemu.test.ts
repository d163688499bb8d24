/** Our device tree against QEMU's: every difference is listed here with its reason, and none that is listed is missing. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deviceTree } from './board.ts';
import { type FdtNode, readFdt, writeFdt } from './fdt.ts';

const HARTS = 2;
const MEMORY = 128 * 2 ** 20;
const QEMU = 'qemu-system-riscv64';

const folder = mkdtempSync(join(tmpdir(), 'typevisor-dtb-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, debianPackage: string, args: readonly string[], input?: Uint8Array): string {
  const result = spawnSync(command, args, { input: input ?? '', encoding: 'utf8' });
  if (result.error) throw new Error(`cannot run ${command}: install the Debian package ${debianPackage}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout + result.stderr;
}

/** `path:property` -> bytes in hexadecimal; nodes themselves are there as `path`. */
function flatten(node: FdtNode, path = '', into = new Map<string, string>()): Map<string, string> {
  into.set(path || '/', 'node');
  for (const [name, value] of node.properties) into.set(`${path || '/'}:${name}`, Buffer.from(value).toString('hex'));
  for (const child of node.children) flatten(child, `${path}/${child.name}`, into);
  return into;
}

interface Difference {
  readonly where: RegExp;
  readonly why: string;
  /** Whether this QEMU (major version) has it; always if left out. */
  readonly only?: (major: number) => boolean;
}

const DIFFERENCES: readonly Difference[] = [
  { where: /^\/platform-bus@/, why: 'there are no devices that QEMU plugs at run time' },
  { where: /^\/pmu/, why: 'other counters, of fewer events' },
  { where: /^\/fw-cfg@/, why: "QEMU's own channel to its firmware" },
  { where: /^\/flash@/, why: 'there is no flash memory' },
  { where: /^\/soc\/pci@/, why: 'there is no PCI' },
  { where: /^\/chosen:rng-seed$/, why: 'a seed from the host would make runs differ' },
  { where: /^\/cpus\/cpu@\d:riscv,isa$/, why: 'the extensions that our harts have' },
  { where: /^\/cpus\/cpu@\d:riscv,isa-base$/, why: 'newer binding, not in QEMU 7.2', only: (major) => major < 9 },
  { where: /^\/cpus\/cpu@\d:riscv,isa-extensions$/, why: 'as riscv,isa; QEMU 7.2 does not have it' },
  {
    where: /^\/cpus\/cpu@\d:riscv,cbo[mpz]-block-size$/,
    why: 'QEMU 7.2 has no cache-block operations',
    only: (major) => major < 9,
  },
  { where: /^\/cpus\/cpu@\d:mmu-type$/, why: 'QEMU 7.2 names Sv48, ours has Sv57', only: (major) => major < 9 },
  {
    where: /^\/soc\/plic@c000000:riscv,ndev$/,
    why: 'QEMU 7.2 counts the missing source 0',
    only: (major) => major < 9,
  },
  { where: /^\/aliases/, why: 'QEMU 7.2 has no aliases', only: (major) => major < 9 },
  {
    where: /^\/chosen:linux,initrd-(start|end)$/,
    why: 'two cells, which RAM above 4 GiB needs; QEMU 7.2 writes one',
    only: (major) => major < 9,
  },
];

test('dtc accepts it without a warning', () => {
  const blob = writeFdt(deviceTree({ harts: HARTS, memory: MEMORY, bootargs: 'x' }));
  // The harts' interrupt controllers have no #address-cells, in QEMU's tree as in ours.
  const args = ['-W', 'no-interrupt_provider', '-I', 'dtb', '-O', 'dts', '-'];
  const output = run('dtc', 'device-tree-compiler', args, blob);
  expect(output).toContain('/dts-v1/;');
  expect(output).not.toMatch(/Warning|ERROR/);
});

test("is QEMU's, but for the differences listed", () => {
  const version = run(QEMU, 'qemu-system-misc', ['--version']);
  const major = Number(/version (\d+)/.exec(version)?.[1]);
  const kernel = join(folder, 'kernel');
  const initrd = join(folder, 'initrd');
  const blob = join(folder, 'virt.dtb');
  writeFileSync(kernel, new Uint8Array(0x1388).fill(1));
  writeFileSync(initrd, new Uint8Array(0xbb8).fill(2));
  run(QEMU, 'qemu-system-misc', [
    ...['-M', `virt,dumpdtb=${blob}`, '-smp', `${HARTS}`, '-m', `${MEMORY / 2 ** 20}`, '-display', 'none'],
    ...['-kernel', kernel, '-initrd', initrd, '-append', 'console=ttyS0'],
    ...['-device', `guest-loader,addr=0x84800000,kernel=${kernel},bootargs=hello world`],
    ...['-device', `guest-loader,addr=0x85000000,initrd=${initrd}`],
  ]);
  const theirs = flatten(readFdt(readFileSync(blob)).root);
  const ours = flatten(
    deviceTree({
      harts: HARTS,
      memory: MEMORY,
      bootargs: 'console=ttyS0',
      initrd: { address: 0x8420_0000, length: 0xbb8 },
      modules: [
        { kind: 'kernel', address: 0x8480_0000, length: 0x1388, bootargs: 'hello world' },
        { kind: 'ramdisk', address: 0x8500_0000, length: 0xbb8 },
      ],
    }),
  );
  const differing = [...new Set([...theirs.keys(), ...ours.keys()])].filter((key) => theirs.get(key) !== ours.get(key));
  const listed = DIFFERENCES.filter(({ only }) => only === undefined || only(major));
  const unexplained = differing.filter((key) => !listed.some(({ where }) => where.test(key)));
  const missing = listed.filter(({ where }) => !differing.some((key) => where.test(key)));
  expect(unexplained.map((key) => `${key}: QEMU ${theirs.get(key)}, ours ${ours.get(key)}`)).toEqual([]);
  expect(missing).toEqual([]);
});
