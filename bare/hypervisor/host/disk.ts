/**
 * A disk of the host (virtio 1.2, 5.2) on which guests have theirs. Data goes straight between the disk and the guest's memory, in
 * pieces of as many parts as a slot has descriptors; what finds no slot waits.
 */
import {
  VIRTIO_BLK_F_DISCARD,
  VIRTIO_BLK_F_FLUSH,
  VIRTIO_BLK_F_RO,
  VIRTIO_BLK_F_WRITE_ZEROES,
  VIRTIO_BLK_S_IOERR,
  VIRTIO_BLK_S_OK,
  VIRTIO_BLK_T_DISCARD,
  VIRTIO_BLK_T_FLUSH,
  VIRTIO_BLK_T_IN,
  VIRTIO_BLK_T_WRITE_ZEROES,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../../rv/virtio.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { allocate } from '../memory/heap.ts';
import { DiskRequest, finishRequest, HEADER_SIZE, SECTOR_SIZE, serve } from '../virtio/block.ts';
import { findSpan, spanAddress } from '../virtio/chain.ts';
import { hasFeature } from '../virtio/device.ts';
import { sectorOnHost } from '../virtio/host-disk.ts';
import { SEGMENT_SIZE, segmentAt } from '../virtio/segments.ts';
import {
  createHostQueue,
  descriptorLength,
  HostQueue,
  notifyHost,
  publish,
  setDescriptor,
  shortenDescriptor,
  takeUsed,
} from './queue.ts';
import { acknowledge, HostVirtio, hostConfig, negotiate, startHostVirtio } from './virtio.ts';

const FEATURES = VIRTIO_BLK_F_RO | VIRTIO_BLK_F_FLUSH | VIRTIO_BLK_F_DISCARD | VIRTIO_BLK_F_WRITE_ZEROES;

/** Descriptors of a slot: header, data, status. */
const SLOT_DESCRIPTORS: u32 = 16;
const SLOT_PARTS: u32 = SLOT_DESCRIPTORS - 2;
const MOST_DESCRIPTORS: u32 = 256;

/** One request of the host's, which has its descriptors, header and status for itself. */
class Slot {
  // The header, as the device reads it, and the status (5.2.6).
  type: u32;
  reserved: u32;
  sector: u64;
  status: u8;
  request: DiskRequest | null;
  /** Bytes of the piece. */
  size: u64;
}

export class HostDisk {
  device: HostVirtio;
  queue: HostQueue;
  sectors: u64;
  features: u64;
  slotCount: u32;
  slots: usize;
  /** Requests that wait for a slot, in their order. */
  firstWaiting: DiskRequest | null;
  lastWaiting: DiskRequest | null;
  /** Disks are numbered in the order of their addresses. */
  next: HostDisk | null;
}

let first: HostDisk | null = null;
let last: HostDisk | null = null;

/** Makes a disk of the device, unless that has no queue for it. */
export function startHostDisk(device: HostVirtio): void {
  const isAgreed = negotiate(device, FEATURES);
  const queue = createHostQueue(device, 0, MOST_DESCRIPTORS);
  if (!isAgreed || !queue || queue.size < SLOT_DESCRIPTORS) return;
  const disk = changetype<HostDisk>(allocate(offsetof<HostDisk>()));
  disk.device = device;
  disk.queue = queue;
  disk.sectors = hostConfig(device, 0) | ((<u64>hostConfig(device, 4)) << 32);
  disk.features = device.features;
  disk.slotCount = queue.size / SLOT_DESCRIPTORS;
  disk.slots = allocate(PAGE_SIZE);
  const before = last;
  if (before) before.next = disk;
  else first = disk;
  last = disk;
  startHostVirtio(device, changetype<usize>(disk), serveInterrupt);
}

/** Disk `number`, from 0, or null. */
export function hostDisk(number: u32): HostDisk | null {
  let disk = first;
  while (disk && number) {
    disk = disk.next;
    number--;
  }
  return disk;
}

function slotAt(disk: HostDisk, index: u32): Slot {
  return changetype<Slot>(disk.slots + index * offsetof<Slot>());
}

/** Begins the request, which has been checked, or lets it wait. It ends by `finishRequest`, perhaps at once. */
export function submitToHost(disk: HostDisk, request: DiskRequest): void {
  if (request.type == VIRTIO_BLK_T_FLUSH && !(disk.features & VIRTIO_BLK_F_FLUSH)) {
    finishRequest(request, VIRTIO_BLK_S_OK);
    return;
  }
  for (let index: u32 = 0; index < disk.slotCount; index++) {
    const slot = slotAt(disk, index);
    if (slot.request) continue;
    slot.request = request;
    submitPiece(disk, index);
    return;
  }
  request.next = null;
  const before = disk.lastWaiting;
  if (before) before.next = request;
  else disk.firstWaiting = request;
  disk.lastWaiting = request;
}

/** Gives the disk the next piece of the slot's request. */
function submitPiece(disk: HostDisk, index: u32): void {
  const slot = slotAt(disk, index);
  const request = slot.request!;
  const head = index * SLOT_DESCRIPTORS;
  const isOfSegments = request.type == VIRTIO_BLK_T_DISCARD || request.type == VIRTIO_BLK_T_WRITE_ZEROES;
  slot.type = request.type;
  slot.sector = isOfSegments ? 0 : sectorOnHost(request);
  slot.status = <u8>VIRTIO_BLK_S_IOERR;
  const queue = disk.queue;
  setDescriptor(queue, head, changetype<usize>(slot), <u32>HEADER_SIZE, VIRTQ_DESC_F_NEXT);
  let next = head + 1;
  slot.size = 0;
  if (isOfSegments) {
    const size = request.segmentCount * <u32>SEGMENT_SIZE;
    setDescriptor(queue, next++, changetype<usize>(segmentAt(request, 0)), size, VIRTQ_DESC_F_NEXT);
    slot.size = request.size;
  } else if (request.type != VIRTIO_BLK_T_FLUSH) {
    next = addParts(queue, request, next, slot);
    if (!slot.size && request.size) {
      endSlot(disk, index, VIRTIO_BLK_S_IOERR);
      return;
    }
  }
  setDescriptor(queue, next, changetype<usize>(slot) + offsetof<Slot>('status'), 1, VIRTQ_DESC_F_WRITE);
  publish(queue, head);
  notifyHost(queue);
}

/**
 * Describes as much of the data as there are descriptors, parts that lie together by one, and returns the descriptor behind. What is
 * described ends with a whole sector: a driver that cuts a sector into more parts than there are gets nothing.
 */
function addParts(queue: HostQueue, request: DiskRequest, next: u32, slot: Slot): u32 {
  const isWritable = request.type == VIRTIO_BLK_T_IN;
  const flags = isWritable ? VIRTQ_DESC_F_NEXT | VIRTQ_DESC_F_WRITE : VIRTQ_DESC_F_NEXT;
  const start = isWritable ? 0 : HEADER_SIZE;
  const end = next + SLOT_PARTS;
  let offset = request.done;
  let address: usize = 0;
  let length: u32 = 0;
  while (offset < request.size) {
    const span = min<u64>(findSpan(request.chain, isWritable, start + offset), request.size - offset);
    if (!length || address + length != spanAddress) {
      if (next == end) break;
      address = spanAddress;
      length = 0;
      next++;
    }
    length += <u32>span;
    offset += span;
    setDescriptor(queue, next - 1, address, length, flags);
  }
  let beyond = <u32>(offset & (SECTOR_SIZE - 1));
  slot.size = offset - beyond - request.done;
  while (beyond) {
    const taken = descriptorLength(queue, next - 1);
    if (taken > beyond) shortenDescriptor(queue, next - 1, taken - beyond);
    else next--;
    beyond -= min(beyond, taken);
  }
  return next;
}

function serveInterrupt(address: usize): void {
  const disk = changetype<HostDisk>(address);
  acknowledge(disk.device);
  pollHostDisk(disk);
}

/** Goes on with what the disk has done. */
export function pollHostDisk(disk: HostDisk): void {
  for (let head = takeUsed(disk.queue); head >= 0; head = takeUsed(disk.queue)) {
    const index = <u32>head / SLOT_DESCRIPTORS;
    const slot = slotAt(disk, index);
    const request = slot.request;
    if (!request) continue;
    request.done += slot.size;
    if (slot.status != <u8>VIRTIO_BLK_S_OK) endSlot(disk, index, slot.status);
    else if (request.done < request.size || mustBeFlushed(disk, request)) submitPiece(disk, index);
    else endSlot(disk, index, VIRTIO_BLK_S_OK);
  }
}

/** A driver that has not accepted flushes counts on what was written to stay (5.2.6.2): the request goes on as one. */
function mustBeFlushed(disk: HostDisk, request: DiskRequest): bool {
  if (request.type == VIRTIO_BLK_T_IN || request.type == VIRTIO_BLK_T_FLUSH || !(disk.features & VIRTIO_BLK_F_FLUSH))
    return false;
  if (hasFeature(request.disk.device, VIRTIO_BLK_F_FLUSH)) return false;
  request.type = VIRTIO_BLK_T_FLUSH;
  return true;
}

/** The slot's request is over, and the slot goes to the one that waits longest. */
function endSlot(disk: HostDisk, index: u32, status: u32): void {
  const slot = slotAt(disk, index);
  const request = slot.request!;
  slot.request = null;
  const waiting = disk.firstWaiting;
  if (waiting) {
    disk.firstWaiting = waiting.next;
    if (!disk.firstWaiting) disk.lastWaiting = null;
    slot.request = waiting;
    submitPiece(disk, index);
  }
  finishRequest(request, status);
  serve(request.disk.device, 0);
}
