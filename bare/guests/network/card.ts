/** The network card of a guest (virtio 1.2, 5.1): frames out and in, without interrupts. */
import { csrr_time, csrs_sie, SIE_STIE } from '../../rv/csr.ts';
import { sbi_call, wfi } from '../../rv/intrinsics.ts';
import { SBI_TIME, SBI_TIME_SET_TIMER } from '../../rv/sbi.ts';
import { VIRTIO_ID_NET } from '../../rv/virtio.ts';
import { config, deviceReady, findDevice, QUEUE_SIZE, Queue, startDevice } from '../virtio.ts';

const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
/** In front of each frame: 5.1.6. */
const NET_HEADER_SIZE: usize = 12;
const BUFFER_SIZE: u32 = 2048;
const NONE: i32 = -1;
/** How long to wait between two looks, in ticks of `time`: a millisecond where it has 10 MHz. */
const PAUSE: u64 = 10_000;

const buffers = memory.data(16384, 16);
const sending = memory.data(2048, 16);

/** A frame to be sent is written here. */
export const outgoing: usize = sending + NET_HEADER_SIZE;
/** The frame that `receive` has found, until it is called again. */
export let incoming: usize = 0;
/** The card's address, whose first byte is the lowest. */
export let cardAddress: u64 = 0;

let receiveQueue: Queue | null = null;
let transmitQueue: Queue | null = null;
/** The buffer with the frame that is being looked at. */
let held: i32 = NONE;

/** Sets the card up; false when there is none. */
export function openCard(dtb: usize): bool {
  const device = findDevice(dtb, VIRTIO_ID_NET);
  if (!device) return false;
  startDevice(device);
  const queue = new Queue(device, RECEIVE);
  receiveQueue = queue;
  transmitQueue = new Queue(device, TRANSMIT);
  deviceReady(device);
  cardAddress = config(device, 0) | ((<u64>(config(device, 4) & 0xffff)) << 32);
  for (let number: u32 = 0; number < QUEUE_SIZE; number++) queue.offer(number, bufferAt(number), BUFFER_SIZE);
  return true;
}

function bufferAt(number: u32): usize {
  return buffers + number * BUFFER_SIZE;
}

/** Sends the frame of `size` bytes at `outgoing`. */
export function transmit(size: u32): void {
  const queue = transmitQueue!;
  queue.add(sending, <u32>NET_HEADER_SIZE + size, false);
  queue.sendAndWait();
}

/** The size of the next frame, which is at `incoming`; 0 when there is none. */
export function receive(): u32 {
  const queue = receiveQueue!;
  if (held != NONE) queue.offer(<u32>held, bufferAt(<u32>held), BUFFER_SIZE);
  held = queue.next();
  if (held == NONE) return 0;
  incoming = bufferAt(<u32>held) + NET_HEADER_SIZE;
  return queue.length - <u32>NET_HEADER_SIZE;
}

/** Leaves the hart to others for a moment. The interrupt that ends it stays pending: sstatus.SIE is 0. */
export function rest(): void {
  csrs_sie(SIE_STIE);
  sbi_call(csrr_time() + PAUSE, 0, 0, 0, 0, 0, SBI_TIME_SET_TIMER, SBI_TIME, 0);
  wfi();
}
