/** For tests: the hostile guests, and what becomes of each. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = 'bare/guests/hostile';

export interface HostileGuest {
  readonly name: string;
  readonly path: string;
  /** How its line in the report goes on; undefined for one that never ends. */
  readonly end: string | undefined;
  /** What it prints, where that shows that it was treated as it should. */
  readonly prints?: string;
}

const expectations: Readonly<Record<string, Pick<HostileGuest, 'end' | 'prints'>>> = {
  'bad-vector': { end: 'stopped: instruction guest-page fault' },
  'console-flood': { end: undefined, prints: '#'.repeat(128) },
  'fill-memory': { end: 'stopped: store or AMO guest-page fault' },
  'interrupts-off': { end: undefined },
  'jump-outside': { end: 'stopped: instruction guest-page fault' },
  loop: { end: undefined },
  'looping-tables': { end: 'shut down', prints: 'TTT' },
  privileged: { end: 'shut down', prints: 'P' },
  'self-modifying': { end: 'shut down', prints: 'S' },
  'touch-host': { end: 'shut down', prints: 'FFFFFFF' },
  'vector-faults': { end: undefined },
  'wild-mmio': { end: 'shut down', prints: 'M' },
  'wild-sbi': { end: 'shut down', prints: 'W' },
  'wild-virtio': { end: 'shut down', prints: 'V' },
};

/** @throws Error for a file without its expectation, or one without its file */
export function hostileGuests(): HostileGuest[] {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.S'))
    .map((file) => basename(file, '.S'))
    .sort();
  const expected = Object.keys(expectations).sort();
  if (names.join() !== expected.join())
    throw new Error(`${FOLDER} has ${names}; there are expectations for ${expected}`);
  return names.map((name) => ({ name, path: join(FOLDER, `${name}.S`), ...expectations[name]! }));
}
