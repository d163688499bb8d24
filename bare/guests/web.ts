/**
 * A guest on the network: gets an address by DHCP, and serves one page at port 80. Asked to by its command line, it first looks a name
 * up and fetches a page by HTTP:
 *
 *   typevisor run bare/guests/web.ts --net user,hostfwd=tcp::8080-:80
 *   typevisor run bare/guests/web.ts --net user --append 'localhost 10.0.2.2:8000'
 */
import { print, printByte, shutDown } from 'typevisor/guests/console';
import { fdtFind, fdtProperty, fdtPropertyData } from '../lib/fdt.ts';
import { openCard } from './network/card.ts';
import { askForAddress } from './network/dhcp.ts';
import { lookUp } from './network/dns.ts';
import { printAddress } from './network/ip.ts';
import { accept, close, connect, receiveByte, send } from './network/tcp.ts';

const HTTP: u16 = 80;
const SPACE: u8 = 0x20;
const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;
const DIGIT_0: u8 = 0x30;

export function main(_hart: u64, dtb: usize): void {
  if (!openCard(dtb)) fail('no network card: give me one by --net user');
  const address = askForAddress();
  if (!address) fail('nobody gives me an address');
  print('my address is ');
  printAddress(address);
  print('\n');
  const text = commandLine(dtb);
  if (text) {
    const length = lengthOfWord(text);
    printNamed(text, length);
    fetch(text + length + 1);
  }
  serve();
  shutDown(false);
}

/** The address of the command line's text, or 0. */
function commandLine(dtb: usize): usize {
  const property = fdtProperty(dtb, fdtFind(dtb, '/chosen'), 'bootargs');
  return property && load<u8>(fdtPropertyData(property)) ? fdtPropertyData(property) : 0;
}

function lengthOfWord(text: usize): u32 {
  let length: u32 = 0;
  while (load<u8>(text + length) && load<u8>(text + length) != SPACE) length++;
  return length;
}

function printNamed(name: usize, length: u32): void {
  const address = lookUp(name, length);
  printBytes(name, length);
  print(address ? ' is ' : ' is unknown: ');
  printAddress(address);
  print('\n');
}

/** Prints the page at ADDRESS:PORT. */
function fetch(text: usize): void {
  const address = readAddress(text);
  if (!connect(address, port)) fail('the server does not answer');
  sendText('GET / HTTP/1.0\r\n\r\n');
  skipHeader();
  print('fetched: ');
  for (let byte = receiveByte(); byte >= 0; byte = receiveByte()) printByte(byte);
  print('\n');
  close();
}

function serve(): void {
  accept(HTTP);
  skipHeader();
  sendText('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHello from a guest\n');
  close();
  print('served a page\n');
}

/** Reads to the empty line behind a request's or a response's header. */
function skipHeader(): void {
  let isEmpty = false;
  for (let byte = receiveByte(); byte >= 0; byte = receiveByte()) {
    if (byte == 0x0a && isEmpty) return;
    if (byte != 0x0d) isEmpty = byte == 0x0a;
  }
}

let port: u16 = HTTP;

/** Reads an address and, behind a colon, `port`. */
function readAddress(text: usize): u32 {
  let address: u32 = 0;
  let number: u32 = 0;
  for (; load<u8>(text) && load<u8>(text) != COLON; text++) {
    const byte = load<u8>(text);
    if (byte == DOT) {
      address = (address << 8) | number;
      number = 0;
    } else {
      number = number * 10 + byte - DIGIT_0;
    }
  }
  address = (address << 8) | number;
  if (!load<u8>(text)) return address;
  port = 0;
  while (load<u8>(++text)) port = port * 10 + load<u8>(text) - DIGIT_0;
  return address;
}

function sendText(text: string): void {
  const bytes = String.UTF8.encode(text);
  send(changetype<usize>(bytes), bytes.byteLength);
}

function printBytes(bytes: usize, length: u32): void {
  for (let index: u32 = 0; index < length; index++) printByte(load<u8>(bytes + index));
}

function fail(why: string): void {
  print(why);
  print('\n');
  shutDown(true);
}
