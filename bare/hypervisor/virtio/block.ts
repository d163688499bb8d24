/**
 * Block device (virtio 1.2, 5.2): a disk behind one queue of requests. What the disk consists of, a backend knows: image-disk.ts,
 * host-disk.ts. It may serve several requests at a time, and in any order.
 */
import {
  VIRTIO_BLK_F_DISCARD,
  VIRTIO_BLK_F_FLUSH,
  VIRTIO_BLK_F_RO,
  VIRTIO_BLK_F_SEG_MAX,
  VIRTIO_BLK_F_WRITE_ZEROES,
  VIRTIO_BLK_S_IOERR,
  VIRTIO_BLK_S_OK,
  VIRTIO_BLK_S_UNSUPP,
  VIRTIO_BLK_T_DISCARD,
  VIRTIO_BLK_T_FLUSH,
  VIRTIO_BLK_T_GET_ID,
  VIRTIO_BLK_T_IN,
  VIRTIO_BLK_T_OUT,
  VIRTIO_BLK_T_WRITE_ZEROES,
  VIRTIO_ID_BLOCK,
} from '../../rv/virtio.ts';
import { Guest } from '../guest/guest.ts';
import { allocate, free } from '../memory/heap.ts';
import { leaveUnfinished } from '../mmio/unfinished.ts';
import { Chain, createChain, freeChain, readChain, writeChain } from './chain.ts';
import { breakDevice, createVirtioDevice, freeVirtioDevice, queueAt, VirtioDevice } from './device.ts';
import { popChain, pushUsed, signal } from './queue.ts';
import { MOST_SEGMENTS, readSegments, SEGMENTS, SEGMENTS_SIZE } from './segments.ts';

export const SECTOR_SIZE: u64 = 512;
const SECTOR_SHIFT: u64 = 9;

const QUEUE_SIZE: u32 = 128;
export const HEADER_SIZE: u64 = 16;
export const ID_SIZE: u64 = 20;
// Offsets in the configuration space: 5.2.4.
const CONFIG_CAPACITY: usize = 0;
const CONFIG_SEG_MAX: usize = 12;
const CONFIG_DISCARD_LIMITS: usize = 36;
const CONFIG_DISCARD_SECTOR_ALIGNMENT: usize = 44;
const CONFIG_WRITE_ZEROES_LIMITS: usize = 48;
export const CONFIG_WRITE_ZEROES_MAY_UNMAP: usize = 56;
/** Of the limits: sectors of a segment, segments of a request. */
export const CONFIG_MOST_SECTORS: usize = 0;
export const CONFIG_MOST_SEGMENTS: usize = 4;
const CONFIG_SIZE: u32 = 60;
/** A request's parts besides its data: header and status. */
const OTHER_PARTS: u32 = 2;

/** Requests that a disk serves at a time: the others wait in the queue. */
const REQUEST_COUNT: u32 = 8;
/** Bytes after which the driver's store is interrupted, so that no guest keeps the hart by its disk. */
const BUDGET: u64 = 1 << 20;

/** Serves a request that has been checked, now or later, and ends it by `finishRequest`. */
export type SubmitRequest = (request: DiskRequest) => void;
/** Returns when nothing is being served any more. */
export type DrainDisk = (disk: Disk) => void;

export class Disk {
  device: VirtioDevice;
  sectors: u64;
  isReadOnly: bool;
  /** 20 bytes of ASCII, filled up with zeros. */
  id: usize;
  backend: usize;
  submit: SubmitRequest;
  drain: DrainDisk;
  /** On the host's disk, where the backend is one. */
  firstSector: u64;
  /** Requests that are not being served, and the number of those that are. */
  idle: DiskRequest | null;
  busy: u32;
}

