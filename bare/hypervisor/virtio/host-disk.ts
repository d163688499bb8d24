/** A guest's disk on one of the host's: the whole of it, or some of its sectors. */
import { VIRTIO_BLK_F_DISCARD, VIRTIO_BLK_F_RO, VIRTIO_BLK_F_WRITE_ZEROES } from '../../rv/virtio.ts';
import { Guest } from '../guest/guest.ts';
import { HostDisk, pollHostDisk, submitToHost } from '../host/disk.ts';
import { hostConfig } from '../host/virtio.ts';
import {
  CONFIG_MOST_SECTORS,
  CONFIG_MOST_SEGMENTS,
  CONFIG_WRITE_ZEROES_MAY_UNMAP,
  createDisk,
  Disk,
  DiskRequest,
  limitsOf,
  offerSegments,
  SECTOR_SIZE,
} from './block.ts';
import { segmentAt } from './segments.ts';

/** Sectors from `firstSector` on, which the host's disk has; nobody else should write them. */
export function createHostBackedDisk(
  guest: Guest,
  host: HostDisk,
  firstSector: u64,
  sectors: u64,
  isReadOnly: bool,
): Disk {
  const disk = createDisk(guest, sectors, isReadOnly || (host.features & VIRTIO_BLK_F_RO) != 0);
  offerAsHost(disk, host, VIRTIO_BLK_F_DISCARD);
  offerAsHost(disk, host, VIRTIO_BLK_F_WRITE_ZEROES);
  disk.backend = changetype<usize>(host);
  disk.firstSector = firstSector;
  disk.submit = submit;
  disk.drain = drain;
  return disk;
}

/** The guest's disk can do what the host's can. */
function offerAsHost(disk: Disk, host: HostDisk, feature: u64): void {
  if (!(host.features & feature)) return;
  const limits = limitsOf(feature);
  const segments = hostConfig(host.device, limits + CONFIG_MOST_SEGMENTS);
  offerSegments(disk, feature, segments, hostConfig(host.device, limits + CONFIG_MOST_SECTORS));
  if (feature != VIRTIO_BLK_F_WRITE_ZEROES) return;
  store<u8>(
    disk.device.config,
    <u8>hostConfig(host.device, CONFIG_WRITE_ZEROES_MAY_UNMAP),
    CONFIG_WRITE_ZEROES_MAY_UNMAP,
  );
}

/** Where what is left of the request lies on the host's disk. */
export function sectorOnHost(request: DiskRequest): u64 {
  return request.disk.firstSector + request.sector + request.done / SECTOR_SIZE;
}

function submit(request: DiskRequest): void {
  for (let index: u32 = 0; index < request.segmentCount; index++) {
    segmentAt(request, index).sector += request.disk.firstSector;
  }
  submitToHost(changetype<HostDisk>(request.disk.backend), request);
}

/** The disk goes on with requests that it has, whoever waits; so this takes no longer than they do. */
function drain(disk: Disk): void {
  while (disk.busy) pollHostDisk(changetype<HostDisk>(disk.backend));
}
