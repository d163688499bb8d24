/** The files of a guest on KVM, opened by the launcher: the confined monitor has their descriptors, and no names. */
import { openKvm } from '../kvm/open.ts';
import { openDriveFile, parseDrive } from './drives.ts';
import { openUserFile } from './files.ts';
import type { RunOptions } from './run.ts';

/** Descriptors. */
export interface GuestFiles {
  readonly kvm: number;
  /** The image, the flat program or the snapshot. */
  readonly image: number;
  readonly initrd: number | undefined;
  /** In the order of `--drive`. */
  readonly drives: readonly number[];
}

/** @throws UserError, KvmUnavailableError */
export function openGuestFiles(path: string, { initrd, drive }: RunOptions): GuestFiles {
  return {
    kvm: openKvm(),
    image: openUserFile(path),
    initrd: initrd === undefined ? undefined : openUserFile(initrd),
    drives: drive.map((text) => openDriveFile(parseDrive(text))),
  };
}

/** The same files under the numbers that `renumber` gives each. */
export function renumbered(files: GuestFiles, renumber: (file: number) => number): GuestFiles {
  const { kvm, image, initrd, drives } = files;
  return {
    kvm: renumber(kvm),
    image: renumber(image),
    initrd: initrd === undefined ? undefined : renumber(initrd),
    drives: drives.map(renumber),
  };
}
