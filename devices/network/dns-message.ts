/** DNS queries of one question, and their answers (RFC 1035, 4). */

import { concatenate, readU16, writeU16, writeU32 } from './bytes.ts';

export const DNS_PORT = 53;

// Types (RFC 1035, 3.2.2; RFC 3596, 2.1).
export const TYPE_A = 1;
export const TYPE_PTR = 12;
export const TYPE_AAAA = 28;
export const CLASS_IN = 1;

// Response codes (RFC 1035, 4.1.1).
export const NO_ERROR = 0;
export const FORMAT_ERROR = 1;
export const SERVER_FAILURE = 2;
export const NAME_ERROR = 3;
export const NOT_IMPLEMENTED = 4;

const HEADER = 12;
const FLAG_RESPONSE = 0x8000;
const FLAG_RECURSION_DESIRED = 0x0100;
const FLAG_RECURSION_AVAILABLE = 0x0080;
const OPCODE = 0x7800;
/** The longest answer without extensions (RFC 1035, 4.2.1). */
const LONGEST = 512;
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;
/** A pointer to the question's name, right behind the header (4.1.4). */
const QUESTION_NAME = 0xc000 | HEADER;
/** Seconds that the guest may keep an answer. The host's resolver does not tell; it asks again anyway. */
const TIME_TO_LIVE = 60;

export interface DnsQuery {
  readonly id: number;
  readonly flags: number;
  /** Without the dot at its end. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The question as it stands in the message, to be repeated in the answer. */
  readonly question: Uint8Array;
}

/** undefined for what is not a query of one question: answers, other operations, names that are too long or compressed. */
export function decodeQuery(bytes: Uint8Array): DnsQuery | undefined {
  if (bytes.length < HEADER) return undefined;
  const flags = readU16(bytes, 2);
  if ((flags & (FLAG_RESPONSE | OPCODE)) !== 0 || readU16(bytes, 4) !== 1) return undefined;
  const labels: string[] = [];
  let offset = HEADER;
  for (;;) {
    const length = bytes[offset++];
    if (length === undefined || length > LONGEST_LABEL || offset + length - HEADER > LONGEST_NAME) return undefined;
    if (length === 0) break;
    labels.push(String.fromCharCode(...bytes.subarray(offset, offset + length)));
    offset += length;
  }
  if (offset + 4 > bytes.length) return undefined;
  return {
    id: readU16(bytes, 0),
    flags,
    name: labels.join('.'),
    type: readU16(bytes, offset),
    class: readU16(bytes, offset + 2),
    question: bytes.slice(HEADER, offset + 4),
  };
}

/** The answer with as many records, all of the question's type, as a datagram without extensions has room for. */
export function encodeAnswer(query: DnsQuery, code: number, records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER);
  const parts = [header, query.question];
  let length = HEADER + query.question.length;
  for (const data of records) {
    length += 12 + data.length;
    if (length > LONGEST) break;
    parts.push(encodeRecord(query.type, data));
  }
  writeU16(header, 0, query.id);
  writeU16(header, 2, FLAG_RESPONSE | (query.flags & FLAG_RECURSION_DESIRED) | FLAG_RECURSION_AVAILABLE | code);
  writeU16(header, 4, 1);
  writeU16(header, 6, parts.length - 2);
  return concatenate(...parts);
}

function encodeRecord(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  writeU16(bytes, 0, QUESTION_NAME);
  writeU16(bytes, 2, type);
  writeU16(bytes, 4, CLASS_IN);
  writeU32(bytes, 6, TIME_TO_LIVE);
  writeU16(bytes, 10, data.length);
  bytes.set(data, 12);
  return bytes;
}

/** undefined for a name that the format has no room for. */
export function encodeName(name: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const label of name.replace(/\.$/, '').split('.')) {
    if (label.length === 0 || label.length > LONGEST_LABEL || !/^[\x21-\x7e]+$/.test(label)) return undefined;
    bytes.push(label.length, ...[...label].map((letter) => letter.charCodeAt(0)));
  }
  return bytes.length < LONGEST_NAME ? Uint8Array.of(...bytes, 0) : undefined;
}
