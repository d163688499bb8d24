/** From a configuration to a guest that can run: image, memory, device tree, vCPU. What is wrong refuses that guest alone. */
import { printHex } from '../../lib/print.ts';
import { endMessage } from '../console/console.ts';
import { createConsole } from '../console/guest-console.ts';
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { createDevices, freeDevices, hasSlotsFor, virtioCountOf } from '../devices/guest-devices.ts';
import { hartAt, hartCount } from '../harts/hart.ts';
import { GUNZIP_WORKSPACE_SIZE, gunzip, gunzipErrorText } from '../image/gzip.ts';
import { describeImage } from '../image/image.ts';
import { IMAGE_COMPRESSED, IMAGE_INFO_SIZE, ImageInfo, imageError, segmentOf } from '../image/image-info.ts';
import { VCPU_LIMIT } from '../limits.ts';
import { freeMemory, freePagesAt, orderOf, PAGE_SIZE, tryAllocatePages } from '../memory/allocator.ts';
import { hgatpOf, initializeGStage } from '../memory/gstage.ts';
import { allocateGuestMemory, copyToGuest, freeGuestMemory } from '../memory/guest-memory.ts';
import { allocate, free } from '../memory/heap.ts';
import { freePageTable, PageTable } from '../memory/page-table.ts';
import { beginRefusal } from '../report/report.ts';
import { startTime } from '../vcpu/guest-timer.ts';
import { addVcpu } from '../vcpu/run-queue.ts';
import { lockScheduler, unlockScheduler } from '../vcpu/scheduler.ts';
import { createVcpu, freeVcpu, resetVcpu } from '../vcpu/vcpu.ts';
import { DiskConfiguration } from './device-configuration.ts';
import { GUEST_REFUSED, GUEST_SIZE, Guest, setVcpu, vcpuOf } from './guest.ts';
import { hasRoomForDevices, VIRTIO_SLOTS } from './guest-board.ts';
import { GuestConfiguration } from './guest-configuration.ts';
import { placeGuestTree } from './place-tree.ts';

/** Where a guest's memory starts, as on QEMU's virt board; lower only for an image that is linked lower. */
const MEMORY_START: u64 = 0x8000_0000;
/** Room for the device tree, at the end of memory. */
const TREE_SIZE: u64 = 0x1_0000;
const SMALLEST_MEMORY: u64 = 0x2_0000;
/** One page of tables maps 512 pages, so tables need less than this share of what they map; and some pages for the upper levels. */
const TABLE_SHARE: u64 = 256;
const TABLE_RESERVE: u64 = 64 * 4096;

/** Makes guest `number` of its configuration. When it cannot run that has been reported, and its state is GUEST_REFUSED. */
export function createGuest(configuration: GuestConfiguration, number: u64): Guest {
  const guest = changetype<Guest>(allocate(GUEST_SIZE));
  guest.number = number;
  guest.configuration = configuration;
  guest.console = createConsole(guest);
  guest.gStage = changetype<PageTable>(allocate(offsetof<PageTable>()));
  loadGuest(guest);
  return guest;
}

/** Gives a guest that has nothing yet, or nothing any more, all that it needs to boot. False when that is not to be had, with a report. */
export function loadGuest(guest: Guest): bool {
  const info = changetype<ImageInfo>(allocate(IMAGE_INFO_SIZE));
  const error = load(guest, guest.configuration, info);
  if (error) {
    beginRefusal(guest, error);
    printHex(info.value);
    endMessage();
    guest.state = GUEST_REFUSED;
    freeGuest(guest);
  }
  free(changetype<usize>(info), IMAGE_INFO_SIZE);
  return error == null;
}

/** Gives back what `loadGuest` took. The guest's vCPUs are in no hart and in no queue. */
export function freeGuest(guest: Guest): void {
  lockDevices();
  freeDevices(guest);
  unlockDevices();
  for (let id: usize = 0; id < guest.vcpuCount; id++) freeVcpu(vcpuOf(guest, id));
  guest.vcpuCount = 0;
  if (!guest.gStage.root) return;
  freeGuestMemory(guest);
  freePageTable(guest.gStage);
}

/** Null, or what is wrong, to be followed by `info.value`. */
function load(guest: Guest, configuration: GuestConfiguration, info: ImageInfo): string | null {
  const kernel = configuration.kernel;
  const size = configuration.memory;
  if (size < SMALLEST_MEMORY || size % PAGE_SIZE) {
    return imageError(info, size, 'its memory must be a multiple of 4 KiB and at least 128 KiB, not');
  }
  if (configuration.vcpus == 0 || configuration.vcpus > <u32>VCPU_LIMIT) {
    return imageError(info, configuration.vcpus, 'a guest has 1 to 8 vCPUs, not');
  }
  const error = describeImage(kernel.start, kernel.size, MEMORY_START, info);
  if (error) return error;
  if (info.kind != IMAGE_COMPRESSED) return loadDescribed(guest, configuration, info);

  const unpacked = tryAllocatePages(orderOf(info.unpackedSize));
  if (!unpacked) return imageError(info, info.unpackedSize, 'no memory to unpack its kernel in; bytes needed:');
  const unpackError = unpack(info, unpacked);
  const result = unpackError ? unpackError : loadDescribed(guest, configuration, info);
  freePagesAt(unpacked);
  return result;
}

