/** Where guests run: what `--on` means. */
import { closeSync, openSync, readSync } from 'node:fs';
import { isX86Image } from '../kvm/x86/boot/image.ts';
import { UserError } from './errors.ts';

const HOSTS = ['machine', 'qemu', 'kvm'] as const;
export type Host = (typeof HOSTS)[number];

/** What an image's header is looked for in. */
const HEADER_SIZE = 8192 + 64;

/**
 * @param on the option: a host, or `auto`: KVM for guests whose header says x86, the built-in machine for others
 * @param raw whether a flat program for KVM is given
 */
export function chooseHost(on: string, guests: readonly string[], raw: boolean): Host {
  if (on === 'auto') return raw || guests.some(isForX86) ? 'kvm' : 'machine';
  const host = HOSTS.find((each) => each === on);
  if (host === undefined) {
    throw new UserError(
      `--on ${on}: no such host; there are auto, ${HOSTS.slice(0, -1).join(', ')} and ${HOSTS.at(-1)}`,
    );
  }
  return host;
}

/** A file that cannot be read is no guest for x86; whoever loads it says why. */
function isForX86(path: string): boolean {
  const header = new Uint8Array(HEADER_SIZE);
  try {
    const file = openSync(path, 'r');
    const length = readSync(file, header);
    closeSync(file);
    return isX86Image(header.subarray(0, length));
  } catch {
    return false;
  }
}
