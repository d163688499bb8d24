/** Block device (virtio 1.2, 5.2): a disk behind one queue of requests, each served before the driver goes on. */

import { blkFeatures, blkRequests, blkResults, virtioTypes } from '../../isa/virtio.ts';
import { type Disk, DiskError, readPieces, SECTOR_SIZE, writePieces } from '../disk/disk.ts';
import { type State, StateError, type StateReader } from '../state.ts';
import type { Chain, ChainReader, ChainWriter } from './chain.ts';
import { u32, u64 } from './guest-memory.ts';
import type { DriverLink, VirtioModel } from './model.ts';
import type { Virtqueue } from './virtqueue.ts';

const QUEUE_SIZE = 256;
const HEADER_SIZE = 16;
const ID_SIZE = 20;

/** Offsets in the configuration space (virtio 1.2, 5.2.4). */
const CONFIG_SIZE = 60;
const CONFIG_CAPACITY = 0;
const CONFIG_SEG_MAX = 12;
const CONFIG_BLK_SIZE = 20;
const CONFIG_PHYSICAL_BLOCK_EXP = 24;
const CONFIG_MIN_IO_SIZE = 26;
const CONFIG_MAX_DISCARD_SECTORS = 36;
const CONFIG_MAX_DISCARD_SEG = 40;
const CONFIG_DISCARD_SECTOR_ALIGNMENT = 44;
const CONFIG_MAX_WRITE_ZEROES_SECTORS = 48;
const CONFIG_MAX_WRITE_ZEROES_SEG = 52;
const CONFIG_WRITE_ZEROES_MAY_UNMAP = 56;

/** A physical block is 2 ** 3 sectors: what hosts' file systems and the overlay like best. */
const PHYSICAL_BLOCK_EXP = 3;

/** A segment of a discard or write zeroes request (virtio 1.2, 5.2.6): sector 64, number of sectors 32, flags 32. */
const SEGMENT_SIZE = 16;
const FLAG_UNMAP = 1;
const MOST_SEGMENTS = 16;
/** Sectors in a segment: so many that nobody waits long for one request. */
const MOST_DISCARDED = 2 ** 18;
const MOST_ZEROED = 2 ** 15;

const ZEROES = new Uint8Array(2 ** 16);

export interface BlkOptions {
  /** What tells this disk from others: ASCII, up to 20 bytes. */
  readonly id?: string;
}

export class Blk implements VirtioModel {
  readonly name = 'virtio-blk';
  readonly deviceId = virtioTypes.BLOCK;
  readonly features: readonly number[];
  readonly queueSizes = [QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_SIZE);
  readonly #disk: Disk;
  readonly #id = new Uint8Array(ID_SIZE);
  #link: DriverLink | undefined;
  /** The user has been told that the host fails. */
  #warned = false;

