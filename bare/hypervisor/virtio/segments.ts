/** Segments of a discard or write zeroes request (virtio 1.2, 5.2.6): ranges of sectors, which are read and checked all at once. */
import { VIRTIO_BLK_S_IOERR, VIRTIO_BLK_S_OK, VIRTIO_BLK_S_UNSUPP, VIRTIO_BLK_T_DISCARD } from '../../rv/virtio.ts';
import { CONFIG_MOST_SECTORS, CONFIG_MOST_SEGMENTS, DiskRequest, HEADER_SIZE, isOnDisk, SECTOR_SIZE } from './block.ts';
import { readChain } from './chain.ts';

export class Segment {
  sector: u64;
  sectors: u32;
  flags: u32;
}

export const MOST_SEGMENTS: u32 = 8;
export const SEGMENT_SIZE: usize = offsetof<Segment>();
export const SEGMENTS_SIZE: usize = MOST_SEGMENTS * SEGMENT_SIZE;
const FLAG_UNMAP: u32 = 1;

/** A request's segments stand behind its fields. */
export const SEGMENTS: usize = offsetof<DiskRequest>();

export function segmentAt(request: DiskRequest, index: u32): Segment {
  return changetype<Segment>(changetype<usize>(request) + SEGMENTS + index * SEGMENT_SIZE);
}

/**
 * Copies them out of the driver's reach, and sums their bytes up in `size`. VIRTIO_BLK_S_OK if all are on the disk, and they keep to the limits,
 * of which the address is given.
 */
export function readSegments(request: DiskRequest, limits: usize): u32 {
  const size = request.chain.readable - HEADER_SIZE;
  const count = size / SEGMENT_SIZE;
  if (!count || size % SEGMENT_SIZE || count > load<u32>(limits, CONFIG_MOST_SEGMENTS)) return VIRTIO_BLK_S_IOERR;
  request.segmentCount = <u32>count;
  readChain(request.chain, HEADER_SIZE, changetype<usize>(segmentAt(request, 0)), size);
  const most = load<u32>(limits, CONFIG_MOST_SECTORS);
  const known = request.type == VIRTIO_BLK_T_DISCARD ? 0 : FLAG_UNMAP;
  let status = VIRTIO_BLK_S_OK;
  for (let index: u32 = 0; index < request.segmentCount; index++) {
    const segment = segmentAt(request, index);
    if (segment.flags & ~known) return VIRTIO_BLK_S_UNSUPP;
    if (segment.sectors > most || !isOnDisk(request.disk, segment.sector, segment.sectors)) status = VIRTIO_BLK_S_IOERR;
    request.size += segment.sectors * SECTOR_SIZE;
  }
  return status;
}
