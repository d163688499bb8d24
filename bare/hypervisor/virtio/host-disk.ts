/** A guest's disk on one of the host's: the whole of it, or some of its sectors. */
import { Guest } from '../guest/guest.ts';
import { HostDisk, pollHostDisk, submitToHost } from '../host/disk.ts';
import { createDisk, Disk, DiskRequest, SECTOR_SIZE } from './block.ts';

/** Sectors from `firstSector` on, which the host's disk has; nobody else should write them. */
export function createHostBackedDisk(
  guest: Guest,
  host: HostDisk,
  firstSector: u64,
  sectors: u64,
  isReadOnly: bool,
): Disk {
  const disk = createDisk(guest, sectors, isReadOnly || host.isReadOnly, 0);
  disk.backend = changetype<usize>(host);
  disk.firstSector = firstSector;
  disk.submit = submit;
  disk.drain = drain;
  return disk;
}

/** Where what is left of the request lies on the host's disk. */
export function sectorOnHost(request: DiskRequest): u64 {
  return request.disk.firstSector + request.sector + request.done / SECTOR_SIZE;
}

function submit(request: DiskRequest): void {
  submitToHost(changetype<HostDisk>(request.disk.backend), request);
}

/** The disk goes on with requests that it has, whoever waits; so this takes no longer than they do. */
function drain(disk: Disk): void {
  while (disk.busy) pollHostDisk(changetype<HostDisk>(disk.backend));
}
