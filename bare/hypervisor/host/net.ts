/** The host's network cards (virtio 1.2, 5.1): each is the uplink of a network of the guests. */

import { VIRTIO_F_ANY_LAYOUT, VIRTQ_DESC_F_WRITE } from '../../rv/virtio.ts';
import { addPort, HEADER_SIZE, LARGEST_FRAME, Port, switchFrame } from '../devices/net-switch.ts';
import { uplinkedNetwork } from '../guest/device-configuration.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { allocate } from '../memory/heap.ts';
import {
  createHostQueue,
  HostQueue,
  notifyHost,
  publish,
  setDescriptor,
  suppressInterrupts,
  takeUsed,
} from './queue.ts';
import { acknowledge, HostVirtio, negotiate, startHostVirtio } from './virtio.ts';

const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
/** Buffers in each direction, half a page each, with the header in front (5.1.6). */
const BUFFERS: u32 = 32;
const BUFFER_SIZE: u32 = 2048;
/** The last field is the number of buffers, which a device of version 1 leaves out. */
const NET_HEADER_SIZE: u32 = 12;
const LEGACY_HEADER_SIZE: u32 = 10;

class HostCard {
  device: HostVirtio;
  receive: HostQueue;
  transmit: HostQueue;
  receiveBuffers: usize;
  transmitBuffers: usize;
  headerSize: u32;
  /** Those from here on have never been sent. */
  unused: u32;
  port: Port;
}

let count: u32 = 0;

/** Makes the card an uplink, if a network has one by it. */
export function startHostCard(device: HostVirtio): void {
  const network = uplinkedNetwork(count++);
  if (network < 0) return;
  const isAgreed = negotiate(device, VIRTIO_F_ANY_LAYOUT);
  // Header and frame lie in one descriptor, which a device of version 1 does not take without this feature (2.7.4.3).
  if (device.isLegacy && !(device.features & VIRTIO_F_ANY_LAYOUT)) return;
  const receive = createHostQueue(device, RECEIVE, BUFFERS);
  const transmit = createHostQueue(device, TRANSMIT, BUFFERS);
  if (!isAgreed || !receive || !transmit) return;
  const card = changetype<HostCard>(allocate(offsetof<HostCard>()));
  card.device = device;
  card.headerSize = device.isLegacy ? LEGACY_HEADER_SIZE : NET_HEADER_SIZE;
  card.receive = receive;
  card.transmit = transmit;
  card.receiveBuffers = allocate(receive.size * BUFFER_SIZE + PAGE_SIZE);
  card.transmitBuffers = allocate(transmit.size * BUFFER_SIZE + PAGE_SIZE);
  for (let index: u32 = 0; index < receive.size; index++) {
    const buffer = card.receiveBuffers + index * BUFFER_SIZE;
    setDescriptor(receive, index, buffer, BUFFER_SIZE, VIRTQ_DESC_F_WRITE);
    publish(receive, index);
  }
  suppressInterrupts(transmit);
  card.port = addPort(<u32>network, changetype<usize>(card), send);
  startHostVirtio(device, changetype<usize>(card), serveInterrupt);
  notifyHost(receive);
}

/** A frame from a guest; it is lost when the host is behind with so many. */
function send(owner: usize, frame: usize, size: u32): void {
  const card = changetype<HostCard>(owner);
  const queue = card.transmit;
  const index = freeBuffer(card);
  if (index < 0) return;
  const buffer = card.transmitBuffers + <usize>index * BUFFER_SIZE;
  memory.fill(buffer, 0, card.headerSize);
  memory.copy(buffer + card.headerSize, frame, size);
  setDescriptor(queue, <u32>index, buffer, card.headerSize + size, 0);
  publish(queue, <u32>index);
  notifyHost(queue);
}

/** A buffer to send from, or -1. */
function freeBuffer(card: HostCard): i32 {
  if (card.unused == card.transmit.size) return takeUsed(card.transmit);
  const index = <i32>card.unused;
  card.unused++;
  return index;
}

function serveInterrupt(address: usize): void {
  const card = changetype<HostCard>(address);
  const queue = card.receive;
  acknowledge(card.device);
  for (let index = takeUsed(queue); index >= 0; index = takeUsed(queue)) {
    const size = queue.written - card.headerSize;
    const frame = card.receiveBuffers + <usize>index * BUFFER_SIZE + card.headerSize;
    if (queue.written >= card.headerSize + HEADER_SIZE && size <= LARGEST_FRAME) switchFrame(card.port, frame, size);
    publish(queue, <u32>index);
  }
  notifyHost(queue);
}
