/** Guests with disks, networks and consoles, on the built-in machine. */
import { expect, test } from 'vitest';
import { MemoryDisk } from '../devices/disk/memory-disk.ts';
import { runGuests } from './hypervisor-run.ts';

const SECTORS = 300;

test('each guest has its disk, on which everything is as it was at the last boot', async () => {
  const disks = [SECTORS, 77, SECTORS].map((sectors) => new MemoryDisk(new Uint8Array(512 * sectors)));
  const guests = ['bare/guests/disk.ts', 'bare/guests/disk.ts'];
  const first = await runGuests(guests, { disks });
  expect(first.output).toContain(`[disk] boot 1, ${SECTORS} sectors, wrong words: 0`);
  expect(first.output).toContain('[disk-2] boot 1, 77 sectors, wrong words: 0');
  const second = await runGuests(guests, { disks, harts: 2 });
  expect(second.output).toContain(`[disk] boot 2, ${SECTORS} sectors, wrong words: 0`);
  expect(second.output).toContain('[disk-2] boot 2, 77 sectors, wrong words: 0');
  expect(second.stop.kind).toBe('pass');
  // The first guest's second disk, of which it takes no notice.
  expect(disks[2]!.bytes.every((byte) => byte === 0)).toBe(true);
});

test('a disk of the host is cleared in ranges, as far as it can be', async () => {
  const disk = new MemoryDisk(new Uint8Array(512 * 40).fill(7));
  const { output, stop } = await runGuests(['bare/guests/testing/disk-requests.ts'], { disks: [disk] });
  expect(output.replaceAll('\r', '')).toContain(
    ['segments: 8 and 8', 'write zeroes: 0', 'discard: 0', 'discard with unmap: 2', 'discard behind the end: 1']
      .concat(['write zeroes behind the end: 1', 'write: 0', 'flush: 0', 'id: 0', 'disk0', ''])
      .join('\n'),
  );
  const cleared = [10, 11, 14, 16, 17, 18, 19, 20, 21, 22, 23];
  const expected = Array.from({ length: 40 }, (_, sector) => (sector === 0 ? 0xaa : cleared.includes(sector) ? 0 : 7));
  expect(Array.from({ length: 40 }, (_, sector) => disk.bytes[512 * sector + 511])).toEqual(expected);
  expect(stop.kind).toBe('pass');
});

test.each([1, 2])('guests hear each other over the network, on %i hart(s)', async (harts) => {
  const { output, stop } = await runGuests(['bare/guests/ping.ts', 'bare/guests/ping.ts', 'bare/guests/abc.S'], {
    net: true,
    harts,
  });
  expect(output).toContain('[ping] heard 02:54:56:00:02:00');
  expect(output).toContain('[ping-2] heard 02:54:56:00:01:00');
  expect(stop.kind).toBe('pass');
});

test('what is typed goes to the guest whose console is shown', async () => {
  const { output, stop } = await runGuests(['test/echo.S', 'test/echo.S'], {
    input: `\x011\x010oneq\x012two\x01\x01q`,
  });
  const lines = output.replaceAll('\r', '').split('\n');
  const shown = lines.filter((line) => /^typevisor: console/.test(line));
  expect(shown).toEqual([
    'typevisor: console of guest echo',
    'typevisor: consoles of all guests',
    'typevisor: console of guest echo-2',
  ]);
  expect(lines).toContain('[echo] oneq');
  expect(lines).toContain('two\x01q');
  expect(stop.kind).toBe('pass');
});

test('a guest that is slow to listen loses nothing of what is typed', async () => {
  const text = Array.from({ length: 4000 }, (_, index) => String.fromCharCode(97 + (index % 16))).join('');
  const { output } = await runGuests(['test/echo.S'], { input: `${text}q` });
  expect(output).toContain(`${text}q`);
});

test('a guest that ends without having listened leaves the console to the others', async () => {
  // The first guest's buffer is full, and its console has what is typed until it is gone.
  const { output } = await runGuests(['test/timer.S', 'test/echo.S'], { input: `${'x'.repeat(1200)}yq` });
  expect(output).toContain('[timer] T');
  expect(output).toMatch(/\[echo\] x*yq/);
});

test('a disk that the host does not have refuses the guest, and no other', async () => {
  const { output } = await runGuests(['bare/guests/disk.ts', 'bare/guests/abc.S'], { missingDisk: true });
  expect(output).toContain('typevisor: guest disk: refused: the host has no such disk, or it is too small: disk 0');
  expect(output).toContain('[abc] ABC');
});

test.each([1, 2, 3, 4])('guests that use disks and network at once lose nothing, on %i hart(s)', async (harts) => {
  const disks = [0, 1].map(() => new MemoryDisk(new Uint8Array(512 * 9 * 60)));
  const guest = 'bare/guests/testing/io-stress.ts';
  const { output, stop } = await runGuests([guest, guest], { disks, net: true, harts });
  expect(output).toContain('[io-stress] rounds: 60');
  expect(output).toContain('[io-stress-2] rounds: 60');
  expect(stop.kind).toBe('pass');
  // A disk interrupts the hart that waits for it. Were it always the first one, that would have to kick the others ten times and more.
  const kicks = [...output.matchAll(/(\d+) supervisor software interrupt/g)].map(([, count]) => Number(count));
  expect(kicks.reduce((sum, count) => sum + count, 0)).toBeLessThan(5);
});
