/** A tap device of this computer's, where it may be made: Linux, and the superuser or a namespace of one's own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { TapNetwork } from './network.ts';
import { openTap } from './open.ts';

const NAME = `tvtest${process.pid % 10_000}`;
const ADDRESS = [10, 250, 77, 1];
const OWN_MAC = [0x52, 0x54, 0, 1, 2, 3];
const OWN_ADDRESS = [10, 250, 77, 2];

const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });

/** "Who has 10.250.77.1?", to all (RFC 826). */
const request = Uint8Array.of(
  ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...OWN_MAC, 0x08, 0x06],
  ...[0, 1, 8, 0, 6, 4, 0, 1, ...OWN_MAC, ...OWN_ADDRESS, 0, 0, 0, 0, 0, 0, ...ADDRESS],
);

const mayMakeOne = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/net/tun');

if (mayMakeOne && ip('-V').status === 0) {
  describe('a tap device', () => {
    const network = new TapNetwork(openTap(NAME));
    afterAll(() => network.close());

    test('takes frames to the host, and brings its answers', async () => {
      expect(ip('addr', 'add', '10.250.77.1/24', 'dev', NAME).stderr).toBe('');
      expect(ip('link', 'set', NAME, 'up').stderr).toBe('');
      const answer = new Promise<Uint8Array>((resolve) => {
        network.attach({
          receive: (frame) => {
            const isReply = frame[12] === 0x08 && frame[13] === 0x06 && frame[21] === 2;
            if (isReply) resolve(frame);
            return true;
          },
          takesUnfinished: false,
          now: () => 0,
        });
      });
      network.send(request);
      const frame = await answer;
      expect([...frame.subarray(0, 6)]).toEqual(OWN_MAC);
      expect([...frame.subarray(28, 32)]).toEqual(ADDRESS);
    });

    test('is one program at a time', () => {
      expect(() => openTap(NAME)).toThrow(`tap device ${NAME}: in use by another program`);
    });
  });

  test('an interface that is none is refused', () => {
    expect(() => openTap('lo')).toThrow('tap device lo: there is an interface of this name that is no tap device');
  });
}
