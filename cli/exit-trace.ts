/** The option `--trace FILE`: what the hypervisor has recorded, out of the host's memory and into the file. */
import { closeSync, openSync, readSync } from 'node:fs';
import { formatExitTable, formatTraceEvents, readExitTrace } from '../debug/exit-trace.ts';
import { Symbols } from '../debug/symbols.ts';
import { artefact } from './artefacts.ts';
import { UserError } from './errors.ts';
import { writeUserFile } from './files.ts';

const RAM_BASE = 0x8000_0000;

export interface TraceRequest {
  readonly file: string;
  readonly guestNames: readonly string[];
}

/** @throws UserError for a name that could be that of a guest's source: it would be overwritten. */
export function checkTraceFile(file: string): void {
  if (!file.endsWith('.json')) throw new UserError(`--trace ${file}: name a file that ends in .json`);
}

/** Writes the file, and the table of exits to stderr. `read` reads the memory that the host had in the end. */
export async function writeExitTrace(
  { file, guestNames }: TraceRequest,
  read: (address: number, length: number) => Uint8Array,
): Promise<void> {
  const ring = Symbols.fromElf(await artefact('hypervisor.elf')).address('trace_ring')!;
  const records = readExitTrace(ring, read);
  writeUserFile(file, formatTraceEvents(records, guestNames));
  process.stderr.write(formatExitTable(records));
}

/** Reads the file that QEMU has kept the host's memory in. */
export function memoryFileReader(path: string): (address: number, length: number) => Uint8Array {
  return (address, length) => {
    const bytes = new Uint8Array(length);
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, length, address - RAM_BASE);
    closeSync(file);
    return bytes;
  };
}
