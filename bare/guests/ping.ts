/**
 * A guest that calls on the network until it hears another one, and says whom. Two of them find each other:
 *
 *   typevisor run bare/guests/ping.ts bare/guests/ping.ts --net
 */
import { print, printHexDigits, shutDown } from 'typevisor/guests/console';
import { csrr_time, csrs_sie, SIE_STIE } from '../rv/csr.ts';
import { sbi_call, wfi } from '../rv/intrinsics.ts';
import { SBI_TIME, SBI_TIME_SET_TIMER } from '../rv/sbi.ts';
import { VIRTIO_ID_NET } from '../rv/virtio.ts';
import { config, deviceReady, findDevice, Queue, startDevice } from './virtio.ts';

const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
/** In front of each frame: virtio 1.2, 5.1.6. */
const NET_HEADER_SIZE: u32 = 12;
/** Of Ethernet: to whom, from whom, what. */
const HEADER_SIZE: u32 = 14;
const FRAME_SIZE: u32 = 60;
/** For experiments (IEEE 802), as the bytes lie in memory. */
const ETHERTYPE: u16 = 0xb588;
const MOST_CALLS: u32 = 10_000;
/** Between calls, in ticks of `time`. */
const PAUSE: u64 = 10_000;
const LAST_CALLS: u32 = 3;

const outgoing = new StaticArray<u8>(NET_HEADER_SIZE + FRAME_SIZE);
const incoming = new StaticArray<u8>(2048);

export function main(_hart: u64, dtb: usize): void {
  const device = findDevice(dtb, VIRTIO_ID_NET);
  if (!device) {
    print('no network card: give me one by --net\n');
    shutDown(true);
  }
  startDevice(device);
  const receive = new Queue(device, RECEIVE);
  const transmit = new Queue(device, TRANSMIT);
  deviceReady(device);
  const frame = changetype<usize>(outgoing) + NET_HEADER_SIZE;
  memory.fill(frame, 0xff, 6);
  store<u32>(frame + 6, config(device, 0));
  store<u16>(frame + 10, <u16>config(device, 4));
  store<u16>(frame + 12, ETHERTYPE);

  listen(receive);
  for (let calls: u32 = 0; calls < MOST_CALLS; calls++) {
    call(transmit);
    pause();
    if (!receive.isDone()) continue;
    if (isCall()) {
      report();
      // The other one may not have heard this one yet.
      for (let last: u32 = 0; last < LAST_CALLS; last++) call(transmit);
      shutDown(false);
    }
    listen(receive);
  }
  print('nobody called\n');
  shutDown(true);
}

function listen(queue: Queue): void {
  queue.add(changetype<usize>(incoming), <u32>incoming.length, true);
  queue.send();
}

function call(queue: Queue): void {
  queue.add(changetype<usize>(outgoing), NET_HEADER_SIZE + FRAME_SIZE, false);
  queue.sendAndWait();
}

/** Leaves the hart to others. The interrupt that ends it stays pending: sstatus.SIE is 0. */
function pause(): void {
  csrs_sie(SIE_STIE);
  sbi_call(csrr_time() + PAUSE, 0, 0, 0, 0, 0, SBI_TIME_SET_TIMER, SBI_TIME, 0);
  wfi();
}

function isCall(): bool {
  return load<u16>(changetype<usize>(incoming) + NET_HEADER_SIZE + HEADER_SIZE - 2) == ETHERTYPE;
}

function report(): void {
  print('heard ');
  const source = changetype<usize>(incoming) + NET_HEADER_SIZE + 6;
  for (let index: usize = 0; index < 6; index++) {
    if (index) print(':');
    printHexDigits(load<u8>(source + index), 2);
  }
  print('\n');
}
