/** Snapshots as files: `--save` and `--restore`. */
import { Machine, type RestoreOptions } from '../machine/index.ts';
import { UserError } from './errors.ts';
import { readUserFile, replaceUserFile } from './files.ts';
import { formatSize } from './sizes.ts';

const MIB = 2 ** 20;

/**
 * Saves a machine that does not run, and tells the user. The file has the whole of it, or what was there before.
 * @returns whether it has.
 */
export async function saveMachine(machine: Machine, path: string): Promise<boolean> {
  const snapshot = await machine.snapshot();
  try {
    replaceUserFile(path, snapshot);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`typevisor: the machine is not saved: ${error.message}\r\n`);
    return false;
  }
  process.stderr.write(`typevisor: saved to ${path} (${formatSize(Math.ceil(snapshot.length / MIB) * MIB)})\r\n`);
  return true;
}

/** @throws UserError for a file that is no snapshot, is damaged, or was saved with other devices. */
export async function restoreMachine(path: string, options: RestoreOptions): Promise<Machine> {
  try {
    return await Machine.restore(readUserFile(path), options);
  } catch (error) {
    if (error instanceof Error && error.name === 'SnapshotError') throw new UserError(`${path}: ${error.message}`);
    throw error;
  }
}
