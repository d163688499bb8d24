/** A machine with the hypervisor and guests, for the command and for programs. */
import type { NetworkBackend } from '../devices/network-backend.ts';
import { Machine, type TimeMode } from '../machine/index.ts';
import { artefact } from './artefacts.ts';
import { openDrives } from './drives.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import { checkFits, guestNames, loadGuest } from './guests.ts';
import { type GuestFile, type GuestSpec, type HostPlan, MOST_HOST_MEMORY, planGuests } from './plan.ts';
import { formatSize } from './sizes.ts';

const DEFAULT_MEMORY = 128 * 2 ** 20;

/** A guest that differs from the others; what is left out is as `BootOptions` says for all. */
export interface GuestOptions {
  /** `.ts` or `.S` source, ELF, Linux Image, raw binary. */
  readonly path: string;
  /** A device-tree node name of at most 31 characters; the file's if left out. */
  readonly name?: string | undefined;
  readonly memory?: number | undefined;
  readonly vcpus?: number | undefined;
  /** Its share of the harts, 1 to 10000; 100 if left out. */
  readonly weight?: number | undefined;
  readonly initrd?: string | undefined;
  readonly append?: string | undefined;
  /** Its disks, as indices of `drives`. */
  readonly disks?: readonly number[] | undefined;
  /** The networks that it has a card on, by their names; all if left out. */
  readonly networks?: readonly string[] | undefined;
}

/** An Ethernet switch between guests. */
export interface GuestNetwork<Uplink> {
  /** What it is connected to besides: in a program a user network, or a switch between machines. */
  readonly uplink?: Uplink | undefined;
}

/** `Uplink` is what a host takes for the end of a cable. */
export interface BootOptions<Uplink = NetworkBackend> {
  /** Paths: `.ts` and `.S` sources, ELF files, Linux Images, raw binaries. */
  readonly guests: readonly (string | GuestOptions)[];
  /** Bytes of each guest's RAM, a multiple of 4 KiB; 128 MiB if left out. */
  readonly memory?: number | undefined;
  /** Harts of each guest, 1 to 8; 1 if left out. */
  readonly vcpus?: number | undefined;
  /** Bytes of the host's RAM; what the guests need together if left out. */
  readonly hostMemory?: number | undefined;
  /** The host's, 1 to 8; 1 if left out. */
  readonly harts?: number | undefined;
  /** Path of a firmware, `typevisor` for ours, or `default` (if left out) for the host's own. */
  readonly bios?: string | undefined;
  /** Path of every guest's RAM disk. */
  readonly initrd?: string | undefined;
  /** Every guest's command line. */
  readonly append?: string | undefined;
  /** Disk images, in the words of `--drive`; the guests get them in turn. At most as many as the host has room for. */
  readonly drives?: readonly string[] | undefined;
  /** The guests' networks, by their names. */
  readonly networks?: Readonly<Record<string, GuestNetwork<Uplink>>> | undefined;
  /** The hypervisor prints a line for each exit of a guest. */
  readonly trace?: boolean | undefined;
  /** It keeps a record of the last of them in memory: debug/exit-trace.ts. */
  readonly record?: boolean | undefined;
}

/**
 * Reads, and where they are sources builds, the guests, and plans what lies where in the host's memory.
 * @throws UserError for files that cannot be read or do not fit; the compiler's and the assembler's errors.
 */
export async function hostPlan(options: BootOptions<unknown>): Promise<HostPlan> {
  const { hostMemory, trace = false, record = false } = options;
  const networks = Object.values(options.networks ?? {});
  const uplinks = [...networks.keys()].filter((number) => networks[number]!.uplink !== undefined);
  return planGuests(await readGuests(options), { uplinks, hostMemory, trace, record });
}

/** What the guests' networks are connected to, in the order of the host's cards. */
export function uplinksOf<Uplink>({ networks = {} }: BootOptions<Uplink>): Uplink[] {
  return Object.values(networks).flatMap(({ uplink }) => (uplink === undefined ? [] : [uplink]));
}

/**
 * The built-in machine with firmware, hypervisor and guests in its memory; `run` starts it.
 * @param time see `MachineOptions.time`
 * @throws UserError and what `hostPlan` throws.
 */
export async function boot(options: BootOptions, time: TimeMode = 'counted'): Promise<Machine> {
  const { bios = 'default', drives = [] } = options;
  const plan = await hostPlan(options);
  if (plan.hostMemory > MOST_HOST_MEMORY) {
    throw new UserError(
      `the guests need ${formatSize(plan.hostMemory)} of host memory together, and the built-in machine has at most ` +
        `${formatSize(MOST_HOST_MEMORY)}; give each less by --memory`,
    );
  }
  const firmware = isOwnFirmware(bios) ? await artefact('firmware.elf') : readUserFile(bios);
  return Machine.create({
    core: await artefact('core.wasm'),
    harts: options.harts ?? 1,
    memory: plan.hostMemory,
    firmware,
    kernel: await artefact('hypervisor.elf'),
    modules: plan.modules.map(({ kind, address, file }) => ({ kind, address, bytes: file.bytes })),
    drives: openDrives(drives),
    networks: uplinksOf(options).map((backend) => ({ backend })),
    rng: true,
    time,
  });
}

/** Whether `--bios` names our firmware, on the built-in machine. */
export function isOwnFirmware(bios = 'default'): boolean {
  return bios === 'default' || bios === 'typevisor';
}

async function readGuests(options: BootOptions<unknown>): Promise<GuestSpec[]> {
  const { memory = DEFAULT_MEMORY, vcpus = 1, drives = [] } = options;
  const given = optionsOfGuests(options);
  if (given.length === 0) throw new UserError('no guest given; try: typevisor run hello.ts (see typevisor run --help)');
  const names = namesOfGuests(options);
  const networks = Object.keys(options.networks ?? {});
  const numberOf = (network: string) => {
    const number = networks.indexOf(network);
    if (number < 0) throw new UserError(`there is no network ${network}`);
    return number;
  };
  const readRamDisk = reader();
  const guests: GuestSpec[] = [];
  for (const [index, guest] of given.entries()) {
    const image = await loadGuest(guest.path);
    const size = guest.memory ?? memory;
    checkFits(image, size);
    guests.push({
      name: names[index]!,
      image,
      initrd: readRamDisk(guest.initrd ?? options.initrd),
      bootargs: guest.append ?? options.append,
      memory: size,
      vcpus: guest.vcpus ?? vcpus,
      weight: guest.weight,
      disks: guest.disks ?? drives.map((_, disk) => disk).filter((disk) => disk % given.length === index),
      networks: guest.networks?.map(numberOf) ?? networks.map((_, number) => number),
    });
  }
  return guests;
}

function optionsOfGuests({ guests }: BootOptions<unknown>): GuestOptions[] {
  return guests.map((each) => (typeof each === 'string' ? { path: each } : each));
}

/** What the guests are called, in the order of their numbers. */
export function namesOfGuests(options: BootOptions<unknown>): string[] {
  const given = optionsOfGuests(options);
  const names = guestNames(given.map(({ path }) => path));
  return given.map(({ name }, index) => name ?? names[index]!);
}

/** Reads each file once. */
function reader(): (path: string | undefined) => GuestFile | undefined {
  const files = new Map<string, GuestFile>();
  return (path) => {
    if (path === undefined) return undefined;
    const file = files.get(path) ?? { path, bytes: readUserFile(path) };
    files.set(path, file);
    return file;
  };
}
