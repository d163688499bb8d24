/** A short run of the load on QEMU, two harts at once. A longer one: docs/endurance.md. */
import { beforeAll, expect, test } from 'vitest';
import { get } from '../../cli/linux/get.ts';
import { qemuCommand } from '../../cli/qemu.ts';
import { runLoad } from './run-load.ts';

/** Milliseconds; it takes a minute on a host that has nothing else to do. */
const TIMEOUT = 1_800_000;
/** Seconds. */
const PATIENCE = 600;

beforeAll(() => get('linux', { suite: 'trixie' }), TIMEOUT);

test(
  'two Linux guests under load beside a hostile one: no hang, no lost write',
  async () => {
    const { problems, guests } = await runLoad({
      seconds: 20,
      harts: 2,
      beside: ['bare/guests/hostile/jump-outside.S'],
      qemu: { command: qemuCommand(), shift: undefined },
      patience: PATIENCE,
      log: () => {},
    });
    expect(problems).toEqual([]);
    for (const { rounds } of guests.values()) {
      expect([...rounds.keys()].sort()).toEqual(['disk', 'faults', 'files', 'forks', 'network']);
    }
  },
  TIMEOUT,
);
