/** From what the configuration says of a disk to the disk. */
import { DiskConfiguration } from '../guest/device-configuration.ts';
import { Guest } from '../guest/guest.ts';
import { hostDisk } from '../host/disk.ts';
import { Disk } from './block.ts';
import { VirtioDevice } from './device.ts';
import { createHostBackedDisk } from './host-disk.ts';
import { createImageDisk } from './image-disk.ts';

/** Null when the host has no such disk, or that not so many sectors. */
export function createConfiguredDisk(guest: Guest, configuration: DiskConfiguration): VirtioDevice | null {
  const disk = createDisk(guest, configuration);
  return disk ? disk.device : null;
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
