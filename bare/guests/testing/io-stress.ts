/**
 * Two guests that use disk and network at once, by interrupts: in each round each writes a piece of its disk, sends the other a frame
 * with the round's number, and goes on when its disk is done and the other's frame of that round is there. Then it reads all back. What
 * gets lost is missed for ever. For test/guest-devices.test.ts.
 */
import { fdtCell, fdtFindCompatible, fdtParent, fdtProperty, fdtPropertyData, fdtRegAddress } from '../../lib/fdt.ts';
import { csrs_sie, SIE_SEIE } from '../../rv/csr.ts';
import { mmio_read32, mmio_write32, wfi } from '../../rv/intrinsics.ts';
import { VIRTIO_BLK_T_IN, VIRTIO_BLK_T_OUT, VIRTIO_ID_BLOCK, VIRTIO_ID_NET } from '../../rv/virtio.ts';
import { print, printDecimal, shutDown } from '../console.ts';
import { config, deviceReady, findDevice, QUEUE_SIZE, Queue, startDevice } from '../virtio.ts';

const ROUNDS: u32 = 60;
/** Sectors of a piece. */
const PIECE: u32 = 9;
const SECTOR_SIZE: u32 = 512;
const PIECE_SIZE: u32 = PIECE * SECTOR_SIZE;

const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
const NET_HEADER: usize = 12;
const BUFFER_SIZE: u32 = 2048;
const FRAME_SIZE: u32 = 60;
const NUMBER: usize = NET_HEADER + 14;
/** For experiments (IEEE 802), as the bytes lie in memory. */
const ETHERTYPE: u16 = 0xb588;
/** In the place of a round, until the other guest has been heard. */
const HELLO: u32 = 0xffff_ffff;

const INTERRUPT_STATUS: usize = 0x060;
const INTERRUPT_ACK: usize = 0x064;

// The guest's PLIC, whose context 0 is this hart's.
const PLIC: usize = 0xc00_0000;
const PLIC_ENABLE: usize = 0x2000;
const PLIC_CLAIM: usize = 0x20_0004;

const header = new StaticArray<u64>(2);
const status = new StaticArray<u8>(1);
const data = new StaticArray<u8>(PIECE_SIZE);
const outgoing = new StaticArray<u8>(<i32>NET_HEADER + FRAME_SIZE);
const buffers = memory.data(16384, 16);

let disk: usize = 0;
let card: usize = 0;
/** Frames of rounds that the other has sent. */
let heard: u32 = 0;
let isOtherThere: bool = false;

export function main(_hart: u64, dtb: usize): void {
  disk = findDevice(dtb, VIRTIO_ID_BLOCK);
  card = findDevice(dtb, VIRTIO_ID_NET);
  startDevice(disk);
  startDevice(card);
  const requests = new Queue(disk, 0);
  const receive = new Queue(card, RECEIVE);
  const transmit = new Queue(card, TRANSMIT);
  deviceReady(disk);
  deviceReady(card);
  enable(dtb, disk);
  enable(dtb, card);
  csrs_sie(SIE_SEIE);
  for (let number: u32 = 0; number < QUEUE_SIZE; number++) receive.offer(number, bufferAt(number), BUFFER_SIZE);
  greet(receive, transmit);

  for (let round: u32 = 0; round < ROUNDS; round++) {
    fill(round);
    beginTransfer(requests, VIRTIO_BLK_T_OUT, round);
    send(transmit, round);
    while (!requests.isDone() || heard <= round) {
      awaitInterrupt();
      listen(receive);
    }
    check(status[0] == 0, 'the disk failed');
  }
  for (let round: u32 = 0; round < ROUNDS; round++) {
    memory.fill(changetype<usize>(data), 0, PIECE_SIZE);
    beginTransfer(requests, VIRTIO_BLK_T_IN, round);
    while (!requests.isDone()) awaitInterrupt();
    check(status[0] == 0 && isRight(round), 'the disk has something else');
  }
  print('rounds: ');
  printDecimal(ROUNDS);
  print('\n');
  shutDown(false);
}

