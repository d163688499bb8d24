/** What the blocks of a guest's disk must have after so many rounds of load/disk.sh. */

const BLOCK = 65_536;
const BLOCKS = 1024;
const BLOCKS_PER_ROUND = 16;
/** Odd, so that 64 rounds come to each block once. */
const STRIDE = 389;

/** The blocks of a round, which counts from 1. */
function blocksOf(round: number): number[] {
  return Array.from(
    { length: BLOCKS_PER_ROUND },
    (_, index) => (((round - 1) * BLOCKS_PER_ROUND + index) * STRIDE) % BLOCKS,
  );
}

/** What `content` of load/common.sh makes. */
function content(name: string): Buffer {
  return Buffer.alloc(BLOCK, `${name.padEnd(31)}\n`);
}

/** A line for each block that is not as the guest has reported it. The round after the last reported one may have begun. */
export function lostWrites(image: Uint8Array, guest: string, rounds: number): string[] {
  const writers = new Map<number, number>();
  for (let round = 1; round <= rounds; round++) for (const block of blocksOf(round)) writers.set(block, round);
  const unsure = new Set(blocksOf(rounds + 1));
  const lost: string[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const found = Buffer.from(image.buffer, image.byteOffset + block * BLOCK, BLOCK);
    const round = writers.get(block);
    const expected = round === undefined ? Buffer.alloc(BLOCK) : content(`${guest} disk ${round} ${block}`);
    if (found.equals(expected) || unsure.has(block)) continue;
    const beginning = JSON.stringify(found.toString('latin1', 0, 40));
    lost.push(
      `${guest}: block ${block} of its disk is not that of round ${round ?? 'none'}: it begins with ${beginning}`,
    );
  }
  return lost;
}
