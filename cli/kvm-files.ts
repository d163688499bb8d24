/** The files of a guest on KVM, opened by the launcher: the confined monitor has their descriptors, and no names. */
import { openKvm } from '../kvm/open.ts';
import { openTap } from '../kvm/tap/open.ts';
import { openDriveFile, parseDrive } from './drives.ts';
import { openUserFile } from './files.ts';
import type { RunOptions } from './run-options.ts';
import { parseTap } from './tap-option.ts';

/** Descriptors. */
export interface GuestFiles {
  readonly kvm: number;
  /** The image, the flat program or the snapshot. */
  readonly image: number;
  readonly initrd: number | undefined;
  /** In the order of `--drive`. */
  readonly drives: readonly number[];
  /** The tap device. */
  readonly tap: number | undefined;
}

/** @throws UserError, KvmUnavailableError */
export function openGuestFiles(path: string, { initrd, drive, net }: RunOptions): GuestFiles {
  const tap = typeof net === 'string' ? parseTap(net) : undefined;
  return {
    kvm: openKvm(),
    image: openUserFile(path),
    initrd: initrd === undefined ? undefined : openUserFile(initrd),
    drives: drive.map((text) => openDriveFile(parseDrive(text))),
    tap: tap && openTap(tap.name),
  };
}

/** The same files under the numbers that `renumber` gives each. */
export function renumbered(files: GuestFiles, renumber: (file: number) => number): GuestFiles {
  const { kvm, image, initrd, drives, tap } = files;
  return {
    kvm: renumber(kvm),
    image: renumber(image),
    initrd: initrd === undefined ? undefined : renumber(initrd),
    drives: drives.map(renumber),
    tap: tap === undefined ? undefined : renumber(tap),
  };
}
