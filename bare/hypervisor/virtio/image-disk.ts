/** A disk in memory: the image is a module that was loaded beside the guest's kernel, or any other range. */
import { Guest } from '../guest/guest.ts';
import {
  BLK_IN,
  BLK_IOERR,
  BLK_OK,
  BLK_OUT,
  BLK_UNSUPP,
  BLK_WRITE_ZEROES,
  createDisk,
  Disk,
  DiskRequest,
  finishRequest,
  HEADER_SIZE,
  isOnDisk,
  MOST_SEGMENTS,
  MOST_ZEROED,
  SECTOR_SIZE,
  VIRTIO_BLK_F_WRITE_ZEROES,
} from './block.ts';
import { readChain, writeChain } from './chain.ts';

/** A segment of a write zeroes request: sector 64, number of sectors 32, flags 32. */
const SEGMENT_SIZE: u64 = 16;
const FLAG_UNMAP: u32 = 1;
const segment = memory.data(16, 8);

/** Bytes after the last whole sector are not on the disk. */
export function createImageDisk(guest: Guest, image: usize, size: usize, isReadOnly: bool): Disk {
  const disk = createDisk(guest, size / SECTOR_SIZE, isReadOnly, VIRTIO_BLK_F_WRITE_ZEROES);
  disk.backend = image;
  disk.submit = submit;
  disk.drain = drain;
  return disk;
}

/** Nothing is served later. */
function drain(_disk: Disk): void {}

function submit(request: DiskRequest): void {
  const start = request.disk.backend + <usize>(request.sector * SECTOR_SIZE);
  let status: u32 = BLK_OK;
  if (request.type == BLK_IN) writeChain(request.chain, 0, start, request.size);
  else if (request.type == BLK_OUT) readChain(request.chain, HEADER_SIZE, start, request.size);
  else if (request.type == BLK_WRITE_ZEROES) status = writeZeroes(request);
  finishRequest(request, status);
}

/** First all segments are checked, then written. */
function writeZeroes(request: DiskRequest): u32 {
  const size = request.chain.readable - HEADER_SIZE;
  const count = size / SEGMENT_SIZE;
  if (request.disk.isReadOnly || !count || size % SEGMENT_SIZE || count > MOST_SEGMENTS) return BLK_IOERR;
  for (let index: u64 = 0; index < count; index++) {
    const status = checkSegment(request, index);
    if (status != BLK_OK) return status;
  }
  for (let index: u64 = 0; index < count; index++) {
    if (checkSegment(request, index) != BLK_OK) return BLK_IOERR;
    const start = request.disk.backend + <usize>(load<u64>(segment) * SECTOR_SIZE);
    memory.fill(start, 0, <usize>(load<u32>(segment + 8) * SECTOR_SIZE));
  }
  return BLK_OK;
}

/** Reads a segment, which the driver may have changed since the last time. */
function checkSegment(request: DiskRequest, index: u64): u32 {
  readChain(request.chain, HEADER_SIZE + index * SEGMENT_SIZE, segment, SEGMENT_SIZE);
  if (load<u32>(segment + 12) & ~FLAG_UNMAP) return BLK_UNSUPP;
  const count = load<u32>(segment + 8);
  return count <= MOST_ZEROED && isOnDisk(request.disk, load<u64>(segment), count) ? BLK_OK : BLK_IOERR;
}
