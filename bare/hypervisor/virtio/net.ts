/** Network device (virtio 1.2, 5.1): a port of a switch, with one queue for each direction and no offloads. */

import { VIRTIO_ID_NET, VIRTIO_NET_F_MAC } from '../../rv/virtio.ts';
import { addPort, HEADER_SIZE, LARGEST_FRAME, Port, removePort, switchFrame } from '../devices/net-switch.ts';
import { Guest } from '../guest/guest.ts';
import { allocate, free } from '../memory/heap.ts';
import { leaveUnfinished } from '../mmio/unfinished.ts';
import { Chain, createChain, freeChain, readChain, writeChain } from './chain.ts';
import { createVirtioDevice, freeVirtioDevice, queueAt, VirtioDevice } from './device.ts';
import { popChain, pushUsed, signal, unpopChain } from './queue.ts';

const QUEUE_SIZE: u32 = 256;
const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
const MAC_SIZE: u32 = 6;
/** In front of each frame (5.1.6); without offloads all zeros but the number of buffers, which is 1. */
const NET_HEADER_SIZE: u64 = 12;
const NUM_BUFFERS: usize = 10;
/** Frames after which the driver's store is interrupted, so that no guest keeps the hart by sending. */
const BUDGET: u32 = 64;

const frame = memory.data(2048, 16);
const netHeader = memory.data(16, 8);

class NetworkCard {
  device: VirtioDevice;
  port: Port;
  chain: Chain;
}

/** A card on the network with this number. The lowest byte of its address is the first. */
export function createNetworkCard(guest: Guest, network: u32, mac: u64): VirtioDevice {
  const device = createVirtioDevice(guest, VIRTIO_ID_NET, VIRTIO_NET_F_MAC, 2, QUEUE_SIZE, MAC_SIZE);
  const card = changetype<NetworkCard>(allocate(offsetof<NetworkCard>()));
  card.device = device;
  card.chain = createChain(guest);
  card.port = addPort(network, changetype<usize>(card), deliver);
  device.model = changetype<usize>(card);
  device.notify = transmit;
  device.reset = reset;
  store<u32>(device.config, <u32>mac);
  store<u16>(device.config + 4, <u16>(mac >> 32));
  return device;
}

export function freeNetworkCard(device: VirtioDevice): void {
  const card = changetype<NetworkCard>(device.model);
  removePort(card.port);
  freeChain(card.chain);
  free(changetype<usize>(card), offsetof<NetworkCard>());
  freeVirtioDevice(device);
}

/** Nothing is kept between notifications. */
function reset(_device: VirtioDevice): void {}

/** What is no frame of Ethernet goes nowhere. */
function transmit(device: VirtioDevice, index: u32): void {
  if (index != TRANSMIT) return;
  const card = changetype<NetworkCard>(device.model);
  const queue = queueAt(device, TRANSMIT);
  let budget = BUDGET;
  while (budget && popChain(queue, card.chain)) {
    budget--;
    const size = card.chain.readable - NET_HEADER_SIZE;
    const isFrame = card.chain.readable >= NET_HEADER_SIZE && size >= HEADER_SIZE && size <= LARGEST_FRAME;
    if (isFrame) readChain(card.chain, NET_HEADER_SIZE, frame, size);
    pushUsed(queue, card.chain, 0);
    if (isFrame) switchFrame(card.port, frame, <u32>size);
  }
  if (!budget) leaveUnfinished();
  signal(queue);
}

/** A frame for the guest; it is lost when its driver has no buffer for it, as on any network. */
function deliver(owner: usize, data: usize, size: u32): void {
  const card = changetype<NetworkCard>(owner);
  const queue = queueAt(card.device, RECEIVE);
  const chain = card.chain;
  if (!popChain(queue, chain)) return;
  if (chain.writable < NET_HEADER_SIZE + size) {
    unpopChain(queue, chain);
    return;
  }
  store<u16>(netHeader + NUM_BUFFERS, 1);
  writeChain(chain, 0, netHeader, NET_HEADER_SIZE);
  writeChain(chain, NET_HEADER_SIZE, data, size);
  pushUsed(queue, chain, <u32>NET_HEADER_SIZE + size);
  signal(queue);
}
