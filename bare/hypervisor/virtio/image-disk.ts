/** A disk in memory: the image is a module that was loaded beside the guest's kernel, or any other range. */
import {
  VIRTIO_BLK_F_DISCARD,
  VIRTIO_BLK_F_WRITE_ZEROES,
  VIRTIO_BLK_S_OK,
  VIRTIO_BLK_T_DISCARD,
  VIRTIO_BLK_T_IN,
  VIRTIO_BLK_T_OUT,
  VIRTIO_BLK_T_WRITE_ZEROES,
} from '../../rv/virtio.ts';
import { Guest } from '../guest/guest.ts';
import { createDisk, Disk, DiskRequest, finishRequest, HEADER_SIZE, offerSegments, SECTOR_SIZE } from './block.ts';
import { readChain, writeChain } from './chain.ts';
import { MOST_SEGMENTS, segmentAt } from './segments.ts';

/** Sectors of a segment: a request covers 8 MiB at most. */
const MOST_ZEROED: u32 = 2048;

/** Bytes after the last whole sector are not on the disk. */
export function createImageDisk(guest: Guest, image: usize, size: usize, isReadOnly: bool): Disk {
  const disk = createDisk(guest, size / SECTOR_SIZE, isReadOnly);
  offerSegments(disk, VIRTIO_BLK_F_DISCARD, MOST_SEGMENTS, MOST_ZEROED);
  offerSegments(disk, VIRTIO_BLK_F_WRITE_ZEROES, MOST_SEGMENTS, MOST_ZEROED);
  disk.backend = image;
  disk.submit = submit;
  disk.drain = drain;
  return disk;
}

/** Nothing is served later. */
function drain(_disk: Disk): void {}

function submit(request: DiskRequest): void {
  const start = request.disk.backend + <usize>(request.sector * SECTOR_SIZE);
  if (request.type == VIRTIO_BLK_T_IN) writeChain(request.chain, 0, start, request.size);
  else if (request.type == VIRTIO_BLK_T_OUT) readChain(request.chain, HEADER_SIZE, start, request.size);
  else if (request.type == VIRTIO_BLK_T_DISCARD || request.type == VIRTIO_BLK_T_WRITE_ZEROES) fillSegments(request);
  finishRequest(request, VIRTIO_BLK_S_OK);
}

/** What was discarded reads as zeros too. */
function fillSegments(request: DiskRequest): void {
  for (let index: u32 = 0; index < request.segmentCount; index++) {
    const segment = segmentAt(request, index);
    const start = request.disk.backend + <usize>(segment.sector * SECTOR_SIZE);
    memory.fill(start, 0, <usize>(segment.sectors * SECTOR_SIZE));
  }
}
