/** The host's network card (virtio 1.2, 5.1), the uplink of the guests' switch. */

import { addPort, HEADER_SIZE, LARGEST_FRAME, Port, switchFrame } from '../devices/net-switch.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { allocate } from '../memory/heap.ts';
import { createHostQueue, DESCRIPTOR_WRITE, HostQueue, notifyHost, publish, setDescriptor, takeUsed } from './queue.ts';
import { acknowledge, HostVirtio, negotiate, startHostVirtio } from './virtio.ts';

const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
/** Buffers in each direction, half a page each, with the header in front (5.1.6). */
const BUFFERS: u32 = 32;
const BUFFER_SIZE: u32 = 2048;
const NET_HEADER_SIZE: u32 = 12;

class HostNetwork {
  device: HostVirtio;
  receive: HostQueue;
  transmit: HostQueue;
  receiveBuffers: usize;
  transmitBuffers: usize;
  /** Those from here on have never been sent. */
  unused: u32;
  port: Port;
}

/** Makes the card the uplink. A host has one; of more each would be a port. */
export function startHostNetwork(device: HostVirtio): void {
  const features = negotiate(device, 0);
  const receive = createHostQueue(device, RECEIVE, BUFFERS);
  const transmit = createHostQueue(device, TRANSMIT, BUFFERS);
  if (!features || !receive || !transmit) return;
  const network = changetype<HostNetwork>(allocate(offsetof<HostNetwork>()));
  network.device = device;
  network.receive = receive;
  network.transmit = transmit;
  network.receiveBuffers = allocate(receive.size * BUFFER_SIZE + PAGE_SIZE);
  network.transmitBuffers = allocate(transmit.size * BUFFER_SIZE + PAGE_SIZE);
  for (let index: u32 = 0; index < receive.size; index++) {
    const buffer = network.receiveBuffers + index * BUFFER_SIZE;
    setDescriptor(receive, index, buffer, BUFFER_SIZE, DESCRIPTOR_WRITE);
    publish(receive, index);
  }
  network.port = addPort(changetype<usize>(network), send);
  startHostVirtio(device, changetype<usize>(network), serveInterrupt);
  notifyHost(receive);
}

/** A frame from a guest; it is lost when the host is behind with so many. */
function send(owner: usize, frame: usize, size: u32): void {
  const network = changetype<HostNetwork>(owner);
  const queue = network.transmit;
  const index = freeBuffer(network);
  if (index < 0) return;
  const buffer = network.transmitBuffers + <usize>index * BUFFER_SIZE;
  memory.fill(buffer, 0, NET_HEADER_SIZE);
  memory.copy(buffer + NET_HEADER_SIZE, frame, size);
  setDescriptor(queue, <u32>index, buffer, NET_HEADER_SIZE + size, 0);
  publish(queue, <u32>index);
  notifyHost(queue);
}

/** A buffer to send from, or -1. */
function freeBuffer(network: HostNetwork): i32 {
  if (network.unused == network.transmit.size) return takeUsed(network.transmit);
  const index = <i32>network.unused;
  network.unused++;
  return index;
}

function serveInterrupt(address: usize): void {
  const network = changetype<HostNetwork>(address);
  const queue = network.receive;
  acknowledge(network.device);
  for (let index = takeUsed(queue); index >= 0; index = takeUsed(queue)) {
    const size = queue.written - NET_HEADER_SIZE;
    const frame = network.receiveBuffers + <usize>index * BUFFER_SIZE + NET_HEADER_SIZE;
    if (queue.written >= NET_HEADER_SIZE + HEADER_SIZE && size <= LARGEST_FRAME) switchFrame(network.port, frame, size);
    publish(queue, <u32>index);
  }
  notifyHost(queue);
}
