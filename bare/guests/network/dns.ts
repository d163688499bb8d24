/** The address of a name, by DNS (RFC 1035). */
import { load16, load32, store16 } from './ip.ts';
import { ATTEMPTS, awaitDatagram, dataIn, dataOut, dataSize, sendDatagram } from './udp.ts';

/** Where the user network has its name server. */
const NAME_SERVER: u32 = 0x0a00_0203;
const SERVER_PORT: u16 = 53;
const OWN_PORT: u16 = 40_000;

const HEADER: usize = 12;
const ANSWERS: usize = 6;
const RECURSION_DESIRED: u16 = 0x0100;
const TYPE_A: u16 = 1;
const CLASS_INTERNET: u16 = 1;
const POINTER: u8 = 0xc0;
const DOT: u8 = 0x2e;

/** The first address of the name, which has `length` bytes; 0 when there is none. */
export function lookUp(name: usize, length: u32): u32 {
  for (let attempt: u32 = 0; attempt < ATTEMPTS; attempt++) {
    const size = ask(name, length);
    sendDatagram(NAME_SERVER, OWN_PORT, SERVER_PORT, size);
    if (awaitDatagram(SERVER_PORT, OWN_PORT)) return firstAddress(size);
  }
  return 0;
}

/** Writes the question: the name as labels with their lengths in front (4.1.2). */
function ask(name: usize, length: u32): u32 {
  memory.fill(dataOut, 0, HEADER);
  store16(dataOut + 2, RECURSION_DESIRED);
  store16(dataOut + 4, 1);
  let lengthAt = dataOut + HEADER;
  let at = lengthAt + 1;
  for (let index: u32 = 0; index < length; index++) {
    const byte = load<u8>(name + index);
    store<u8>(at, byte);
    if (byte == DOT) {
      store<u8>(lengthAt, <u8>(at - lengthAt - 1));
      lengthAt = at;
    }
    at++;
  }
  store<u8>(lengthAt, <u8>(at - lengthAt - 1));
  store<u8>(at, 0);
  store16(at + 1, TYPE_A);
  store16(at + 3, CLASS_INTERNET);
  return <u32>(at + 5 - dataOut);
}

/** The answers follow the question, of `size` bytes, which comes back with them (4.1.3). */
function firstAddress(size: u32): u32 {
  if (dataSize < size) return 0;
  let at = dataIn + size;
  const end = dataIn + dataSize;
  for (let left = load16(dataIn + ANSWERS); left; left--) {
    // Its name: labels, of which the last is empty or a pointer to where the rest is.
    while (at < end && load<u8>(at) && load<u8>(at) < POINTER) at += 1 + load<u8>(at);
    at += load<u8>(at) ? 2 : 1;
    if (at + 14 > end) return 0;
    if (load16(at) == TYPE_A) return load32(at + 10);
    at += 10 + load16(at + 8);
  }
  return 0;
}
