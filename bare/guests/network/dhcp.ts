/** An address for this guest, by DHCP (RFC 2131). */
import { cardAddress } from './card.ts';
import { BROADCAST, load32, setOwnAddress, store16, store32 } from './ip.ts';
import { ATTEMPTS, awaitDatagram, dataIn, dataOut, dataSize, sendDatagram } from './udp.ts';

const CLIENT_PORT: u16 = 68;
const SERVER_PORT: u16 = 67;

// A message: fixed fields, a number that says that options follow, options (2).
const TRANSACTION_ID: usize = 4;
const FLAGS: usize = 10;
const YOUR_ADDRESS: usize = 16;
const HARDWARE_ADDRESS: usize = 28;
const COOKIE_AT: usize = 236;
const OPTIONS: u32 = 240;
const COOKIE: u32 = 0x6382_5363;
const ASK_TO_BROADCAST: u16 = 0x8000;

const OPTION_REQUESTED_ADDRESS: u8 = 50;
const OPTION_TYPE: u8 = 53;
const OPTION_SERVER: u8 = 54;
const OPTION_END: u8 = 255;
const DISCOVER: u8 = 1;
const OFFER: u8 = 2;
const REQUEST: u8 = 3;
const ACKNOWLEDGE: u8 = 5;

const OWN_TRANSACTION: u32 = 0x7479_7076;

/** Gets an address, and 0 when nobody gives one. */
export function askForAddress(): u32 {
  for (let attempt: u32 = 0; attempt < ATTEMPTS; attempt++) {
    send(DISCOVER, 0, 0);
    if (!awaitReply(OFFER)) continue;
    const address = load32(dataIn + YOUR_ADDRESS);
    const server = findOption(OPTION_SERVER);
    send(REQUEST, address, server ? load32(server) : 0);
    if (!awaitReply(ACKNOWLEDGE)) continue;
    setOwnAddress(address);
    return address;
  }
  return 0;
}

function send(type: u8, address: u32, server: u32): void {
  memory.fill(dataOut, 0, OPTIONS);
  store32(dataOut, 0x0101_0600); // a request; Ethernet, whose addresses have 6 bytes
  store32(dataOut + TRANSACTION_ID, OWN_TRANSACTION);
  store16(dataOut + FLAGS, ASK_TO_BROADCAST);
  store<u64>(dataOut + HARDWARE_ADDRESS, cardAddress);
  store32(dataOut + COOKIE_AT, COOKIE);
  let at = dataOut + OPTIONS;
  store<u8>(at, OPTION_TYPE);
  store<u8>(at + 1, 1);
  store<u8>(at + 2, type);
  at += 3;
  if (address) at = addOption(at, OPTION_REQUESTED_ADDRESS, address);
  if (server) at = addOption(at, OPTION_SERVER, server);
  store<u8>(at, OPTION_END);
  sendDatagram(BROADCAST, CLIENT_PORT, SERVER_PORT, <u32>(at + 1 - dataOut));
}

function addOption(at: usize, option: u8, value: u32): usize {
  store<u8>(at, option);
  store<u8>(at + 1, 4);
  store32(at + 2, value);
  return at + 6;
}

function awaitReply(type: u8): bool {
  while (awaitDatagram(SERVER_PORT, CLIENT_PORT)) {
    if (dataSize < OPTIONS || load32(dataIn + TRANSACTION_ID) != OWN_TRANSACTION) continue;
    const found = findOption(OPTION_TYPE);
    if (found && load<u8>(found) == type && !differs(dataIn + HARDWARE_ADDRESS)) return true;
  }
  return false;
}

/** Whether it is another card's address: all guests hear what the server says to all. */
function differs(address: usize): bool {
  return (load<u64>(address) & 0xffff_ffff_ffff) != cardAddress;
}

/** Where the option's value is in the message that has come, or 0. */
function findOption(option: u8): usize {
  const end = dataIn + dataSize;
  for (let at = dataIn + OPTIONS; at + 2 < end && load<u8>(at) != OPTION_END; at += 2 + load<u8>(at + 1)) {
    if (load<u8>(at) == option) return at + 2;
  }
  return 0;
}
