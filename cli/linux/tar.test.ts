import { expect, test } from 'vitest';
import { readTar } from './tar.ts';

function header(name: string, size: number, type: string, prefix = ''): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(type, 156);
  block.write(prefix === '' ? 'ustar  ' : 'ustar\0', 257);
  block.write(prefix, 345);
  return block;
}

function entry(name: string, contents: string, type = '0', prefix = ''): Buffer[] {
  const padding = Buffer.alloc(-contents.length & 511);
  return [header(name, contents.length, type, prefix), Buffer.from(contents), padding];
}

const LONG = `${'long/'.repeat(30)}file`;
const archive = Buffer.concat([
  ...[header('./folder/', 0, '5'), ...entry('./folder/a', 'A'.repeat(1000)), ...entry('./b', 'B')],
  ...[...entry('././@LongLink', `${LONG}\0`, 'L'), ...entry(LONG.slice(0, 100), 'long'), ...entry('c', 'C', '0', 'in')],
  ...[...entry('link', '', '2'), Buffer.alloc(1024), ...entry('behind', 'the end')],
]);

async function* pieces(length: number) {
  for (let at = 0; at < archive.length; at += length) yield archive.subarray(at, at + length);
}

test.each([[1], [100], [512], [100_000]])('reads the files that are wanted, in pieces of %d bytes', async (length) => {
  const files = await readTar(pieces(length), (path) => path !== 'b');
  expect([...files].map(([path, bytes]) => [path, String(bytes)])).toEqual([
    ['folder/a', 'A'.repeat(1000)],
    [LONG, 'long'],
    ['in/c', 'C'],
  ]);
});

test('an archive that ends too early', async () => {
  const cut = (async function* () {
    yield archive.subarray(0, 1200);
  })();
  await expect(readTar(cut, () => true)).rejects.toThrow('the archive ends within folder/a');
});
