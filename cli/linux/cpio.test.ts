import { expect, test } from 'vitest';
import { S_IFCHR, S_IFDIR, S_IFREG, writeCpio } from './cpio.ts';

/** Reads an archive as Linux does (init/initramfs.c): entries with their fields, up to the trailer. */
function entriesOf(archive: Uint8Array) {
  const text = Buffer.from(archive).toString('latin1');
  const align = (offset: number) => (offset + 3) & ~3;
  const entries = [];
  for (let at = 0; ; ) {
    expect(text.slice(at, at + 6)).toBe('070701');
    const field = (index: number) => Number.parseInt(text.slice(at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, links, size, major, minor, nameSize] = [1, 4, 6, 9, 10, 11].map(field) as [number, ...number[]];
    const path = text.slice(at + 110, at + 110 + nameSize! - 1);
    const start = align(at + 110 + nameSize!);
    if (path === 'TRAILER!!!') return { entries, end: align(start + size!), length: archive.length };
    entries.push({ path, mode, links, major, minor, bytes: text.slice(start, start + size!) });
    at = align(start + size!);
  }
}

test('files, folders and device nodes of any length of name and contents', () => {
  const names = ['a', 'ab', 'abc', 'abcd', 'abcde'];
  const archive = writeCpio([
    { path: 'dev', mode: S_IFDIR | 0o755 },
    { path: 'dev/console', mode: S_IFCHR | 0o600, device: { major: 5, minor: 1 } },
    ...names.map((path) => ({ path, mode: S_IFREG | 0o644, bytes: Buffer.from(path) })),
  ]);
  const { entries, end, length } = entriesOf(archive);
  expect(end).toBe(length);
  const [major, minor, bytes] = [0, 0, ''];
  expect(entries).toEqual([
    { path: 'dev', mode: 0o040755, links: 2, major, minor, bytes },
    { path: 'dev/console', mode: 0o020600, links: 1, major: 5, minor: 1, bytes },
    ...names.map((path) => ({ path, mode: 0o100644, links: 1, major, minor, bytes: path })),
  ]);
});
