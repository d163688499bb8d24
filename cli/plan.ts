/**
 * Where the guests' files lie in the host's memory, and what the hypervisor is told about them. The same for the built-in
 * machine and for QEMU, which passes the modules by its guest-loader device.
 */
import { FdtNode, writeFdt } from '../machine/fdt.ts';
import { UserError } from './errors.ts';
import { formatSize } from './sizes.ts';

const MIB = 2 ** 20;
const RAM_BASE = 0x8000_0000;
/** Above the firmware, the hypervisor and what the hypervisor allocates at boot. */
const MODULES_BASE = 0x8800_0000;
const MODULE_ALIGN = 2 * MIB;
/** QEMU puts its device tree just below 3 GiB, or below the end of RAM if that is lower. */
const DEVICE_TREE_END = 0xc000_0000;
const DEVICE_TREE_ROOM = 16 * MIB;
/** For page tables, and because a guest's memory is made of aligned pieces. */
const SPARE = 32 * MIB;
/** What the built-in machine has room for. */
export const MOST_HOST_MEMORY = 3072 * MIB;

/** A guest as the user gave it. */
export interface GuestSpec {
  /** A device-tree node name of at most 31 characters. */
  readonly name: string;
  /** ELF, Linux Image or raw binary. */
  readonly image: GuestFile;
  readonly initrd?: GuestFile | undefined;
  readonly bootargs?: string | undefined;
  /** Bytes of RAM. */
  readonly memory: number;
  readonly vcpus: number;
  /** Its share of the harts: see the schema of guests' files. */
  readonly weight?: number | undefined;
  /** Its disks, by their numbers among those of the host. */
  readonly disks?: readonly number[] | undefined;
  /** The networks that it has a card on, by their numbers. */
  readonly networks?: readonly number[] | undefined;
}

export interface GuestFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What the device tree's /chosen names. */
export interface PlannedModule {
  readonly kind: 'kernel' | 'ramdisk';
  readonly address: number;
  readonly file: GuestFile;
}

export interface HostPlan {
  readonly modules: readonly PlannedModule[];
  /** Bytes of the host's RAM, a multiple of 1 MiB: QEMU counts in these. */
  readonly hostMemory: number;
}

export interface PlanOptions {
  /** The networks that the host's cards lead out of, in the order of the cards. */
  readonly uplinks?: readonly number[];
  /** Bytes; undefined for what the guests need together. */
  readonly hostMemory?: number | undefined;
  /** The hypervisor prints a line for each exit of a guest. */
  readonly trace?: boolean;
  /** It keeps a record of each in memory. */
  readonly record?: boolean;
}

/**
 * Places every file and the configuration, which is the last module.
 * @throws UserError when the host memory asked for is too small.
 */
export function planGuests(
  guests: readonly GuestSpec[],
  { uplinks = [], hostMemory, trace = false, record = false }: PlanOptions = {},
): HostPlan {
  const placer = new Placer();
  const root = new FdtNode();
  const nodes = root.add('guests');
  if (uplinks.length > 0) nodes.setCells('uplinks', ...uplinks);
  if (trace) nodes.setFlag('trace');
  if (record) nodes.setFlag('record');
  for (const guest of guests) {
    const node = nodes.add(guest.name).setCells64('kernel', placer.place('kernel', guest.image));
    if (guest.initrd !== undefined) node.setCells64('initrd', placer.place('ramdisk', guest.initrd));
    if (guest.bootargs !== undefined) node.setStrings('bootargs', guest.bootargs);
    node.setCells64('memory', guest.memory).setCells('vcpus', guest.vcpus);
    if (guest.weight !== undefined) node.setCells('weight', guest.weight);
    for (const [index, disk] of (guest.disks ?? []).entries()) node.add(`disk@${index}`).setCells('host', disk);
    for (const [index, network] of (guest.networks ?? []).entries()) {
      node.add(`net@${index}`).setCells('network', network);
    }
  }
  placer.place('kernel', { path: 'guests.dtb', bytes: writeFdt(root) });

  const guestMemory = guests.reduce((sum, { memory }) => sum + memory, 0);
  const needed = alignUp(placer.end - RAM_BASE + guestMemory + SPARE + DEVICE_TREE_ROOM, 16 * MIB);
  if (hostMemory !== undefined && hostMemory < needed) {
    throw new UserError(
      `--host-memory ${formatSize(hostMemory)}: too small for ${guests.length} guest(s) with ${formatSize(guestMemory)} ` +
        `of memory and their files; give at least ${formatSize(needed)}`,
    );
  }
  return { modules: placer.modules, hostMemory: alignUp(hostMemory ?? needed, MIB) };
}

class Placer {
  readonly modules: PlannedModule[] = [];
  end = MODULES_BASE;

  place(kind: PlannedModule['kind'], file: GuestFile): number {
    let address = alignUp(this.end, MODULE_ALIGN);
    const overDeviceTree =
      address < DEVICE_TREE_END && address + file.bytes.length > DEVICE_TREE_END - DEVICE_TREE_ROOM;
    if (overDeviceTree) address = DEVICE_TREE_END;
    this.modules.push({ kind, address, file });
    this.end = address + file.bytes.length;
    return address;
  }
}

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