/** Lets the device's interrupts through. */
function enable(dtb: usize, device: usize): void {
  for (let node = fdtFindCompatible(dtb, 0, 'virtio,mmio'); node; node = fdtFindCompatible(dtb, node, 'virtio,mmio')) {
    if (<usize>fdtRegAddress(dtb, fdtParent(dtb, node), node, 0) != device) continue;
    const source = fdtCell(fdtPropertyData(fdtProperty(dtb, node, 'interrupts')));
    mmio_write32(PLIC + 4 * source, 1);
    mmio_write32(PLIC + PLIC_ENABLE, mmio_read32(PLIC + PLIC_ENABLE) | (1 << source));
  }
}

/**
 * Waits for an interrupt of either device, and takes it back. It is never taken as a trap: sstatus.SIE is 0. And it is not looked for in
 * sip, where QEMU 7.2 does not show it.
 */
function awaitInterrupt(): void {
  wfi();
  const source = mmio_read32(PLIC + PLIC_CLAIM);
  acknowledge(disk);
  acknowledge(card);
  if (source) mmio_write32(PLIC + PLIC_CLAIM, source);
}

function acknowledge(device: usize): void {
  mmio_write32(device + INTERRUPT_ACK, mmio_read32(device + INTERRUPT_STATUS));
}

/** Who comes second is heard by the first, and answered. So there are never more frames under way than the other has buffers. */
function greet(receive: Queue, transmit: Queue): void {
  send(transmit, HELLO);
  while (!isOtherThere) {
    awaitInterrupt();
    listen(receive);
  }
  send(transmit, HELLO);
}

function send(transmit: Queue, number: u32): void {
  const frame = changetype<usize>(outgoing) + NET_HEADER;
  memory.fill(frame, 0xff, 6);
  store<u32>(frame + 6, config(card, 0));
  store<u16>(frame + 10, <u16>config(card, 4));
  store<u16>(frame + 12, ETHERTYPE);
  store<u32>(changetype<usize>(outgoing) + NUMBER, number);
  transmit.add(changetype<usize>(outgoing), <u32>NET_HEADER + FRAME_SIZE, false);
  transmit.sendAndWait();
}

/** Takes the frames that have come. They come in the order in which they were sent. */
function listen(receive: Queue): void {
  for (let number = receive.next(); number >= 0; number = receive.next()) {
    const buffer = bufferAt(<u32>number);
    if (load<u16>(buffer + NET_HEADER + 12) == ETHERTYPE) {
      isOtherThere = true;
      const round = load<u32>(buffer + NUMBER);
      if (round != HELLO) check(round == heard++, 'a frame is missing');
    }
    receive.offer(<u32>number, buffer, BUFFER_SIZE);
  }
}

function bufferAt(number: u32): usize {
  return buffers + number * BUFFER_SIZE;
}

function beginTransfer(requests: Queue, type: u32, round: u32): void {
  header[0] = type;
  header[1] = round * PIECE;
  status[0] = 255;
  requests.add(changetype<usize>(header), 16, false);
  requests.add(changetype<usize>(data), PIECE_SIZE, type == VIRTIO_BLK_T_IN);
  requests.add(changetype<usize>(status), 1, true);
  requests.send();
}

/** What the first word of a piece is; the others follow it. Each guest has its own. */
function seedOf(round: u32): u64 {
  return (((<u64>config(card, 4)) << 32) | round) * 0x9e37_79b9_7f4a_7c15;
}

function fill(round: u32): void {
  const start = changetype<usize>(data);
  const seed = seedOf(round);
  for (let offset: usize = 0; offset < PIECE_SIZE; offset += 8) store<u64>(start + offset, seed + offset);
}

function isRight(round: u32): bool {
  const start = changetype<usize>(data);
  const seed = seedOf(round);
  for (let offset: usize = 0; offset < PIECE_SIZE; offset += 8) {
    if (load<u64>(start + offset) != seed + offset) return false;
  }
  return true;
}

function check(isTrue: bool, what: string): void {
  if (isTrue) return;
  print(what);
  print('\n');
  shutDown(true);
}
