/** From what the configuration says of a disk to the disk. */
import { DiskConfiguration } from '../guest/device-configuration.ts';
import { Guest } from '../guest/guest.ts';
import { hostDisk } from '../host/disk.ts';
import { Disk } from './block.ts';
import { VirtioDevice } from './device.ts';
import { createHostBackedDisk } from './host-disk.ts';
import { createImageDisk } from './image-disk.ts';

/** "disk" */
const ID_PREFIX: u32 = 0x6b73_6964;
const DIGIT_0: u32 = 0x30;

/** The guest's disk `number`, below 10. Null when the host has no such disk, or that not so many sectors. */
export function createConfiguredDisk(guest: Guest, number: u32, configuration: DiskConfiguration): VirtioDevice | null {
  const disk = createDisk(guest, configuration);
  if (!disk) return null;
  store<u32>(disk.id, ID_PREFIX);
  store<u8>(disk.id, <u8>(DIGIT_0 + number), 4);
  return disk.device;
}

function createDisk(guest: Guest, configuration: DiskConfiguration): Disk | null {
  const isReadOnly = configuration.isReadOnly;
  const image = configuration.image;
  if (image) return createImageDisk(guest, image.start, image.size, isReadOnly);
  const host = hostDisk(configuration.hostDisk);
  if (!host) return null;
  const first = configuration.firstSector;
  if (first > host.sectors) return null;
  const sectors = configuration.sectors ? configuration.sectors : host.sectors - first;
  if (sectors > host.sectors - first) return null;
  return createHostBackedDisk(guest, host, first, sectors, isReadOnly);
}
