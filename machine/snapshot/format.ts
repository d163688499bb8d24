/**
 * The file of a snapshot.
 *
 *   0x0000  "TYPVSNAP"
 *   0x0008  u32  version of this layout
 *   0x000c  u32  length of the header
 *   0x0010  u64  where the header is
 *   0x0018  SHA-256 of the header
 *   0x1000  the body: pages of RAM that are not all zeros, in the order of the header's `runs`, and behind them the bytes that the
 *           machine was booted from, for a reset, each part from a multiple of 4 KiB on
 *   then    the header: JSON, named fields
 *
 * All numbers are little-endian. The header comes last, so that pages can be written before it is known which ones there will be.
 * A reader needs the version to be its own; fields of the header may come and go within one.
 */

import { type State, StateError, StateReader } from '../../devices/state.ts';
import { alignUp, bodyChecksum, checksumsOf, PAGE_SIZE, type PageRun, runsOf, usedPages } from './pages.ts';

/** What is wrong with a snapshot, as one line for the user. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export const SNAPSHOT_VERSION = 2;
const MAGIC = 'TYPVSNAP';
const VERSION = 0x08;
const HEADER_LENGTH = 0x0c;
const HEADER_OFFSET = 0x10;
const HEADER_SHA256 = 0x18;
/** Bytes before the body that say where the header is. */
export const FRONT_SIZE = 0x38;
export const BODY_OFFSET = 0x1000;

/** What the header says about the body, and the machine's state. */
export interface SnapshotIndex {
  readonly state: State;
  readonly runs: readonly PageRun[];
  /** Their lengths in bytes. */
  readonly blobs: readonly number[];
  /** `bodyChecksum` of the body. */
  readonly checksum: number;
}

/** The same as it is read, with where things are in the file. */
export interface SnapshotMap {
  readonly state: StateReader;
  readonly runs: readonly PageRun[];
  /** Of the non-zero pages together, in bytes. */
  readonly pagesLength: number;
  readonly blobs: readonly { readonly offset: number; readonly length: number }[];
  readonly checksum: number;
}

/** @returns what goes to the file's start, and what behind the body. */
export async function encodeIndex({ state, runs, blobs, checksum }: SnapshotIndex) {
  const header = new TextEncoder().encode(
    JSON.stringify({ state, runs: runs.map(({ first, count }) => [first, count]), blobs, checksum }),
  );
  const front = new Uint8Array(FRONT_SIZE);
  const view = new DataView(front.buffer);
  new TextEncoder().encodeInto(MAGIC, front);
  view.setUint32(VERSION, SNAPSHOT_VERSION, true);
  view.setUint32(HEADER_LENGTH, header.length, true);
  const headerOffset = BODY_OFFSET + lengthOf(runs) + blobs.reduce((sum, length) => sum + alignUp(length), 0);
  view.setBigUint64(HEADER_OFFSET, BigInt(headerOffset), true);
  front.set(await sha256(header), HEADER_SHA256);
  return { front, header, headerOffset };
}

/**
 * Where the header is.
 * @param front the file's first FRONT_SIZE bytes, or all that it has
 * @param fileLength in bytes
 * @throws SnapshotError for what is no snapshot, of another version, or incomplete.
 */
