/** The other host: QEMU's `virt` board. */
import { spawnSync } from 'node:child_process';
import { formatIpv4 } from '../devices/network/address.ts';
import { readFdt } from '../machine/fdt.ts';
import type { DriveSpec } from './drives.ts';
import { UserError } from './errors.ts';
import { TemporaryFolder } from './files.ts';
import type { NetSpec } from './networks.ts';
import type { PlannedModule } from './plan.ts';

const OLDEST_MAJOR_VERSION = 7;

/** The program to run: TYPEVISOR_QEMU, or what PATH has. */
export function qemuCommand(): string {
  return process.env.TYPEVISOR_QEMU || 'qemu-system-riscv64';
}

/**
 * @throws UserError when QEMU is not there, too old, or has no hypervisor extension.
 */
export function checkQemu(command: string): void {
  const version = spawnSync(command, ['--version'], { encoding: 'utf8' });
  if (version.error !== undefined || version.status !== 0) {
    throw new UserError(
      `${command}: cannot be run; install QEMU (Debian: qemu-system-misc, macOS: qemu by Homebrew), ` +
        'name it in TYPEVISOR_QEMU, or leave out --on qemu',
    );
  }
  const match = /version ([0-9]+)\.([0-9.]+)/.exec(version.stdout);
  if (match === null || Number(match[1]) < OLDEST_MAJOR_VERSION) {
    const found = match === null ? 'does not tell its version' : `is version ${match[1]}.${match[2]}`;
    throw new UserError(`${command}: ${found}; QEMU ${OLDEST_MAJOR_VERSION}.0 or newer is needed`);
  }
  if (!hasHypervisorExtension(command)) {
    throw new UserError(
      `${command}: its rv64 CPU has no hypervisor extension (H); QEMU 7.0 or newer built for riscv64 has`,
    );
  }
}

/** QEMU writes the device tree of the board and ends; the ISA string tells what the CPU has. */
function hasHypervisorExtension(command: string): boolean {
  using folder = new TemporaryFolder();
  const machine = `virt,dumpdtb=${escapeOption(folder.pathOf('virt.dtb'))}`;
  const { status } = spawnSync(command, ['-M', machine, '-cpu', CPU, '-display', 'none']);
  if (status !== 0) return false;
  const isa = readFdt(folder.read('virt.dtb')).root.find('cpus/cpu@0')?.strings('riscv,isa')?.[0] ?? '';
  return /^rv64[a-z]*h/.test(isa);
}

const CPU = 'rv64,h=true';

export interface QemuOptions {
  readonly command: string;
  /** Path of the hypervisor's ELF. */
  readonly kernel: string;
  /** Path of a firmware, or `default` for OpenSBI. */
  readonly bios: string;
  readonly harts: number;
  /** Bytes of RAM. */
  readonly memory: number;
  readonly modules: readonly PlannedModule[];
  readonly drives: readonly DriveSpec[];
  /** What network cards are connected to: the user network. */
  readonly uplinks: readonly NetSpec[];
  /** A file that shall have the RAM in it. */
  readonly memoryFile?: string | undefined;
  readonly debug?: QemuDebug | undefined;
}

/** QEMU's own stub for gdb. */
export interface QemuDebug {
  readonly port: number;
  /** Execute nothing until the debugger says so. */
  readonly wait: boolean;
}

/** The command line, its first element the command. The console is stdin and stdout. */
export function qemuCommandLine(options: QemuOptions): string[] {
  const { command, kernel, bios, harts, memory, modules, drives, uplinks, memoryFile, debug } = options;
  return [
    command,
    ...['-M', 'virt', '-cpu', CPU, '-smp', String(harts), '-m', `${memory / 2 ** 20}M`],
    ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot'],
    ...(memoryFile === undefined ? [] : memoryOptions(memoryFile, memory)),
    ...['-bios', bios, '-kernel', kernel],
    ...['-global', 'virtio-mmio.force-legacy=false', '-device', 'virtio-rng-device'],
    ...drives.flatMap(driveOptions),
    ...uplinks.flatMap((uplink, index) => networkOptions(uplink, index, drives.length + index)),
    ...modules.flatMap(({ kind, address, file }) => [
      '-device',
      `guest-loader,addr=0x${address.toString(16)},${kind === 'kernel' ? 'kernel' : 'initrd'}=${escapeOption(file.path)}`,
    ]),
    ...(debug === undefined ? [] : ['-gdb', `tcp:localhost:${debug.port}`, ...(debug.wait ? ['-S'] : [])]),
  ];
}

function memoryOptions(path: string, memory: number): string[] {
  const backend = `memory-backend-file,id=ram,size=${memory},mem-path=${escapeOption(path)},share=on`;
  return ['-object', backend, '-machine', 'memory-backend=ram'];
}

/** Drive `index` has slot `index`: the hypervisor counts disks by address. */
function driveOptions({ path, readOnly, overlay }: DriveSpec, index: number): string[] {
  const switches = `${readOnly ? ',readonly=on' : ''}${overlay ? ',snapshot=on' : ''}`;
  return [
    ...['-drive', `file=${escapeOption(path)},if=none,format=raw,id=drive${index}${switches}`],
    ...['-device', `virtio-blk-device,drive=drive${index},bus=virtio-mmio-bus.${index}`],
  ];
}

/** The hypervisor counts cards by address too. */
function networkOptions({ forwards, restrict }: NetSpec, index: number, slot: number): string[] {
  const rules = forwards.map(({ protocol, hostAddress, hostPort, guestAddress, guestPort }) => {
    return `,hostfwd=${protocol}:${hostAddress}:${hostPort}-${formatIpv4(guestAddress)}:${guestPort}`;
  });
  return [
    ...['-netdev', `user,id=net${index}${restrict ? ',restrict=on' : ''}${rules.join('')}`],
    ...['-device', `virtio-net-device,netdev=net${index},bus=virtio-mmio-bus.${slot}`],
  ];
}

/** QEMU separates the parts of an option by commas, and takes two for one that is meant. */
function escapeOption(value: string): string {
  return value.replaceAll(',', ',,');
}

/** One line for a POSIX shell. */
export function shellQuote(args: readonly string[]): string {
  return args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(' ');
}
