/**
 * A guest with a disk: counts in its first sector how often it has been booted, and tries the rest of the disk.
 *
 *   typevisor run bare/guests/disk.ts --drive disk.img
 */
import { print, printDecimal, shutDown } from 'typevisor/guests/console';
import { VIRTIO_BLK_T_IN, VIRTIO_BLK_T_OUT, VIRTIO_ID_BLOCK } from '../rv/virtio.ts';
import { config, deviceReady, findDevice, Queue, startDevice } from './virtio.ts';

const SECTOR_SIZE: u32 = 512;
/** Sectors that go over at once: 64 KiB. */
const BATCH: u32 = 128;

const header = new StaticArray<u64>(2);
const status = new StaticArray<u8>(1);
const data = new StaticArray<u8>(BATCH * SECTOR_SIZE);
const start = changetype<usize>(data);

export function main(_hart: u64, dtb: usize): void {
  const device = findDevice(dtb, VIRTIO_ID_BLOCK);
  if (!device) {
    print('no disk: give me one by --drive\n');
    shutDown(true);
  }
  startDevice(device);
  const queue = new Queue(device, 0);
  deviceReady(device);
  const sectors = config(device, 0);

  transfer(queue, VIRTIO_BLK_T_IN, 0, 1);
  const boots = load<u32>(start) + 1;
  store<u32>(start, boots);
  transfer(queue, VIRTIO_BLK_T_OUT, 0, 1);

  let wrong: u32 = 0;
  for (let sector: u32 = 1; sector < sectors; sector += BATCH) {
    const count = min(BATCH, sectors - sector);
    fill(boots, sector, count);
    transfer(queue, VIRTIO_BLK_T_OUT, sector, count);
  }
  for (let sector: u32 = 1; sector < sectors; sector += BATCH) {
    const count = min(BATCH, sectors - sector);
    memory.fill(start, 0, BATCH * SECTOR_SIZE);
    transfer(queue, VIRTIO_BLK_T_IN, sector, count);
    wrong += countWrong(boots, sector, count);
  }
  print('boot ');
  printDecimal(boots);
  print(', ');
  printDecimal(sectors);
  print(' sectors, wrong words: ');
  printDecimal(wrong);
  print('\n');
  shutDown(wrong != 0);
}

function transfer(queue: Queue, type: u32, sector: u64, count: u32): void {
  header[0] = type;
  header[1] = sector;
  status[0] = 255;
  queue.add(changetype<usize>(header), 16, false);
  queue.add(start, count * SECTOR_SIZE, type == VIRTIO_BLK_T_IN);
  queue.add(changetype<usize>(status), 1, true);
  queue.sendAndWait();
  if (load<u8>(changetype<usize>(status)) == 0) return;
  print('the disk failed at sector ');
  printDecimal(sector);
  print('\n');
  shutDown(true);
}

/** What belongs into a word of the disk: another thing in each place and at each boot. */
function wordAt(boots: u32, sector: u32, offset: usize): u64 {
  return (((<u64>boots) << 48) | ((<u64>sector) << 16) | offset) * 0x9e37_79b9_7f4a_7c15;
}

function fill(boots: u32, sector: u32, count: u32): void {
  const size = <usize>count * SECTOR_SIZE;
  for (let offset: usize = 0; offset < size; offset += 8) store<u64>(start + offset, wordAt(boots, sector, offset));
}

function countWrong(boots: u32, sector: u32, count: u32): u32 {
  const size = <usize>count * SECTOR_SIZE;
  let wrong: u32 = 0;
  for (let offset: usize = 0; offset < size; offset += 8) {
    if (load<u64>(start + offset) != wordAt(boots, sector, offset)) wrong++;
  }
  return wrong;
}
