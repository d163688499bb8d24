/** Datagrams (RFC 768), for questions and answers. */
import { load16, payload, payloadOut, payloadSize, protocol, receivePacket, sendPacket, store16, UDP } from './ip.ts';

const HEADER: u32 = 8;
const CHECKSUM: usize = 6;
/** How often one looks for an answer, a millisecond apart. */
const PATIENCE: u32 = 1000;

/** A question is asked so often before it counts as unanswered. */
export const ATTEMPTS: u32 = 3;

/** A datagram's data is written here. */
export const dataOut: usize = payloadOut + HEADER;
/** That of the datagram which `awaitDatagram` has found. */
export let dataIn: usize = 0;
export let dataSize: u32 = 0;

export function sendDatagram(destination: u32, from: u16, to: u16, size: u32): void {
  store16(payloadOut, from);
  store16(payloadOut + 2, to);
  store16(payloadOut + 4, <u16>(HEADER + size));
  sendPacket(UDP, destination, HEADER + size, CHECKSUM);
}

/** Waits for a datagram between these ports; false when none has come. */
export function awaitDatagram(from: u16, to: u16): bool {
  for (let look: u32 = 0; look < PATIENCE; look++) {
    if (!receivePacket() || protocol != UDP || payloadSize < HEADER) continue;
    if (load16(payload) != from || load16(payload + 2) != to) continue;
    dataIn = payload + HEADER;
    dataSize = payloadSize - HEADER;
    return true;
  }
  return false;
}
