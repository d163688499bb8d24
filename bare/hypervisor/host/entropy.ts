/** Random bytes from the host's entropy device (virtio 1.2, 5.4), a few in advance. */
import { csrr_time } from '../../rv/csr.ts';
import { VIRTQ_DESC_F_WRITE } from '../../rv/virtio.ts';
import { allocate } from '../memory/heap.ts';
import { entropyArrived } from '../virtio/entropy.ts';
import { timebaseFrequency } from './machine.ts';
import { createHostQueue, HostQueue, notifyHost, publish, setDescriptor, takeUsed } from './queue.ts';
import { acknowledge, HostVirtio, negotiate, startHostVirtio } from './virtio.ts';

const POOL_SIZE: u32 = 256;
/** Only the first place is ever used. */
const QUEUE_SIZE: u32 = 8;

class HostEntropy {
  device: HostVirtio;
  queue: HostQueue;
  pool: usize;
  /** Bytes at the pool's start that nobody has had; 0 while the host fills it. */
  left: u64;
}

let source: HostEntropy | null = null;

/** Takes random bytes from the device from now on, unless there is one already. */
export function startHostEntropy(device: HostVirtio): void {
  if (source) return;
  const isAgreed = negotiate(device, 0);
  const queue = createHostQueue(device, 0, QUEUE_SIZE);
  if (!isAgreed || !queue) return;
  const entropy = changetype<HostEntropy>(allocate(offsetof<HostEntropy>()));
  entropy.device = device;
  entropy.queue = queue;
  entropy.pool = allocate(POOL_SIZE);
  source = entropy;
  startHostVirtio(device, changetype<usize>(entropy), serveInterrupt);
  refill(entropy);
}

export function hasHostEntropy(): bool {
  return changetype<usize>(source) != 0;
}

function refill(entropy: HostEntropy): void {
  setDescriptor(entropy.queue, 0, entropy.pool, POOL_SIZE, VIRTQ_DESC_F_WRITE);
  publish(entropy.queue, 0);
  notifyHost(entropy.queue);
}

/** At most `size` random bytes, which nobody else gets. Returns how many; 0 until the host has more: `entropyArrived` tells. */
export function takeEntropy(destination: usize, size: u64): u64 {
  const entropy = source;
  if (!entropy) return 0;
  if (!entropy.left) return 0;
  const taken = min(size, entropy.left);
  entropy.left -= taken;
  memory.copy(destination, entropy.pool + <usize>entropy.left, <usize>taken);
  memory.fill(entropy.pool + <usize>entropy.left, 0, <usize>taken);
  if (!entropy.left) refill(entropy);
  return taken;
}

/**
 * Fills [destination, destination + size) with random bytes, waiting for the host a tenth of a second at most: false when it has given
 * less until then, or there is no device. For when its interrupts are not served.
 */
export function awaitEntropy(destination: usize, size: u64): bool {
  const entropy = source;
  if (!entropy) return false;
  const end = csrr_time() + timebaseFrequency() / 10;
  let taken: u64 = 0;
  while (taken < size) {
    if (csrr_time() > end) return false;
    serveInterrupt(changetype<usize>(entropy));
    taken += takeEntropy(destination + <usize>taken, size - taken);
  }
  return true;
}

function serveInterrupt(address: usize): void {
  const entropy = changetype<HostEntropy>(address);
  acknowledge(entropy.device);
  if (takeUsed(entropy.queue) < 0) return;
  entropy.left = min(entropy.queue.written, POOL_SIZE);
  entropyArrived();
}