export class DiskRequest {
  disk: Disk;
  chain: Chain;
  type: u32;
  sector: u64;
  /** Bytes of data, or that its segments cover. */
  size: u64;
  /** What of it is done, for the backend. */
  done: u64;
  /** Of a discard or write zeroes request: segments.ts. */
  segmentCount: u32;
  next: DiskRequest | null;
}

/** Its segments stand behind the fields. */
const REQUEST_SIZE: usize = SEGMENTS + SEGMENTS_SIZE;

const header = memory.data(16, 8);
const statusByte = memory.data(1, 8);

/** A disk of `sectors`; the caller fills in backend, submit, drain and 20 bytes at `id`. */
export function createDisk(guest: Guest, sectors: u64, isReadOnly: bool): Disk {
  const device = createVirtioDevice(guest, VIRTIO_ID_BLOCK, featuresOf(isReadOnly), 1, QUEUE_SIZE, CONFIG_SIZE);
  const disk = changetype<Disk>(allocate(offsetof<Disk>()));
  disk.device = device;
  disk.sectors = sectors;
  disk.isReadOnly = isReadOnly;
  disk.id = allocate(<usize>ID_SIZE);
  device.model = changetype<usize>(disk);
  device.notify = serve;
  device.reset = reset;
  store<u64>(device.config + CONFIG_CAPACITY, sectors);
  store<u32>(device.config + CONFIG_SEG_MAX, QUEUE_SIZE - OTHER_PARTS);
  for (let count: u32 = 0; count < REQUEST_COUNT; count++) {
    const request = changetype<DiskRequest>(allocate(REQUEST_SIZE));
    request.disk = disk;
    request.chain = createChain(guest);
    putIdle(request);
  }
  return disk;
}

/** The backend can discard sectors, or write zeroes to them: in up to so many segments of so many sectors. */
export function offerSegments(disk: Disk, feature: u64, segments: u32, sectors: u32): void {
  if (disk.isReadOnly) return;
  const device = disk.device;
  const limits = device.config + limitsOf(feature);
  device.offered |= feature;
  store<u32>(limits, sectors, CONFIG_MOST_SECTORS);
  store<u32>(limits, min(segments, MOST_SEGMENTS), CONFIG_MOST_SEGMENTS);
  if (feature == VIRTIO_BLK_F_DISCARD) store<u32>(device.config, 1, CONFIG_DISCARD_SECTOR_ALIGNMENT);
}

/** Where the configuration space has them, here and on the host. */
export function limitsOf(feature: u64): usize {
  return feature == VIRTIO_BLK_F_DISCARD ? CONFIG_DISCARD_LIMITS : CONFIG_WRITE_ZEROES_LIMITS;
}

function featuresOf(isReadOnly: bool): u64 {
  return VIRTIO_BLK_F_SEG_MAX | VIRTIO_BLK_F_FLUSH | (isReadOnly ? VIRTIO_BLK_F_RO : 0);
}

/** Frees a disk that has been reset, but for what the backend has. */
export function freeDisk(device: VirtioDevice): void {
  const disk = changetype<Disk>(device.model);
  let request = disk.idle;
  while (request) {
    const next = request.next;
    freeChain(request.chain);
    free(changetype<usize>(request), REQUEST_SIZE);
    request = next;
  }
  freeVirtioDevice(device);
  free(disk.id, <usize>ID_SIZE);
  free(changetype<usize>(disk), offsetof<Disk>());
}

function reset(device: VirtioDevice): void {
  const disk = changetype<Disk>(device.model);
  disk.drain(disk);
}

function putIdle(request: DiskRequest): void {
  request.next = request.disk.idle;
  request.disk.idle = request;
}

function takeIdle(disk: Disk): DiskRequest | null {
  const request = disk.idle;
  if (request) disk.idle = request.next;
  return request;
}

