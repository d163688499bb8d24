const PORTS = 0x1_0000;

/** Which of the 65,536 I/O ports have a device. */
export class PortSet {
  readonly #bits = new Uint8Array(PORTS / 8);

  constructor(ranges: Iterable<readonly [first: number, count: number]>) {
    for (const [first, count] of ranges) {
      for (let port = first; port < first + count; port++) this.#bits[port >> 3]! |= 1 << (port & 7);
    }
  }

  /** Whether an access of `size` bytes at `port` touches one. */
  meets(port: number, size: number): boolean {
    for (let each = port; each < port + size && each < PORTS; each++) {
      if ((this.#bits[each >> 3]! & (1 << (each & 7))) !== 0) return true;
    }
    return false;
  }
}
