/** Addresses that only the linker knows: the table at the end of boot.S. */
class LinkTable {
  /** One `Hart` after the other. */
  harts: usize;
  start: usize;
  end: usize;
}

const PAGE_SIZE: u64 = 4096;

declare function link_table(): usize;

export function linkTable(): LinkTable {
  return changetype<LinkTable>(link_table());
}

/** The lowest address that belongs to the firmware. */
export function firmwareStart(): u64 {
  return linkTable().start;
}

/** Bytes that belong to the firmware: a power of two that the start is a multiple of, as PMP wants it. */
export function firmwareSize(): u64 {
  let size = PAGE_SIZE;
  while (linkTable().start + size < linkTable().end) size <<= 1;
  return size;
}
