/** The option `--drive`, in the words that QEMU's users know: `disk.img`, `disk.img,readonly`, `file=disk.img,snapshot=on`. */
import { DiskError } from '../devices/disk/disk.ts';
import { OverlayDisk } from '../devices/disk/overlay-disk.ts';
import { FileDisk, openDiskFile } from '../host/file-disk.ts';
import type { Drive } from '../machine/index.ts';
import { UserError } from './errors.ts';

export interface DriveSpec {
  readonly path: string;
  readonly readOnly: boolean;
  /** The guest's changes stay in memory, and are lost in the end. */
  readonly overlay: boolean;
  readonly id?: string;
}

const USAGE = 'write FILE, FILE,readonly or FILE,overlay';
const LONGEST_ID = 20;

/**
 * A comma in a file name is doubled.
 * @throws UserError
 */
export function parseDrive(text: string): DriveSpec {
  const fail = (what: string) => new UserError(`--drive ${text}: ${what}; ${USAGE}`);
  const [first = '', ...options] = text
    .replaceAll(',,', '\0')
    .split(',')
    .map((part) => part.replaceAll('\0', ','));
  const path = first.replace(/^file=/, '');
  if (path === '') throw fail('no file');
  const switches = { readOnly: false, overlay: false };
  let id: string | undefined;
  for (const option of options) {
    const [name, value = 'on'] = option.split('=', 2) as [string, string?];
    if (name === 'readonly') switches.readOnly = onOrOff(value, fail);
    else if (name === 'overlay' || name === 'snapshot') switches.overlay = onOrOff(value, fail);
    else if (name === 'format' && value !== 'raw') throw fail(`images are raw here, not ${value}`);
    else if (name === 'id' && new TextEncoder().encode(value).length > LONGEST_ID)
      throw fail('an id has up to 20 bytes');
    else if (name === 'id') id = value;
    else if (name !== 'format') throw fail(`there is no option ${name}`);
  }
  return { path, ...switches, ...(id === undefined ? {} : { id }) };
}

function onOrOff(value: string, fail: (what: string) => UserError): boolean {
  if (value !== 'on' && value !== 'off') throw fail(`${value} is neither on nor off`);
  return value === 'on';
}

/** A descriptor of the drive's file. @throws UserError */
export function openDriveFile({ path, readOnly, overlay }: DriveSpec): number {
  return attempt(readOnly || overlay, () => openDiskFile(path, readOnly || overlay));
}

/** Says what to do about a file that may only be read. */
function attempt<T>(readOnly: boolean, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    const isProtected = !readOnly && (code === 'EACCES' || code === 'EROFS' || code === 'EPERM');
    const advice = '; add ,readonly to the drive, or ,overlay to keep the changes in memory';
    throw new UserError(`${error.message}${isProtected ? advice : ''}`);
  }
}

/**
 * Disks of the files. What the guest writes goes to them at once, and is safe from the host's crashes when the guest flushes.
 * @param files their descriptors, if they are open already
 * @throws UserError for a file that cannot be a disk, and one that two drives would write to.
 */
export function openDrives(texts: readonly string[], files?: readonly number[]): Drive[] {
  const written = new Set<string>();
  return texts.map(parseDrive).map((spec, index) => {
    const { path, readOnly, overlay, id } = spec;
    const mode = { readOnly: readOnly || overlay, file: files?.[index] };
    const file = attempt(mode.readOnly, () => new FileDisk(path, mode));
    if (!file.readOnly && written.has(file.identity)) {
      throw new UserError(`${path}: two drives would write to this file; make one of them ,overlay or ,readonly`);
    }
    if (!file.readOnly) written.add(file.identity);
    return { disk: overlay ? new OverlayDisk(file) : file, ...(id === undefined ? {} : { id }) };
  });
}