/** Unpacks a compressed kernel to `destination` and describes what comes out. */
function unpack(info: ImageInfo, destination: usize): string | null {
  const size = info.unpackedSize;
  const workspace = allocate(GUNZIP_WORKSPACE_SIZE);
  const result = gunzip(info.payload, <usize>info.payloadSize, destination, <usize>size, workspace);
  free(workspace, GUNZIP_WORKSPACE_SIZE);
  if (result < 0) return imageError(info, info.payloadSize, gunzipErrorText(result));
  const error = describeImage(destination, result, MEMORY_START, info);
  if (!error && info.kind == IMAGE_COMPRESSED)
    return imageError(info, 0, 'a compressed kernel is compressed again: depth');
  return error;
}

/** Gives the guest memory with its segments, ramdisk and device tree, and vCPUs, of which the first will start. */
function loadDescribed(guest: Guest, configuration: GuestConfiguration, info: ImageInfo): string | null {
  const size = configuration.memory;
  guest.memoryStart = min(MEMORY_START, info.lowest & ~(<u64>PAGE_SIZE - 1));
  guest.memorySize = size;
  const end = guest.memoryStart + size;
  // From the end of memory down: device tree, then ramdisk.
  const tree = (end - TREE_SIZE) & ~(<u64>PAGE_SIZE - 1);
  const ramdisk = configuration.ramdisk;
  const ramdiskSize: u64 = ramdisk ? ramdisk.size : 0;
  const ramdiskStart = (tree - ramdiskSize) & ~(<u64>PAGE_SIZE - 1);
  if (ramdiskSize > size || ramdiskStart < guest.memoryStart) {
    return imageError(info, ramdiskSize, 'its ramdisk is larger than its memory; it has bytes:');
  }
  if (info.highest > ramdiskStart) {
    return imageError(
      info,
      info.highest,
      'its memory is too small: with ramdisk and device tree at the end, its image reaches',
    );
  }
  if (size > freeMemory() || size + size / TABLE_SHARE + TABLE_RESERVE > freeMemory()) {
    return imageError(info, freeMemory(), 'the host has too little memory for it; free bytes:');
  }

  initializeGStage(guest.gStage);
  if (!allocateGuestMemory(guest))
    return imageError(info, freeMemory(), 'the host has too little memory for it; free bytes:');
  guest.hgatp = hgatpOf(guest.gStage, guest.number);
  if (hasRoomForDevices(guest.memoryStart, size)) {
    if (!hasSlotsFor(configuration))
      return imageError(info, VIRTIO_SLOTS, 'it has more disks and networks than slots:');
    const missing = createDevicesOf(guest, configuration);
    if (missing) return imageError(info, missing.hostDisk, 'the host has no such disk, or it is too small: disk');
  }
  for (let index: u32 = 0; index < info.segmentCount; index++) {
    const segment = segmentOf(info, index);
    copyToGuest(guest, segment.address, segment.source, <usize>segment.fileSize);
  }
  if (ramdisk) copyToGuest(guest, ramdiskStart, ramdisk.start, ramdisk.size);
  const written = placeGuestTree(
    guest,
    configuration,
    virtioCountOf(guest),
    tree,
    <usize>TREE_SIZE,
    ramdiskStart,
    ramdiskSize,
  );
  if (!written) return imageError(info, TREE_SIZE, 'its device tree, with its command line, is larger than');
  createVcpus(guest, configuration);
  startTime(guest);
  resetVcpu(vcpuOf(guest, 0), info.entry, tree);
  return null;
}

function createDevicesOf(guest: Guest, configuration: GuestConfiguration): DiskConfiguration | null {
  lockDevices();
  const missing = createDevices(guest, configuration);
  unlockDevices();
  return missing;
}

/** Their first harts are different ones as far as there are. */
function createVcpus(guest: Guest, configuration: GuestConfiguration): void {
  lockScheduler();
  for (let id: usize = 0; id < configuration.vcpus; id++) {
    const vcpu = createVcpu(guest, id, hartAt((<usize>guest.number + id) % hartCount()), configuration.weight);
    setVcpu(guest, id, vcpu);
    addVcpu(vcpu);
  }
  guest.vcpuCount = configuration.vcpus;
  unlockScheduler();
}
