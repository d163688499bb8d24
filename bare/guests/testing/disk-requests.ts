/** Tries the requests of a disk that disk.ts has no use for, and prints how each ends. For test/guest-devices.test.ts. */
import {
  VIRTIO_BLK_T_DISCARD,
  VIRTIO_BLK_T_FLUSH,
  VIRTIO_BLK_T_GET_ID,
  VIRTIO_BLK_T_OUT,
  VIRTIO_BLK_T_WRITE_ZEROES,
  VIRTIO_ID_BLOCK,
} from '../../rv/virtio.ts';
import { print, printByte, printDecimal, shutDown } from '../console.ts';
import { config, deviceReady, findDevice, Queue, startDevice } from '../virtio.ts';

const ID_SIZE: u32 = 20;
const SECTOR_SIZE: u32 = 512;

// Offsets in the configuration space: 5.2.4.
const MAX_DISCARD_SEG: usize = 40;
const MAX_WRITE_ZEROES_SEG: usize = 52;

const header = new StaticArray<u64>(2);
const status = new StaticArray<u8>(1);
const bytes = new StaticArray<u8>(SECTOR_SIZE);
const start = changetype<usize>(bytes);

export function main(_hart: u64, dtb: usize): void {
  const device = findDevice(dtb, VIRTIO_ID_BLOCK);
  startDevice(device);
  const queue = new Queue(device, 0);
  deviceReady(device);
  const sectors = config(device, 0);
  print('segments: ');
  printDecimal(config(device, MAX_DISCARD_SEG));
  print(' and ');
  printDecimal(config(device, MAX_WRITE_ZEROES_SEG));
  print('\n');

  setSegment(0, 10, 2, 0);
  setSegment(1, 14, 1, 1);
  request(queue, VIRTIO_BLK_T_WRITE_ZEROES, 32, false, 'write zeroes');
  setSegment(0, 16, 8, 0);
  request(queue, VIRTIO_BLK_T_DISCARD, 16, false, 'discard');
  setSegment(0, 0, 1, 1);
  request(queue, VIRTIO_BLK_T_DISCARD, 16, false, 'discard with unmap');
  setSegment(0, sectors - 1, 2, 0);
  request(queue, VIRTIO_BLK_T_DISCARD, 16, false, 'discard behind the end');
  request(queue, VIRTIO_BLK_T_WRITE_ZEROES, 16, false, 'write zeroes behind the end');
  memory.fill(start, 0xaa, SECTOR_SIZE);
  request(queue, VIRTIO_BLK_T_OUT, SECTOR_SIZE, false, 'write');
  request(queue, VIRTIO_BLK_T_FLUSH, 0, false, 'flush');
  request(queue, VIRTIO_BLK_T_GET_ID, ID_SIZE, true, 'id');
  for (let index: u32 = 0; index < ID_SIZE && bytes[index]; index++) printByte(bytes[index]);
  print('\n');
  shutDown(false);
}

function setSegment(index: usize, sector: u64, count: u32, flags: u32): void {
  const at = start + 16 * index;
  store<u64>(at, sector);
  store<u32>(at + 8, count);
  store<u32>(at + 12, flags);
}

/** All of them are of sector 0, where there is one. */
function request(queue: Queue, type: u32, size: u32, isWritable: bool, name: string): void {
  header[0] = type;
  header[1] = 0;
  status[0] = 255;
  queue.add(changetype<usize>(header), 16, false);
  if (size) queue.add(start, size, isWritable);
  queue.add(changetype<usize>(status), 1, true);
  queue.sendAndWait();
  print(name);
  print(': ');
  printDecimal(status[0]);
  print('\n');
}
