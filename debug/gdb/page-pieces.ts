const PAGE_SIZE = 4096n;

/** Parts of a range within pages, which may lie in different places. `offset` counts from its beginning. */
export function* pagePieces(address: bigint, length: number) {
  for (let offset = 0; offset < length; ) {
    const at = BigInt.asUintN(64, address + BigInt(offset));
    const size = Math.min(length - offset, Number(PAGE_SIZE - (at % PAGE_SIZE)));
    yield { at, offset, size };
    offset += size;
  }
}
