/**
 * One connection (RFC 9293) at a time, the simplest that others understand: one segment is under way, and what comes out of order is
 * forgotten, since it comes again.
 */
import {
  load16,
  load32,
  ownAddress,
  payload,
  payloadOut,
  payloadSize,
  protocol,
  receivePacket,
  sendPacket,
  source,
  store16,
  store32,
  TCP,
} from './ip.ts';

const HEADER: u32 = 20;
const CHECKSUM: usize = 16;
const WINDOW: u16 = 4096;
const LARGEST_SEGMENT: u32 = 1400;
/** A segment that nobody acknowledges is sent again after so many looks, a millisecond apart, and so often. */
const PATIENCE: u32 = 500;
const ATTEMPTS: u32 = 10;
const FIRST_DYNAMIC_PORT: u16 = 49_152;

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;

let peer: u32 = 0;
let peerPort: u16 = 0;
let ownPort: u16 = 0;
let nextDynamicPort: u16 = FIRST_DYNAMIC_PORT;
/** The next byte to send, and the next that is expected. */
let sendNext: u32 = 0;
let receiveNext: u32 = 0;
/** Data of the last segment from the other end that nobody has taken yet. */
let dataAt: usize = 0;
let dataLeft: u32 = 0;
let isEnded: bool = false;
let isBroken: bool = false;

const data: usize = payloadOut + HEADER;

/** Opens a connection; false when the other end refuses it, or is silent. */
export function connect(address: u32, port: u16): bool {
  begin(address, port, nextDynamicPort++);
  return deliver(SYN, 0, 0);
}

/** Waits until somebody connects to the port. */
export function accept(port: u16): void {
  do {
    ownPort = port;
    peer = 0;
    do {
      while (!receivePacket() || !isForUs()) {}
    } while ((load<u8>(payload + 13) & (SYN | ACK | RST)) != SYN);
    begin(source, load16(payload), port);
    receiveNext = load32(payload + 4) + 1;
  } while (!deliver(SYN | ACK, 0, 0));
}

function begin(address: u32, port: u16, from: u16): void {
  peer = address;
  peerPort = port;
  ownPort = from;
  sendNext = ((<u32>port) << 16) + from;
  dataLeft = 0;
  isEnded = false;
  isBroken = false;
}

/** Sends the bytes; false when the connection is broken. */
export function send(bytes: usize, size: u32): bool {
  while (size) {
    const step = min(size, LARGEST_SEGMENT);
    if (!deliver(ACK | PSH, bytes, step)) return false;
    bytes += step;
    size -= step;
  }
  return true;
}

/** The next byte from the other end; -1 at the end. */
export function receiveByte(): i32 {
  while (!dataLeft && !isEnded && !isBroken) look();
  if (!dataLeft) return -1;
  dataLeft--;
  return load<u8>(dataAt++);
}

/** Ends this side, and waits for the other's end. */
export function close(): void {
  deliver(ACK | FIN, 0, 0);
  while (receiveByte() >= 0) {}
}

/** Sends a segment until it is acknowledged; false when the connection breaks. SYN and FIN count as a byte each. */
function deliver(flags: u8, bytes: usize, size: u32): bool {
  const start = sendNext;
  const end = start + size + (flags & (SYN | FIN) ? 1 : 0);
  for (let attempt: u32 = 0; attempt < ATTEMPTS && !isBroken; attempt++) {
    sendNext = start;
    if (size) memory.copy(data, bytes, size);
    sendSegment(flags, size);
    sendNext = end;
    for (let patience = PATIENCE; patience && !isBroken; patience--) {
      if (look() && load32(payload + 8) == end) return true;
    }
  }
  return false;
}

function sendSegment(flags: u8, size: u32): void {
  store16(payloadOut, ownPort);
  store16(payloadOut + 2, peerPort);
  store32(payloadOut + 4, sendNext);
  store32(payloadOut + 8, flags & ACK ? receiveNext : 0);
  store<u8>(payloadOut + 12, <u8>((HEADER / 4) << 4));
  store<u8>(payloadOut + 13, flags);
  store16(payloadOut + 14, WINDOW);
  store32(payloadOut + 16, 0);
  sendPacket(TCP, peer, HEADER + size, CHECKSUM);
}

/** Takes the next segment of the connection, if there is one, and acknowledges what it brings; whether it acknowledges itself. */
function look(): bool {
  if (!receivePacket() || !isForUs()) return false;
  const flags = load<u8>(payload + 13);
  const headerSize = <u32>(load<u8>(payload + 12) >> 4) * 4;
  if (headerSize < HEADER || headerSize > payloadSize) return false;
  if (flags & RST) {
    isBroken = true;
    return false;
  }
  if (flags & SYN) receiveNext = load32(payload + 4) + 1;
  else takeData(flags, headerSize);
  return (flags & ACK) != 0;
}

/** While there is data that nobody has taken the segment is forgotten. */
function takeData(flags: u8, headerSize: u32): void {
  const size = payloadSize - headerSize;
  if (!size && !(flags & FIN)) return;
  if (load32(payload + 4) == receiveNext && !dataLeft) {
    memory.copy(received, payload + headerSize, size);
    dataAt = received;
    dataLeft = size;
    receiveNext += size;
    if (flags & FIN) {
      isEnded = true;
      receiveNext++;
    }
  }
  sendSegment(ACK, 0);
}

const received = memory.data(2048, 8);

/** A segment of the connection; while there is none, any to the port. */
function isForUs(): bool {
  if (protocol != TCP || payloadSize < HEADER || load16(payload + 2) != ownPort || !ownAddress) return false;
  return !peer || (source == peer && load16(payload) == peerPort);
}
