/** Snapshots of guests on KVM: `run --save` and `--restore`. What they were booted from is in them, for a reset later. */
import { type State, StateError } from '../devices/state.ts';
import { readImage } from '../kvm/x86/boot/image.ts';
import type { BootSource } from '../kvm/x86/boot/load.ts';
import type { Pc } from '../kvm/x86/pc.ts';
import { loadPc, savePc } from '../kvm/x86/state.ts';
import {
  asSnapshotError,
  readSnapshot,
  restorePages,
  SnapshotError,
  type SnapshotParts,
  writeSnapshot,
} from '../machine/snapshot/format.ts';
import { UserError } from './errors.ts';
import { readUserFile, replaceUserFile } from './files.ts';
import { formatSize } from './sizes.ts';

/** Which kind of machine a snapshot is of. */
const KIND = 'kvm-x86';
const MIB = 2 ** 20;

/** A guest with the files that it was booted from. */
export interface BootFiles {
  readonly source: BootSource;
  readonly image: Uint8Array;
}

/**
 * Saves a guest that does not run, and tells the user. The file has the whole of it, or what was there before.
 * @returns whether it has.
 */
export async function saveKvmGuest(pc: Pc, { source, image }: BootFiles, path: string): Promise<boolean> {
  const state: State = {
    kind: KIND,
    memory: pc.memory.size,
    vcpus: pc.vcpus.length,
    commandLine: source.commandLine,
    pc: savePc(pc),
  };
  const blobs = source.ramDisk === undefined ? [image] : [image, source.ramDisk];
  const snapshot = await writeSnapshot({ state, ram: pc.memory.bytes, blobs });
  try {
    replaceUserFile(path, snapshot);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`typevisor: the guest is not saved: ${error.message}\r\n`);
    return false;
  }
  process.stderr.write(`typevisor: saved to ${path} (${formatSize(Math.ceil(snapshot.length / MIB) * MIB)})\r\n`);
  return true;
}

export interface KvmSnapshot extends BootFiles {
  /** Bytes. */
  readonly memory: number;
  readonly vcpus: number;
  /** Into a PC that has been made like this. @throws UserError for another one. */
  readonly load: (pc: Pc) => void;
}

/**
 * @param descriptor of the file
 * @throws UserError for a file that is no snapshot of such a guest, or is damaged.
 */
export async function readKvmSnapshot(path: string, descriptor: number): Promise<KvmSnapshot> {
  const file = readUserFile(path, descriptor);
  try {
    return described(await readSnapshot(file), (action) => naming(path, action));
  } catch (error) {
    throw named(path, error);
  }
}

function described(parts: SnapshotParts, naming: (action: () => void) => void): KvmSnapshot {
  const { state, blobs } = parts;
  if (!state.has('kind') || state.text('kind') !== KIND) {
    throw new SnapshotError('this is the snapshot of another kind of machine; see typevisor machine --restore');
  }
  const [bytes, ramDisk] = blobs;
  const image = bytes === undefined ? undefined : readImage(bytes);
  if (bytes === undefined || image === undefined) throw new SnapshotError('the snapshot has no guest to reset to');
  return {
    source: { image, commandLine: state.text('commandLine'), ramDisk },
    image: bytes,
    memory: state.number('memory', Number.MAX_SAFE_INTEGER),
    vcpus: state.number('vcpus', 8),
    load: (pc) =>
      naming(() => {
        restorePages(pc.memory.bytes, parts);
        loadPc(pc, state.state('pc'));
      }),
  };
}

function naming(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw named(path, error);
  }
}

function named(path: string, error: unknown): unknown {
  const known = asSnapshotError(error);
  return known instanceof SnapshotError || known instanceof StateError
    ? new UserError(`${path}: ${known.message}`)
    : known;
}
