/** Descriptors of virtqueues, which both formats share but for the order of the last two fields: virtio 1.2, 2.7.5 and 2.8.13. */
import { VIRTIO_F_INDIRECT_DESC, VIRTQ_DESC_F_WRITE } from '../../rv/virtio.ts';
import { hostAddress, isGuestMemory } from '../memory/guest-memory.ts';
import { addPart, CHAIN_LIMIT, Chain } from './chain.ts';
import { hasFeature } from './device.ts';
import { broken, Queue } from './queue.ts';

export const DESCRIPTOR_SIZE: u64 = 16;
const LENGTH: usize = 8;
const THIRD: usize = 12;
const FOURTH: usize = 14;

// The descriptor that was read last. Each is read once, since the driver may change it meanwhile.
export let address: u64 = 0;
export let length: u32 = 0;
/** Flags and the next one's index of a split ring, buffer id and flags of a packed one. */
export let third: u16 = 0;
export let fourth: u16 = 0;

export function readDescriptor(at: usize): void {
  address = load<u64>(at);
  length = load<u32>(at + LENGTH);
  third = load<u16>(at + THIRD);
  fourth = load<u16>(at + FOURTH);
}

/** Reads descriptor `index` of an indirect table, which has been found to be memory; one lies within a page. */
export function readIndirect(queue: Queue, table: u64, index: u32): void {
  readDescriptor(hostAddress(queue.device.guest, table + DESCRIPTOR_SIZE * index));
}

/** Adds what the descriptor describes to the chain, or breaks the device. */
export function addDescriptor(queue: Queue, chain: Chain, flags: u16): bool {
  if (!isGuestMemory(queue.device.guest, address, length)) return broken(queue, 'a buffer is not in memory (2.6)');
  // A longer chain is forbidden, in an indirect table too, or has a loop (2.7.5.3.1, 2.8.17).
  if (chain.count == queue.size)
    return broken(queue, 'a chain of descriptors is longer than the queue (2.7.5, 2.8.17)');
  if (chain.count == CHAIN_LIMIT) return broken(queue, 'a buffer has more than 250 parts');
  const isWritable = (flags & VIRTQ_DESC_F_WRITE) != 0;
  if (!isWritable && chain.writable) {
    return broken(queue, 'a part to be read comes behind one to be written (2.7.4.2, 2.8.17)');
  }
  addPart(chain, address, length, isWritable);
  return true;
}

/** Whether the descriptor may name an indirect table, and does (2.7.5.3, 2.8.7); else the device breaks. */
export function isIndirectTable(queue: Queue, mayBe: bool): bool {
  if (!mayBe || !hasFeature(queue.device, VIRTIO_F_INDIRECT_DESC)) {
    return broken(queue, 'an indirect descriptor where none may be (2.7.5.3.1, 2.8.19)');
  }
  const isTable = length && !(length & <u32>(DESCRIPTOR_SIZE - 1)) && !(address & (DESCRIPTOR_SIZE - 1));
  if (isTable && isGuestMemory(queue.device.guest, address, length)) return true;
  return broken(queue, 'an indirect table is not in memory, or none (2.7.5.3, 2.8.7)');
}