export function readFront(front: Uint8Array, fileLength: number): { readonly offset: number; readonly length: number } {
  if (String.fromCharCode(...front.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new SnapshotError('this is not a snapshot');
  }
  if (front.length < FRONT_SIZE) throw incomplete();
  const view = new DataView(front.buffer, front.byteOffset, front.length);
  const version = view.getUint32(VERSION, true);
  if (version !== SNAPSHOT_VERSION) {
    throw new SnapshotError(
      `the snapshot has version ${version}, and this reads version ${SNAPSHOT_VERSION}: restore it by the Typevisor that saved it`,
    );
  }
  const { offset, length } = place(front);
  const more = fileLength - (offset + length);
  if (more < 0) throw incomplete();
  if (more > 0) throw new SnapshotError(`the snapshot is followed by ${more} bytes that are not its own`);
  return { offset, length };
}

function place(front: Uint8Array): { readonly offset: number; readonly length: number } {
  const view = new DataView(front.buffer, front.byteOffset, front.length);
  return { offset: Number(view.getBigUint64(HEADER_OFFSET, true)), length: view.getUint32(HEADER_LENGTH, true) };
}

/**
 * @param front as for `readFront`
 * @param header the bytes there
 * @throws SnapshotError for a damaged header.
 */
export async function readIndex(front: Uint8Array, header: Uint8Array): Promise<SnapshotMap> {
  const expected = front.subarray(HEADER_SHA256, FRONT_SIZE);
  const actual = await sha256(header);
  if (!actual.every((byte, index) => byte === expected[index])) throw damaged('header');
  const fields = new StateReader(JSON.parse(new TextDecoder().decode(header)), 'snapshot');
  const runs = fields.pairs('runs').map(([first, count]) => ({ first, count }));
  const pagesLength = lengthOf(runs);
  let end = BODY_OFFSET + pagesLength;
  const blobs = fields.numbers('blobs', Number.MAX_SAFE_INTEGER).map((length) => {
    const offset = end;
    end += alignUp(length);
    return { offset, length };
  });
  const { offset } = place(front);
  if (end !== offset) throw damaged('header');
  return { state: fields.state('state'), runs, pagesLength, blobs, checksum: fields.number('checksum', 0xffff_ffff) };
}

/** @throws SnapshotError when the body is not the one that was written. */
export function checkBody(pageChecksums: Int32Array, { checksum }: SnapshotMap): void {
  if (bodyChecksum(pageChecksums) !== checksum) throw damaged('memory');
}

/** A snapshot taken apart; the bytes are views of the file. */
export interface SnapshotParts {
  readonly state: StateReader;
  /** The non-zero pages, in the order of `runs`. */
  readonly pages: Uint8Array;
  readonly runs: readonly PageRun[];
  readonly blobs: readonly Uint8Array[];
}

export interface SnapshotContents {
  readonly state: State;
  readonly ram: Uint8Array;
  readonly blobs: readonly Uint8Array[];
}

export async function writeSnapshot({ state, ram, blobs }: SnapshotContents): Promise<Uint8Array<ArrayBuffer>> {
  const runs = runsOf(usedPages(ram));
  const body = new Uint8Array(lengthOf(runs) + blobs.reduce((sum, blob) => sum + alignUp(blob.length), 0));
  let at = 0;
  const put = (bytes: Uint8Array) => {
    body.set(bytes, at);
    at += alignUp(bytes.length);
  };
  for (const { first, count } of runs) put(ram.subarray(first * PAGE_SIZE, (first + count) * PAGE_SIZE));
  for (const blob of blobs) put(blob);

  const checksum = bodyChecksum(checksumsOf(body));
  const { front, header, headerOffset } = await encodeIndex({
    state,
    runs,
    blobs: blobs.map((b) => b.length),
    checksum,
  });
  const file = new Uint8Array(headerOffset + header.length);
  file.set(front);
  file.set(body, BODY_OFFSET);
  file.set(header, headerOffset);
  return file;
}

/** @throws SnapshotError for what is no snapshot, of another version, incomplete or damaged. */
export async function readSnapshot(file: Uint8Array): Promise<SnapshotParts> {
  const front = file.subarray(0, FRONT_SIZE);
  const { offset, length } = readFront(front, file.length);
  const map = await readIndex(front, file.subarray(offset, offset + length));
  checkBody(checksumsOf(file.subarray(BODY_OFFSET, offset)), map);
  return {
    state: map.state,
    runs: map.runs,
    pages: file.subarray(BODY_OFFSET, BODY_OFFSET + map.pagesLength),
    blobs: map.blobs.map((blob) => file.subarray(blob.offset, blob.offset + blob.length)),
  };
}

/** Fills RAM with the pages of a snapshot and zeros. @throws SnapshotError for pages that RAM does not have. */
export function restorePages(ram: Uint8Array, { runs, pages }: Pick<SnapshotParts, 'runs' | 'pages'>): void {
  checkRuns(runs, ram.length);
  ram.fill(0);
  let at = 0;
  for (const { first, count } of runs) {
    const length = count * PAGE_SIZE;
    ram.set(pages.subarray(at, at + length), first * PAGE_SIZE);
    at += length;
  }
}

/** @throws SnapshotError for pages that RAM of `size` bytes does not have. */
export function checkRuns(runs: readonly PageRun[], size: number): void {
  const beyond = runs.find(({ first, count }) => (first + count) * PAGE_SIZE > size);
  if (beyond !== undefined) {
    throw new SnapshotError(`the snapshot has page ${beyond.first} + ${beyond.count} beyond RAM's end`);
  }
}

function lengthOf(runs: readonly PageRun[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0) * PAGE_SIZE;
}

function incomplete(): SnapshotError {
  return new SnapshotError('the snapshot is incomplete: its end is missing');
}

function damaged(what: string): SnapshotError {
  return new SnapshotError(`the snapshot is damaged: the checksum of its ${what} is wrong`);
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/** What a restored machine says about fields that do not fit it, as a SnapshotError. */
export function asSnapshotError(error: unknown): unknown {
  return error instanceof StateError
    ? new SnapshotError(`the snapshot does not fit this machine: ${error.message}`)
    : error;
}
