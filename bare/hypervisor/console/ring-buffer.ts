/** Bytes in the order in which they came, up to a number; the structure is followed by its bytes. */

export class RingBuffer {
  /** Given by who makes the room: `capacity` bytes behind the fields. */
  capacity: u32;
  head: u32;
  count: u32;
}

const RING_BYTES: usize = offsetof<RingBuffer>();

export function ringCount(ring: RingBuffer): u32 {
  return ring.count;
}

export function ringIsFull(ring: RingBuffer): bool {
  return ring.count == ring.capacity;
}

/** Adds a byte; in a full ring it takes the place of the oldest. */
export function ringPush(ring: RingBuffer, byte: u8): void {
  if (ringIsFull(ring)) ringTake(ring);
  store<u8>(changetype<usize>(ring) + ((ring.head + ring.count) % ring.capacity), byte, RING_BYTES);
  ring.count++;
}

/** The oldest byte, or -1. */
export function ringTake(ring: RingBuffer): i32 {
  if (!ring.count) return -1;
  const byte = load<u8>(changetype<usize>(ring) + ring.head, RING_BYTES);
  ring.head = (ring.head + 1) % ring.capacity;
  ring.count--;
  return byte;
}