  constructor(disk: Disk, { id = '' }: BlkOptions = {}) {
    this.#disk = disk;
    new TextEncoder().encodeInto(id, this.#id);
    this.features = [
      ...[blkFeatures.SEG_MAX, blkFeatures.BLK_SIZE, blkFeatures.TOPOLOGY, blkFeatures.FLUSH],
      ...(disk.readOnly ? [blkFeatures.RO] : [blkFeatures.WRITE_ZEROES]),
      ...(this.#canDiscard ? [blkFeatures.DISCARD] : []),
    ];
    this.#initialiseConfig();
  }

  connect(link: DriverLink): void {
    this.#link = link;
  }

  notify(queue: Virtqueue): void {
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      if (!this.#serve(chain)) break;
      queue.push(chain, chain.writable.length);
    }
    queue.signal();
  }

  reset(): void {
    this.#warned = false;
  }

  save(): State {
    return { disk: this.#disk.save?.() };
  }

  /** @throws StateError where the disk was one in memory and is not now, or has another size. */
  load(state: StateReader): void {
    if (this.#disk.load === undefined && state.has('disk')) {
      throw new StateError('the disk was one in memory, such as an overlay, and is not now');
    }
    this.#disk.load?.(state.state('disk'));
  }

  get #canDiscard(): boolean {
    return !this.#disk.readOnly && this.#disk.discard !== undefined;
  }

  #initialiseConfig(): void {
    const view = new DataView(this.config.buffer);
    view.setBigUint64(CONFIG_CAPACITY, BigInt(this.#disk.size / SECTOR_SIZE), true);
    view.setUint32(CONFIG_SEG_MAX, QUEUE_SIZE - 2, true);
    view.setUint32(CONFIG_BLK_SIZE, SECTOR_SIZE, true);
    view.setUint8(CONFIG_PHYSICAL_BLOCK_EXP, PHYSICAL_BLOCK_EXP);
    view.setUint16(CONFIG_MIN_IO_SIZE, 2 ** PHYSICAL_BLOCK_EXP, true);
    if (this.#canDiscard) {
      view.setUint32(CONFIG_MAX_DISCARD_SECTORS, MOST_DISCARDED, true);
      view.setUint32(CONFIG_MAX_DISCARD_SEG, MOST_SEGMENTS, true);
      view.setUint32(CONFIG_DISCARD_SECTOR_ALIGNMENT, 2 ** PHYSICAL_BLOCK_EXP, true);
      view.setUint8(CONFIG_WRITE_ZEROES_MAY_UNMAP, 1);
    }
    if (!this.#disk.readOnly) {
      view.setUint32(CONFIG_MAX_WRITE_ZEROES_SECTORS, MOST_ZEROED, true);
      view.setUint32(CONFIG_MAX_WRITE_ZEROES_SEG, MOST_SEGMENTS, true);
    }
  }

  /** Serves a request and writes its status, the last byte; false if there is no room for one. */
  #serve({ readable, writable }: Chain): boolean {
    const header = readable.read(HEADER_SIZE);
    if (header === undefined || writable.length === 0) {
      this.#link?.needsReset('a request without a header or without room for its status (5.2.6)');
      return false;
    }
    const status = this.#attempt(u32(header, 0), u64(header, 8), readable, writable);
    // After an error the data is zeroes, so that all up to the status counts as written (2.7.8.2).
    if (status !== blkResults.OK) writable.rewind();
    while (writable.left > 1) writable.piece(writable.left - 1).fill(0);
    writable.write(Uint8Array.of(status));
    return true;
  }

  #attempt(type: number, sector: number, readable: ChainReader, writable: ChainWriter): number {
    try {
      return this.#execute(type, sector, readable, writable);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (!this.#warned) this.#link?.warn(`${error.message}; the guest gets an I/O error`);
      this.#warned = true;
      return blkResults.IOERR;
    }
  }

  #execute(type: number, sector: number, readable: ChainReader, writable: ChainWriter): number {
    if (changesDisk(type) && this.#disk.readOnly) return blkResults.IOERR;
    switch (type) {
      case blkRequests.IN:
        return this.#read(sector, writable);
      case blkRequests.OUT:
        return this.#write(sector, readable);
      case blkRequests.FLUSH:
        if (!this.#disk.readOnly) this.#disk.flush();
        return blkResults.OK;
      case blkRequests.GET_ID:
        if (writable.left <= ID_SIZE) return blkResults.IOERR;
        writable.write(this.#id);
        return blkResults.OK;
      case blkRequests.DISCARD:
        return this.#canDiscard ? this.#forSegments(type, readable) : blkResults.UNSUPP;
      case blkRequests.WRITE_ZEROES:
        return this.#forSegments(type, readable);
      default:
        return blkResults.UNSUPP;
    }
  }

  #read(sector: number, writable: ChainWriter): number {
    const length = writable.left - 1;
    if (length % SECTOR_SIZE !== 0 || !this.#contains(sector, length)) return blkResults.IOERR;
    readPieces(this.#disk, sector * SECTOR_SIZE, writable.pieces(length));
    return blkResults.OK;
  }

  #write(sector: number, readable: ChainReader): number {
    if (readable.left % SECTOR_SIZE !== 0 || !this.#contains(sector, readable.left)) return blkResults.IOERR;
    writePieces(this.#disk, sector * SECTOR_SIZE, readable.pieces(readable.left));
    this.#settle();
    return blkResults.OK;
  }

  /** Discard and write zeroes: all segments are checked before the first is touched. */
  #forSegments(type: number, readable: ChainReader): number {
    const count = readable.left / SEGMENT_SIZE;
    if (!Number.isInteger(count) || count === 0 || count > MOST_SEGMENTS) return blkResults.IOERR;
    const [most, flags] = type === blkRequests.DISCARD ? [MOST_DISCARDED, 0] : [MOST_ZEROED, FLAG_UNMAP];
    const bytes = readable.read(readable.left)!;
    const segments = Array.from({ length: count }, (_, index) => {
      const at = SEGMENT_SIZE * index;
      return { sector: u64(bytes, at), sectors: u32(bytes, at + 8), flags: u32(bytes, at + 12) };
    });
    if (segments.some((segment) => (segment.flags & ~flags) !== 0)) return blkResults.UNSUPP;
    const fits = segments.every(
      ({ sector, sectors }) => sectors <= most && this.#contains(sector, sectors * SECTOR_SIZE),
    );
    if (!fits) return blkResults.IOERR;
    for (const { sector, sectors, flags: unmap } of segments) {
      const [offset, length] = [sector * SECTOR_SIZE, sectors * SECTOR_SIZE];
      if (this.#canDiscard && (type === blkRequests.DISCARD || unmap !== 0)) this.#disk.discard?.(offset, length);
      else this.#writeZeroes(offset, length);
    }
    this.#settle();
    return blkResults.OK;
  }

  #writeZeroes(offset: number, length: number): void {
    for (let done = 0; done < length; done += ZEROES.length) {
      this.#disk.write(offset + done, ZEROES.subarray(0, Math.min(ZEROES.length, length - done)));
    }
  }

  /** A driver that has not accepted flushes counts on completed writes to stay (5.2.6.2). */
  #settle(): void {
    if (!this.#link?.hasFeature(blkFeatures.FLUSH)) this.#disk.flush();
  }

  #contains(sector: number, length: number): boolean {
    return sector * SECTOR_SIZE + length <= this.#disk.size;
  }
}

function changesDisk(type: number): boolean {
  return type === blkRequests.OUT || type === blkRequests.DISCARD || type === blkRequests.WRITE_ZEROES;
}
