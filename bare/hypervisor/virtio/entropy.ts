/** Entropy device (virtio 1.2, 5.4): random bytes of the host's. A request waits until the host has some. */
import { VIRTIO_ID_ENTROPY } from '../../rv/virtio.ts';
import { Guest } from '../guest/guest.ts';
import { takeEntropy } from '../host/entropy.ts';
import { allocate, free } from '../memory/heap.ts';
import { Chain, createChain, freeChain, writeChain } from './chain.ts';
import { createVirtioDevice, freeVirtioDevice, queueAt, VirtioDevice } from './device.ts';
import { popChain, pushUsed, signal, unpopChain } from './queue.ts';

const QUEUE_SIZE: u32 = 8;
/** Bytes that a request gets at most: the driver asks again for more. */
const MOST: u64 = 64;

const bytes = memory.data(64, 8);
let first: EntropySource | null = null;

class EntropySource {
  device: VirtioDevice;
  chain: Chain;
  next: EntropySource | null;
}

export function createEntropy(guest: Guest): VirtioDevice {
  const device = createVirtioDevice(guest, VIRTIO_ID_ENTROPY, 0, 1, QUEUE_SIZE, 0);
  const source = changetype<EntropySource>(allocate(offsetof<EntropySource>()));
  source.device = device;
  source.chain = createChain(guest);
  source.next = first;
  first = source;
  device.model = changetype<usize>(source);
  device.notify = serve;
  device.reset = reset;
  return device;
}

export function freeEntropy(device: VirtioDevice): void {
  const source = changetype<EntropySource>(device.model);
  let before: EntropySource | null = null;
  let each = first;
  while (each && each !== source) {
    before = each;
    each = each.next;
  }
  if (before) before.next = source.next;
  else first = source.next;
  freeChain(source.chain);
  free(changetype<usize>(source), offsetof<EntropySource>());
  freeVirtioDevice(device);
}

/** Requests that wait are still in the queue. */
function reset(_device: VirtioDevice): void {}

/** The host has random bytes again: one request of each guest is served before any is served twice. */
export function entropyArrived(): void {
  let source = first;
  while (source) {
    serve(source.device, 0);
    source = source.next;
  }
}

/** Serves one request; the next ones when the driver or the host speaks again. */
function serve(device: VirtioDevice, _queue: u32): void {
  const source = changetype<EntropySource>(device.model);
  const queue = queueAt(device, 0);
  if (!popChain(queue, source.chain)) return;
  const size = takeEntropy(bytes, min(source.chain.writable, MOST));
  if (!size && source.chain.writable) {
    unpopChain(queue, source.chain);
    return;
  }
  writeChain(source.chain, 0, bytes, size);
  pushUsed(queue, source.chain, <u32>size);
  signal(queue);
}
