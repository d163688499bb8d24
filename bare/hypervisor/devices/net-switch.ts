/** Networks: an Ethernet switch each, between guests' cards and, where a network has an uplink, the host's. It learns who is where. */
import { allocate, free } from '../memory/heap.ts';

/** Takes a frame, or drops it when there is no room. */
export type DeliverFrame = (owner: usize, frame: usize, size: u32) => void;

export class Port {
  network: Network;
  owner: usize;
  deliver: DeliverFrame;
  next: Port | null;
}

class Network {
  number: u32;
  ports: Port | null;
  next: Network | null;
}

/** Destination and source address, and the type. */
export const HEADER_SIZE: u32 = 14;
/** With a VLAN tag, without checksum (IEEE 802.3). */
export const LARGEST_FRAME: u32 = 1518;

const ADDRESS_MASK: u64 = 0xffff_ffff_ffff;
/** The first bit on the wire: a group's address, broadcast among them. */
const GROUP_BIT: u64 = 1;
const SOURCE_OFFSET: usize = 6;

/** Where a station was last seen; two addresses that share a place push each other out. Behind a network's fields. */
class Place {
  address: u64;
  port: Port | null;
}
const PLACES: usize = 64;
const TABLE: usize = offsetof<Network>();
const NETWORK_SIZE: usize = TABLE + PLACES * offsetof<Place>();

let first: Network | null = null;

/** A new port of the network with this number. */
export function addPort(network: u32, owner: usize, deliver: DeliverFrame): Port {
  const port = changetype<Port>(allocate(offsetof<Port>()));
  port.network = findNetwork(network);
  port.owner = owner;
  port.deliver = deliver;
  port.next = port.network.ports;
  port.network.ports = port;
  return port;
}

/** There are as many as the configuration names, and they stay: a guest that reboots finds its own again. */
function findNetwork(number: u32): Network {
  let each = first;
  while (each) {
    if (each.number == number) return each;
    each = each.next;
  }
  const network = changetype<Network>(allocate(NETWORK_SIZE));
  network.number = number;
  network.next = first;
  first = network;
  return network;
}

export function removePort(port: Port): void {
  const network = port.network;
  for (let index: usize = 0; index < PLACES; index++) {
    const place = placeAt(network, index);
    if (place.port === port) place.address = 0;
  }
  let before: Port | null = null;
  let each = network.ports;
  while (each && each !== port) {
    before = each;
    each = each.next;
  }
  if (before) before.next = port.next;
  else network.ports = port.next;
  free(changetype<usize>(port), offsetof<Port>());
}

/** A frame of HEADER_SIZE to LARGEST_FRAME bytes comes in by a port, and goes where its destination was last seen, or everywhere. */
export function switchFrame(from: Port, frame: usize, size: u32): void {
  const network = from.network;
  const destination = load<u64>(frame) & ADDRESS_MASK;
  const source = load<u64>(frame + SOURCE_OFFSET) & ADDRESS_MASK;
  if (!(source & GROUP_BIT)) {
    const place = placeOf(network, source);
    place.address = source;
    place.port = from;
  }
  const known = placeOf(network, destination);
  if (!(destination & GROUP_BIT) && known.address == destination) {
    const to = known.port!;
    if (to !== from) to.deliver(to.owner, frame, size);
    return;
  }
  let port = network.ports;
  while (port) {
    if (port !== from) port.deliver(port.owner, frame, size);
    port = port.next;
  }
}

/** The last byte tells most hosts apart. */
function placeOf(network: Network, address: u64): Place {
  return placeAt(network, <usize>((address >> 40) ^ (address >> 32)) & (PLACES - 1));
}

function placeAt(network: Network, index: usize): Place {
  return changetype<Place>(changetype<usize>(network) + TABLE + index * offsetof<Place>());
}
