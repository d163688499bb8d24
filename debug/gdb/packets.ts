/**
 * Packets of the GDB remote serial protocol (GDB manual, "Overview" and "Packet Acknowledgment" of appendix E):
 * `$data#checksum`, where `}` escapes the next byte, answered by `+` or `-` until both sides agree to leave that out.
 */

const DOLLAR = 0x24;
const HASH = 0x23;
const ESCAPE = 0x7d;
const REPEAT = 0x2a;
const ESCAPE_BIT = 0x20;
const INTERRUPT = 0x03;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** Longest packet in bytes that is taken, and said to be so by `PacketSize`. */
export const MAX_PACKET = 0x4000;

export type Incoming =
  | { readonly kind: 'packet'; readonly data: Uint8Array }
  /** A packet that is damaged, to be sent again. */
  | { readonly kind: 'damaged' }
  /** The debugger wants its last packet's answer once more. */
  | { readonly kind: 'again' }
  /** Ctrl-C. */
  | { readonly kind: 'interrupt' };

/** Finds packets in a stream that comes in pieces. Bytes between packets that mean nothing are dropped. */
export class PacketReader {
  /** Bytes since `$`; undefined between packets. */
  #body: number[] | undefined;
  /** The two digits behind `#` as far as they have come; undefined before it. */
  #checksum: string | undefined;

  read(bytes: Uint8Array): Incoming[] {
    const found: Incoming[] = [];
    for (const byte of bytes) {
      const incoming = this.#next(byte);
      if (incoming !== undefined) found.push(incoming);
    }
    return found;
  }

  #next(byte: number): Incoming | undefined {
    if (this.#checksum !== undefined) return this.#checksumDigit(byte);
    if (byte === DOLLAR) {
      this.#body = [];
    } else if (this.#body === undefined) {
      if (byte === INTERRUPT) return { kind: 'interrupt' };
      if (byte === MINUS) return { kind: 'again' };
    } else if (byte === HASH) {
      this.#checksum = '';
    } else if (this.#body.length === MAX_PACKET) {
      this.#body = undefined;
      return { kind: 'damaged' };
    } else {
      this.#body.push(byte);
    }
    return undefined;
  }

  #checksumDigit(byte: number): Incoming | undefined {
    this.#checksum += String.fromCharCode(byte);
    if (this.#checksum!.length < 2) return undefined;
    const [body, sent] = [this.#body!, Number.parseInt(this.#checksum!, 16)];
    this.#body = undefined;
    this.#checksum = undefined;
    return checksum(body) === sent ? { kind: 'packet', data: unescaped(body) } : { kind: 'damaged' };
  }
}

export const ACKNOWLEDGEMENT = Uint8Array.of(PLUS);
export const REQUEST_AGAIN = Uint8Array.of(MINUS);

/** A packet on its way to the debugger. */
export function encodePacket(data: Uint8Array): Uint8Array {
  const body: number[] = [];
  for (const byte of data) {
    if (byte === DOLLAR || byte === HASH || byte === ESCAPE || byte === REPEAT) body.push(ESCAPE, byte ^ ESCAPE_BIT);
    else body.push(byte);
  }
  const digits = checksum(body).toString(16).padStart(2, '0');
  return Uint8Array.of(DOLLAR, ...body, HASH, digits.charCodeAt(0), digits.charCodeAt(1));
}

function checksum(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

function unescaped(body: readonly number[]): Uint8Array {
  const data: number[] = [];
  for (let at = 0; at < body.length; at++) {
    if (body[at] === ESCAPE && at + 1 < body.length) data.push(body[++at]! ^ ESCAPE_BIT);
    else data.push(body[at]!);
  }
  return Uint8Array.from(data);
}
