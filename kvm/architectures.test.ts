/** A back end for another architecture is a folder beside x86/: what all of them share knows none. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';

/** It gives users the one that there is. */
const ENTRY = 'index.ts';

const shared = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(qemu\.)?test\.ts$/.test(name))
  .filter((name) => name !== ENTRY && !name.startsWith(`x86${sep}`))
  .map((name) => [name] as const);

test('there is something to share', () => {
  expect(shared.map(([name]) => name)).toEqual(
    expect.arrayContaining(['api.ts', 'exits.ts', 'monitor.ts', join('confine', 'seccomp.ts')]),
  );
});

test.each(shared)('%s imports nothing of an architecture', (name) => {
  const source = readFileSync(join(import.meta.dirname, name), 'utf8');
  expect(source.match(/(from|import\() ?'[^']*\/x86\/[^']*'/g)).toBeNull();
});
