/** What the hypervisor knows of a guest's image file before it copies anything. */

export const IMAGE_RAW: u32 = 0;
export const IMAGE_ELF: u32 = 1;
export const IMAGE_LINUX: u32 = 2;
/** To be unpacked first: see compressed-image.ts. */
export const IMAGE_COMPRESSED: u32 = 3;

export const MAX_SEGMENTS: u32 = 16;

export const SEGMENT_EXECUTABLE: u32 = 1;
export const SEGMENT_WRITABLE: u32 = 2;
export const SEGMENT_READABLE: u32 = 4;

/** A piece of the file and the place in the guest where it goes. */
export class Segment {
  /** Guest physical. */
  address: u64;
  /** Where its bytes lie in the hypervisor's memory. */
  source: usize;
  /** Bytes of the file, at most `memorySize`; what follows them is zero. */
  fileSize: u64;
  memorySize: u64;
  /** SEGMENT_…, with the values of ELF's p_flags. */
  flags: u32;
  reserved: u32;
}

/** The segments follow it in memory: see `segmentOf`. */
export class ImageInfo {
  /** Guest physical, where the first vCPU starts. */
  entry: u64;
  /** Guest physical: the first byte of any segment, and the one after the last. */
  lowest: u64;
  highest: u64;
  /** IMAGE_COMPRESSED only: the gzip file in the hypervisor's memory, and the size of what is in it. */
  payload: usize;
  payloadSize: u64;
  unpackedSize: u64;
  /** What an error message speaks of. */
  value: u64;
  /** IMAGE_… */
  kind: u32;
  segmentCount: u32;
}

/** Bytes of an `ImageInfo` with its segments; its address is a multiple of 8. */
export const IMAGE_INFO_SIZE: usize = offsetof<ImageInfo>() + MAX_SEGMENTS * offsetof<Segment>();

export function clearImageInfo(info: ImageInfo): void {
  memory.fill(changetype<usize>(info), 0, IMAGE_INFO_SIZE);
}

/** Segment `index`, less than `segmentCount`, or the one that is being added. */
export function segmentOf(info: ImageInfo, index: u32): Segment {
  assert(index < MAX_SEGMENTS);
  return changetype<Segment>(changetype<usize>(info) + offsetof<ImageInfo>() + index * offsetof<Segment>());
}

/** An error: the message, with the value that the reader of it needs. */
export function imageError(info: ImageInfo, value: u64, message: string): string {
  info.value = value;
  return message;
}

/** Adds a segment that is not empty, or says what is wrong with its place. Its source and sizes are the caller's to check. */
export function addSegment(
  info: ImageInfo,
  address: u64,
  source: usize,
  fileSize: u64,
  memorySize: u64,
  flags: u32,
): string | null {
  const end = address + memorySize;
  if (end < address) return imageError(info, address, 'a segment passes the end of the address space; it begins at');
  if (info.segmentCount == MAX_SEGMENTS) {
    return imageError(info, MAX_SEGMENTS, 'more segments to load than a guest can have; the most is');
  }
  for (let index: u32 = 0; index < info.segmentCount; index++) {
    const other = segmentOf(info, index);
    if (address < other.address + other.memorySize && other.address < end) {
      return imageError(info, max(address, other.address), 'two segments overlap in guest memory; from');
    }
  }
  info.lowest = info.segmentCount == 0 ? address : min(info.lowest, address);
  info.highest = max(info.highest, end);
  const segment = segmentOf(info, info.segmentCount++);
  segment.address = address;
  segment.source = source;
  segment.fileSize = fileSize;
  segment.memorySize = memorySize;
  segment.flags = flags;
  return null;
}
