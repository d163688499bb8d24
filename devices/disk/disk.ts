/** What block devices keep their sectors on. */

import type { State, StateReader } from '../state.ts';

export const SECTOR_SIZE = 512;

/** The host could not do what the guest asked for. The message names the disk and the reason. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

/**
 * Offsets and lengths are in bytes, and all ranges are within the disk; `discard` gets whole sectors.
 * Every method throws DiskError when the host fails; what has been written before stays.
 */
export interface Disk {
  /** In bytes, a multiple of 512. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Fills `bytes`. */
  read(offset: number, bytes: Uint8Array): void;
  /** Not called for a disk that is read-only. */
  write(offset: number, bytes: Uint8Array): void;
  /** `read` and `write` for several arrays, one behind the other. Left out where that is no cheaper than one after the other. */
  readPieces?(offset: number, pieces: readonly Uint8Array[]): void;
  writePieces?(offset: number, pieces: readonly Uint8Array[]): void;
  /** Makes what has been written last, whatever happens to the host. */
  flush(): void;
  /** The range is not needed any more: it takes no room, and reads as zeroes. Left out where the host cannot do that. */
  discard?(offset: number, length: number): void;
  /** What is only here, for a snapshot of the machine. Left out where everything is the host's. */
  save?(): State;
  /** @throws StateError */
  load?(state: StateReader): void;
}

/** Fills arrays that lie anywhere with what lies together on the disk. */
export function readPieces(disk: Disk, offset: number, pieces: readonly Uint8Array[]): void {
  if (disk.readPieces !== undefined) disk.readPieces(offset, pieces);
  else inTurn(offset, pieces, (at, piece) => disk.read(at, piece));
}

export function writePieces(disk: Disk, offset: number, pieces: readonly Uint8Array[]): void {
  if (disk.writePieces !== undefined) disk.writePieces(offset, pieces);
  else inTurn(offset, pieces, (at, piece) => disk.write(at, piece));
}

function inTurn(
  offset: number,
  pieces: readonly Uint8Array[],
  action: (offset: number, piece: Uint8Array) => void,
): void {
  let at = offset;
  for (const piece of pieces) {
    action(at, piece);
    at += piece.length;
  }
}

/** @throws RangeError when a disk cannot have this size. */
export function checkDiskSize(size: number): void {
  if (!Number.isSafeInteger(size) || size <= 0 || size % SECTOR_SIZE !== 0) {
    throw new RangeError(`a disk has a multiple of ${SECTOR_SIZE} bytes, more than 0, not ${size}`);
  }
}
