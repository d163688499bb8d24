/** TCP's sequence numbers (RFC 9293, 3.4): below 2 ** 32, and 0 follows the last. */

export function sequenceAdd(sequence: number, count: number): number {
  return (sequence + count) >>> 0;
}

/** How far `to` lies ahead of `from`, negative if it lies behind: the shorter way round, below 2 ** 31. */
export function sequenceDistance(from: number, to: number): number {
  return (to - from) | 0;
}
