/** TCP segments (RFC 9293, 3.1), with the options for the maximum segment size and the window scale (RFC 7323, 2). */

import { concatenate, readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { internetChecksum, pseudoHeaderSum } from './checksum.ts';
import { PROTOCOL_TCP } from './ipv4.ts';
import type { Addresses } from './udp.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

const MINIMUM_HEADER = 20;
const NOTHING = new Uint8Array(0);
const OPTION_END = 0;
const OPTION_NOTHING = 1;
const OPTION_MSS = 2;
const OPTION_WINDOW_SCALE = 3;

export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  /** As in the header: not scaled. */
  readonly window: number;
  readonly mss?: number | undefined;
  readonly windowScale?: number | undefined;
  readonly payload: Uint8Array;
}

/** How much of the sequence space a segment occupies: SYN and FIN count one each. */
export function segmentLength({ flags, payload }: TcpSegment): number {
  return payload.length + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0);
}

/**
 * undefined if its length or its checksum is wrong. Options that make no sense are passed over.
 * @param unfinished whether there is no checksum yet
 */
export function decodeTcp(
  bytes: Uint8Array,
  { source, destination }: Addresses,
  unfinished = false,
): TcpSegment | undefined {
  if (bytes.length < MINIMUM_HEADER) return undefined;
  const headerLength = (bytes[12]! >> 4) * 4;
  if (headerLength < MINIMUM_HEADER || headerLength > bytes.length) return undefined;
  const sum = pseudoHeaderSum(source, destination, PROTOCOL_TCP, bytes.length);
  if (!unfinished && internetChecksum(bytes, sum) !== 0) return undefined;
  return {
    sourcePort: readU16(bytes, 0),
    destinationPort: readU16(bytes, 2),
    sequence: readU32(bytes, 4),
    acknowledgement: readU32(bytes, 8),
    flags: bytes[13]! & (FIN | SYN | RST | PSH | ACK),
    window: readU16(bytes, 14),
    ...decodeOptions(bytes.subarray(MINIMUM_HEADER, headerLength)),
    payload: bytes.subarray(headerLength),
  };
}

function decodeOptions(bytes: Uint8Array): Pick<TcpSegment, 'mss' | 'windowScale'> {
  let mss: number | undefined;
  let windowScale: number | undefined;
  let offset = 0;
  while (offset < bytes.length && bytes[offset] !== OPTION_END) {
    const kind = bytes[offset]!;
    if (kind === OPTION_NOTHING) {
      offset++;
      continue;
    }
    const length = bytes[offset + 1] ?? 0;
    if (length < 2 || offset + length > bytes.length) break;
    if (kind === OPTION_MSS && length === 4) mss = readU16(bytes, offset + 2);
    if (kind === OPTION_WINDOW_SCALE && length === 3) windowScale = bytes[offset + 2]!;
    offset += length;
  }
  return { mss, windowScale };
}

/** @param unfinished to have the sum of the pseudo-header in the place of the checksum */
export function encodeTcp(
  segment: TcpSegment,
  { source, destination }: Addresses,
  unfinished = false,
): Uint8Array<ArrayBuffer> {
  const options = encodeOptions(segment);
  const bytes = concatenate(new Uint8Array(MINIMUM_HEADER), options, segment.payload);
  writeU16(bytes, 0, segment.sourcePort);
  writeU16(bytes, 2, segment.destinationPort);
  writeU32(bytes, 4, segment.sequence);
  writeU32(bytes, 8, segment.acknowledgement);
  bytes[12] = ((MINIMUM_HEADER + options.length) / 4) << 4;
  bytes[13] = segment.flags;
  writeU16(bytes, 14, segment.window);
  const sum = pseudoHeaderSum(source, destination, PROTOCOL_TCP, bytes.length);
  writeU16(bytes, 16, unfinished ? ~internetChecksum(NOTHING, sum) & 0xffff : internetChecksum(bytes, sum));
  return bytes;
}

function encodeOptions({ mss, windowScale }: TcpSegment): Uint8Array {
  const options: number[] = [];
  if (mss !== undefined) options.push(OPTION_MSS, 4, mss >>> 8, mss & 0xff);
  if (windowScale !== undefined) options.push(OPTION_NOTHING, OPTION_WINDOW_SCALE, 3, windowScale);
  return Uint8Array.from(options);
}