/** Begins requests while there are some, and room to serve them. */
export function serve(device: VirtioDevice, _queue: u32): void {
  const disk = changetype<Disk>(device.model);
  const queue = queueAt(device, 0);
  let budget: u64 = BUDGET;
  let request = takeIdle(disk);
  while (request) {
    if (!popChain(queue, request.chain)) {
      putIdle(request);
      break;
    }
    disk.busy++;
    begin(request);
    const cost = request.size + SECTOR_SIZE;
    if (cost >= budget) {
      leaveUnfinished();
      break;
    }
    budget -= cost;
    request = takeIdle(disk);
  }
  signal(queue);
}

function begin(request: DiskRequest): void {
  const disk = request.disk;
  const chain = request.chain;
  request.size = 0;
  request.done = 0;
  request.segmentCount = 0;
  if (readChain(chain, 0, header, HEADER_SIZE) < HEADER_SIZE || !chain.writable) {
    release(request);
    breakDevice(disk.device, 'a request has no header or no room for its status (5.2.6)');
    return;
  }
  request.type = load<u32>(header);
  request.sector = load<u64>(header + 8);
  switch (request.type) {
    case VIRTIO_BLK_T_IN:
      submitData(request, chain.writable - 1);
      break;
    case VIRTIO_BLK_T_OUT:
      if (disk.isReadOnly) finishRequest(request, VIRTIO_BLK_S_IOERR);
      else submitData(request, chain.readable - HEADER_SIZE);
      break;
    case VIRTIO_BLK_T_GET_ID:
      getId(request);
      break;
    case VIRTIO_BLK_T_FLUSH:
      disk.submit(request);
      break;
    case VIRTIO_BLK_T_DISCARD:
      submitSegments(request, VIRTIO_BLK_F_DISCARD);
      break;
    case VIRTIO_BLK_T_WRITE_ZEROES:
      submitSegments(request, VIRTIO_BLK_F_WRITE_ZEROES);
      break;
    default:
      finishRequest(request, VIRTIO_BLK_S_UNSUPP);
  }
}

/** Whole sectors that the disk has (5.2.6.1). */
function submitData(request: DiskRequest, size: u64): void {
  request.size = size;
  if (!(size & (SECTOR_SIZE - 1)) && isOnDisk(request.disk, request.sector, size >> SECTOR_SHIFT)) {
    request.disk.submit(request);
  } else {
    finishRequest(request, VIRTIO_BLK_S_IOERR);
  }
}

/** Discard or write zeroes, if the disk has the feature. */
function submitSegments(request: DiskRequest, feature: u64): void {
  const disk = request.disk;
  let status = VIRTIO_BLK_S_UNSUPP;
  if (disk.isReadOnly) status = VIRTIO_BLK_S_IOERR;
  else if (disk.device.offered & feature) status = readSegments(request, disk.device.config + limitsOf(feature));
  if (status == VIRTIO_BLK_S_OK) disk.submit(request);
  else finishRequest(request, status);
}

export function isOnDisk(disk: Disk, sector: u64, count: u64): bool {
  return sector <= disk.sectors && count <= disk.sectors - sector;
}

function getId(request: DiskRequest): void {
  if (request.chain.writable <= ID_SIZE) {
    finishRequest(request, VIRTIO_BLK_S_IOERR);
    return;
  }
  request.size = writeChain(request.chain, 0, request.disk.id, ID_SIZE);
  finishRequest(request, VIRTIO_BLK_S_OK);
}

/** The request is over. The driver is told by `signal`. */
export function finishRequest(request: DiskRequest, status: u32): void {
  const chain = request.chain;
  store<u8>(statusByte, <u8>status);
  writeChain(chain, chain.writable - 1, statusByte, 1);
  const hasData = status == VIRTIO_BLK_S_OK && (request.type == VIRTIO_BLK_T_IN || request.type == VIRTIO_BLK_T_GET_ID);
  pushUsed(queueAt(request.disk.device, 0), chain, <u32>(hasData ? request.size : 0) + 1);
  release(request);
}

function release(request: DiskRequest): void {
  request.disk.busy--;
  putIdle(request);
}
