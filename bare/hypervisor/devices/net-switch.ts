/** An Ethernet switch between the guests' network cards and, if there is one, the host's: it learns who is where. */
import { allocate, free } from '../memory/heap.ts';

/** Takes a frame, or drops it when there is no room. */
export type DeliverFrame = (owner: usize, frame: usize, size: u32) => void;

export class Port {
  owner: usize;
  deliver: DeliverFrame;
  next: Port | null;
}

/** Destination and source address, and the type. */
export const HEADER_SIZE: u32 = 14;
/** With a VLAN tag, without checksum (IEEE 802.3). */
export const LARGEST_FRAME: u32 = 1518;

const ADDRESS_MASK: u64 = 0xffff_ffff_ffff;
/** The first bit on the wire: a group's address, broadcast among them. */
const GROUP_BIT: u64 = 1;
const SOURCE_OFFSET: usize = 6;

/** Who was last seen where; two addresses that share a place push each other out. */
const PLACES: u64 = 64;
const addresses = new StaticArray<u64>(64);
const places = new StaticArray<usize>(64);
let first: Port | null = null;

export function addPort(owner: usize, deliver: DeliverFrame): Port {
  const port = changetype<Port>(allocate(offsetof<Port>()));
  port.owner = owner;
  port.deliver = deliver;
  port.next = first;
  first = port;
  return port;
}

export function removePort(port: Port): void {
  for (let index = 0; index < places.length; index++) {
    if (places[index] == changetype<usize>(port)) addresses[index] = 0;
  }
  let before: Port | null = null;
  let each = first;
  while (each && each !== port) {
    before = each;
    each = each.next;
  }
  if (before) before.next = port.next;
  else first = port.next;
  free(changetype<usize>(port), offsetof<Port>());
}

/** A frame of HEADER_SIZE to LARGEST_FRAME bytes comes in by a port, and goes where its destination was last seen, or everywhere. */
export function switchFrame(from: Port, frame: usize, size: u32): void {
  const destination = load<u64>(frame) & ADDRESS_MASK;
  const source = load<u64>(frame + SOURCE_OFFSET) & ADDRESS_MASK;
  if (!(source & GROUP_BIT)) {
    addresses[placeOf(source)] = source;
    places[placeOf(source)] = changetype<usize>(from);
  }
  if (!(destination & GROUP_BIT) && addresses[placeOf(destination)] == destination) {
    const to = changetype<Port>(places[placeOf(destination)]);
    if (to !== from) to.deliver(to.owner, frame, size);
    return;
  }
  let port = first;
  while (port) {
    if (port !== from) port.deliver(port.owner, frame, size);
    port = port.next;
  }
}

/** The last byte tells most hosts apart. */
function placeOf(address: u64): i32 {
  return <i32>(((address >> 40) ^ (address >> 32)) & (PLACES - 1));
}
