/**
 * The file of a snapshot.
 *
 *   0x00  "TYPVSNAP"
 *   0x08  u32  version of this layout
 *   0x0c  u32  length of the header
 *   0x10  SHA-256 of the header
 *   0x30  the header: JSON, named fields
 *   then, from a multiple of 4 KiB on: RAM's pages that are not all zeros, by ascending number, and behind them the bytes that the
 *   machine was booted from, for a reset, each part from a multiple of 4 KiB on
 *
 * All numbers are little-endian. Pages lie on page boundaries so that they can be mapped. A reader needs the version to be its own;
 * fields of the header may come and go within one.
 */

import { type State, StateError, StateReader } from '../../devices/state.ts';

/** What is wrong with a snapshot, as one line for the user. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export const SNAPSHOT_VERSION = 1;
export const PAGE_SIZE = 4096;
const MAGIC = 'TYPVSNAP';
const HEADER_OFFSET = 0x30;

/** So many pages that follow each other, from the one with this number on. Page 0 is RAM's first. */
export interface PageRun {
  readonly first: number;
  readonly count: number;
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
  const runs = usedRuns(ram);
  const pageBytes = runs.reduce((sum, { count }) => sum + count, 0) * PAGE_SIZE;
  const bodyLength = pageBytes + blobs.reduce((sum, blob) => sum + alignUp(blob.length), 0);
  const describe = (bodySha256: string) => ({
    state,
    runs: runs.map(({ first, count }) => [first, count]),
    blobs: blobs.map(({ length }) => length),
    bodySha256,
  });
  const headerLength = encode(describe('0'.repeat(64))).length;
  const bodyOffset = alignUp(HEADER_OFFSET + headerLength);
  const file = new Uint8Array(bodyOffset + bodyLength);

  let at = bodyOffset;
  const put = (bytes: Uint8Array) => {
    file.set(bytes, at);
    at += alignUp(bytes.length);
  };
  for (const { first, count } of runs) put(ram.subarray(first * PAGE_SIZE, (first + count) * PAGE_SIZE));
  for (const blob of blobs) put(blob);

  const header = encode(describe(await sha256(file.subarray(bodyOffset))));
  file.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(file.buffer);
  view.setUint32(0x08, SNAPSHOT_VERSION, true);
  view.setUint32(0x0c, header.length, true);
  file.set(fromHex(await sha256(header)), 0x10);
  file.set(header, HEADER_OFFSET);
  return file;
}

/** @throws SnapshotError for what is no snapshot, of another version, incomplete or damaged. */
export async function readSnapshot(file: Uint8Array): Promise<SnapshotParts> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (String.fromCharCode(...file.subarray(0, MAGIC.length)) !== MAGIC)
    throw new SnapshotError('this is not a snapshot');
  if (file.length < HEADER_OFFSET) throw truncated();
  const version = view.getUint32(0x08, true);
  if (version !== SNAPSHOT_VERSION) {
    throw new SnapshotError(
      `the snapshot has version ${version}, and this reads version ${SNAPSHOT_VERSION}: restore it by the Typevisor that saved it`,
    );
  }
  const headerLength = view.getUint32(0x0c, true);
  const bodyOffset = alignUp(HEADER_OFFSET + headerLength);
  if (file.length < bodyOffset) throw truncated();
  const header = file.subarray(HEADER_OFFSET, HEADER_OFFSET + headerLength);
  if ((await sha256(header)) !== toHex(file.subarray(0x10, HEADER_OFFSET))) throw damaged('header');
  const fields = new StateReader(JSON.parse(new TextDecoder().decode(header)), 'snapshot');

  const runs = fields.pairs('runs').map(([first, count]) => ({ first, count }));
  const pagesEnd = bodyOffset + runs.reduce((sum, { count }) => sum + count, 0) * PAGE_SIZE;
  let end = pagesEnd;
  const blobs = fields.numbers('blobs', Number.MAX_SAFE_INTEGER).map((length) => {
    const start = end;
    end += alignUp(length);
    return file.subarray(start, start + length);
  });
  if (file.length < end) throw truncated();
  if (file.length > end)
    throw new SnapshotError(`the snapshot is followed by ${file.length - end} bytes that are not its own`);
  if ((await sha256(file.subarray(bodyOffset))) !== fields.text('bodySha256')) throw damaged('memory');
  return { state: fields.state('state'), runs, pages: file.subarray(bodyOffset, pagesEnd), blobs };
}

/** Fills RAM with the pages of a snapshot and zeros. @throws SnapshotError for pages that RAM does not have. */
export function restorePages(ram: Uint8Array, { runs, pages }: Pick<SnapshotParts, 'runs' | 'pages'>): void {
  ram.fill(0);
  let at = 0;
  for (const { first, count } of runs) {
    const [start, length] = [first * PAGE_SIZE, count * PAGE_SIZE];
    if (start + length > ram.length)
      throw new SnapshotError(`the snapshot has page ${first} + ${count} beyond RAM's end`);
    ram.set(pages.subarray(at, at + length), start);
    at += length;
  }
}

function usedRuns(ram: Uint8Array): PageRun[] {
  const words = new BigUint64Array(ram.buffer, ram.byteOffset, ram.length / 8);
  const perPage = PAGE_SIZE / 8;
  const runs: { first: number; count: number }[] = [];
  for (let page = 0; page * perPage < words.length; page++) {
    if (isZero(words, page * perPage, perPage)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === page) last.count++;
    else runs.push({ first: page, count: 1 });
  }
  return runs;
}

function isZero(words: BigUint64Array, start: number, length: number): boolean {
  for (let index = start; index < start + length; index++) if (words[index] !== 0n) return false;
  return true;
}

function truncated(): SnapshotError {
  return new SnapshotError('the snapshot is incomplete: its end is missing');
}

function damaged(what: string): SnapshotError {
  return new SnapshotError(`the snapshot is damaged: the checksum of its ${what} is wrong`);
}

function alignUp(length: number): number {
  return Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** What a restored machine says about fields that do not fit it, as a SnapshotError. */
export function asSnapshotError(error: unknown): unknown {
  return error instanceof StateError
    ? new SnapshotError(`the snapshot does not fit this machine: ${error.message}`)
    : error;
}
