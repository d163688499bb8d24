/**
 * IPv4 (RFC 791) in Ethernet frames, as far as one needs it who talks to others through a router only. Addresses are numbers with
 * the first byte highest. ARP's questions (RFC 826) are answered on the way.
 */
import { print, printDecimal } from 'typevisor/guests/console';
import { cardAddress, incoming, outgoing, receive, rest, transmit } from './card.ts';

export const TCP: u8 = 6;
export const UDP: u8 = 17;
export const BROADCAST: u32 = 0xffff_ffff;

const ETHERNET_HEADER: usize = 14;
const IP_HEADER: usize = 20;
const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_ARP: u16 = 0x0806;
const ARP_REQUEST: u16 = 1;
const ARP_REPLY: u16 = 2;
const ARP_SIZE: u32 = 28;
const SHORTEST_FRAME: u32 = 60;
const TIME_TO_LIVE: u8 = 64;

/** What a packet to be sent carries is written here. */
export const payloadOut: usize = outgoing + ETHERNET_HEADER + IP_HEADER;

/** This guest's address; 0 until it has one. */
export let ownAddress: u32 = 0;

// The packet that `receivePacket` has found, until it is called again.
export let protocol: u8 = 0;
export let source: u32 = 0;
export let payload: usize = 0;
export let payloadSize: u32 = 0;

/** To whom frames go: to all, until somebody has answered. */
let router: u64 = 0xffff_ffff_ffff;

export function setOwnAddress(address: u32): void {
  ownAddress = address;
}

// Fields have their highest byte first.
export function load16(at: usize): u16 {
  return bswap(load<u16>(at));
}

export function load32(at: usize): u32 {
  return bswap(load<u32>(at));
}

export function store16(at: usize, value: u16): void {
  store<u16>(at, bswap(value));
}

export function store32(at: usize, value: u32): void {
  store<u32>(at, bswap(value));
}

/** The sum of 16-bit words (RFC 1071) on top of `sum`. */
function sumOf(at: usize, size: u32, sum: u32): u32 {
  for (let offset: u32 = 0; offset + 1 < size; offset += 2) sum += load16(at + offset);
  return size & 1 ? sum + ((<u32>load<u8>(at + size - 1)) << 8) : sum;
}

function checksumOf(sum: u32): u16 {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return <u16>~sum;
}

/** Sends `size` bytes of payload; `checksumAt` is where UDP and TCP have theirs, which counts the addresses in. */
export function sendPacket(kind: u8, destination: u32, size: u32, checksumAt: usize): void {
  const ip = outgoing + ETHERNET_HEADER;
  beginFrame(router, ETHERTYPE_IPV4);
  memory.fill(ip, 0, IP_HEADER);
  store<u8>(ip, 0x45); // version 4, a header of 5 words
  store16(ip + 2, <u16>(<u32>IP_HEADER + size));
  store<u8>(ip + 8, TIME_TO_LIVE);
  store<u8>(ip + 9, kind);
  store32(ip + 12, ownAddress);
  store32(ip + 16, destination);
  store16(ip + 10, checksumOf(sumOf(ip, <u32>IP_HEADER, 0)));
  store16(payloadOut + checksumAt, 0);
  const pseudoHeader = sumOf(ip + 12, 8, <u32>kind + size);
  store16(payloadOut + checksumAt, checksumOf(sumOf(payloadOut, size, pseudoHeader)));
  transmit(max(<u32>(ETHERNET_HEADER + IP_HEADER) + size, SHORTEST_FRAME));
}

function beginFrame(destination: u64, type: u16): void {
  store<u64>(outgoing, destination);
  store<u32>(outgoing + 6, <u32>cardAddress);
  store<u16>(outgoing + 10, <u16>(cardAddress >> 32));
  store16(outgoing + 12, type);
}

/** Takes the next packet for this guest; waits a moment and returns false when there is none. */
export function receivePacket(): bool {
  const size = receive();
  if (!size) {
    rest();
    return false;
  }
  const body = incoming + ETHERNET_HEADER;
  const type = load16(incoming + 12);
  if (type == ETHERTYPE_ARP && size >= <u32>ETHERNET_HEADER + ARP_SIZE) answerArp(body);
  if (type != ETHERTYPE_IPV4 || size < <u32>(ETHERNET_HEADER + IP_HEADER)) return false;
  const destination = load32(body + 16);
  const length = <u32>load16(body + 2);
  if (load<u8>(body) != 0x45 || length < <u32>IP_HEADER || length > size - <u32>ETHERNET_HEADER) return false;
  if (ownAddress && destination != ownAddress && destination != BROADCAST) return false;
  router = load<u64>(incoming + 6) & 0xffff_ffff_ffff;
  protocol = load<u8>(body + 9);
  source = load32(body + 12);
  payload = body + IP_HEADER;
  payloadSize = length - <u32>IP_HEADER;
  return true;
}

/** Who asks for this guest's address gets the card's. */
function answerArp(question: usize): void {
  if (load16(question + 6) != ARP_REQUEST || !ownAddress || load32(question + 24) != ownAddress) return;
  const answer = outgoing + ETHERNET_HEADER;
  const asker = load<u64>(question + 8) & 0xffff_ffff_ffff;
  beginFrame(asker, ETHERTYPE_ARP);
  memory.fill(answer, 0, SHORTEST_FRAME - <u32>ETHERNET_HEADER);
  memory.copy(answer, question, 6);
  store16(answer + 6, ARP_REPLY);
  store<u64>(answer + 8, cardAddress);
  store32(answer + 14, ownAddress);
  memory.copy(answer + 18, question + 8, 10);
  transmit(SHORTEST_FRAME);
}

export function printAddress(address: u32): void {
  for (let shift: u32 = 24; ; shift -= 8) {
    printDecimal((address >> shift) & 0xff);
    if (!shift) return;
    print('.');
  }
}
