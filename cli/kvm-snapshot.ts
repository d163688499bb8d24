/** A guest on KVM out of a file of `--save`: its state, and what it was booted from, for a reset later. */
import { fstatSync, readSync } from 'node:fs';
import { StateError } from '../devices/state.ts';
import { readImage } from '../kvm/x86/boot/image.ts';
import type { BootSource } from '../kvm/x86/boot/load.ts';
import type { Pc } from '../kvm/x86/pc.ts';
import { loadPc } from '../kvm/x86/state.ts';
import {
  asSnapshotError,
  BODY_OFFSET,
  checkBody,
  checkRuns,
  FRONT_SIZE,
  readFront,
  readIndex,
  SnapshotError,
  type SnapshotMap,
} from '../machine/snapshot/format.ts';
import { alignUp, checksumsOf, PAGE_SIZE } from '../machine/snapshot/pages.ts';
import { UserError } from './errors.ts';

/** Which kind of machine a snapshot is of. */
export const KIND = 'kvm-x86';
const MOST_VCPUS = 8;

/** A guest with the files that it was booted from. */
export interface BootFiles {
  readonly source: BootSource;
  readonly image: Uint8Array;
}

export interface KvmSnapshot extends BootFiles {
  /** Bytes. */
  readonly memory: number;
  readonly vcpus: number;
  /** Into a PC that has just been made like this, with RAM that is all zeros. @throws UserError for another one. */
  readonly load: (pc: Pc) => void;
}

/**
 * @param file a descriptor of it
 * @throws UserError for a file that is no snapshot of such a guest, or is damaged.
 */
export async function readKvmSnapshot(path: string, file: number): Promise<KvmSnapshot> {
  const { size } = fstatSync(file);
  try {
    const front = read(file, 0, Math.min(FRONT_SIZE, size));
    const { offset, length } = readFront(front, size);
    const map = await readIndex(front, read(file, offset, length));
    return described(map, file, path);
  } catch (error) {
    throw named(path, error);
  }
}

function described(map: SnapshotMap, file: number, path: string): KvmSnapshot {
  const { state, blobs } = map;
  if (!state.has('kind') || state.text('kind') !== KIND) {
    throw new SnapshotError('this is the snapshot of another kind of machine; see typevisor machine --restore');
  }
  const bodies = blobs.map(({ offset, length }) => read(file, offset, alignUp(length)));
  const [image, ramDisk] = bodies.map((bytes, index) => bytes.subarray(0, blobs[index]!.length));
  const parsed = image === undefined ? undefined : readImage(image);
  if (image === undefined || parsed === undefined) throw new SnapshotError('the snapshot has no guest to reset to');
  return {
    source: { image: parsed, commandLine: state.text('commandLine'), ramDisk },
    image,
    memory: state.number('memory', Number.MAX_SAFE_INTEGER),
    vcpus: state.number('vcpus', MOST_VCPUS),
    load: (pc) => {
      try {
        const pages = readPages(map, file, pc.memory.bytes);
        checkBody(Int32Array.from([...pages, ...bodies.map(checksumsOf)].flatMap((sums) => [...sums])), map);
        loadPc(pc, state.state('pc'), (message) => process.stderr.write(`typevisor: ${message}\r\n`));
      } catch (error) {
        throw named(path, error);
      }
    },
  };
}

/** From the file to where they belong, without a copy between. @returns the checksums of each run. */
function readPages({ runs }: SnapshotMap, file: number, ram: Uint8Array): Int32Array[] {
  checkRuns(runs, ram.length);
  let offset = BODY_OFFSET;
  return runs.map(({ first, count }) => {
    const pages = ram.subarray(first * PAGE_SIZE, (first + count) * PAGE_SIZE);
    readInto(file, offset, pages);
    offset += pages.length;
    return checksumsOf(pages);
  });
}

function read(file: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  readInto(file, offset, bytes);
  return bytes;
}

function readInto(file: number, offset: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const more = readSync(file, bytes, done, bytes.length - done, offset + done);
    if (more === 0) throw new SnapshotError('the file has become shorter while it was read');
    done += more;
  }
}

function named(path: string, error: unknown): unknown {
  const known = asSnapshotError(error);
  return known instanceof SnapshotError || known instanceof StateError
    ? new UserError(`${path}: ${known.message}`)
    : known;
}
