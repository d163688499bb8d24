import { expect, test } from 'vitest';
import { Watch } from './watch.ts';

const NAMES = ['north', 'south'];

function watching(...lines: readonly string[]): Watch {
  const watch = new Watch(NAMES);
  watch.add(lines.map((line) => `${line}\r\n`).join(''));
  return watch;
}

test('rounds are counted for each guest and load, wherever the console cuts the output', () => {
  const watch = new Watch(NAMES);
  const output =
    '[north] [   12.5] endurance: disk 1\r\n[south] [   13.5] endurance: disk 1\r\n[north] [ 14.5] endurance: disk 2\r\n';
  for (const character of output) watch.add(character);
  expect(watch.problems).toEqual([]);
  expect(watch.guests.get('north')!.rounds).toEqual(new Map([['disk', 2]]));
  expect(watch.guests.get('south')!.rounds).toEqual(new Map([['disk', 1]]));
});

test('what was counted at the start and at the end, in several lines', () => {
  const watch = watching(
    '[north] [   10.0] endurance: start busy=1 idle=2',
    '[north] [   10.1] endurance: start read=3',
    '[north] [   70.0] endurance: end busy=5 idle=6',
    '[north] [   70.1] endurance: end read=7',
    'typevisor: guest north: shut down',
  );
  expect(watch.problems).toEqual([]);
  expect(watch.guests.get('north')).toMatchObject({
    start: { time: 10.1, counters: { busy: 1, idle: 2, read: 3 } },
    end: { time: 70.1, counters: { busy: 5, idle: 6, read: 7 } },
    shutDown: true,
  });
  expect(watch.allStarted).toBe(false);
  expect(watch.allShutDown).toBe(false);
});

test.each([
  ['a gap', ['[north] [ 1.0] endurance: disk 1', '[north] [ 2.0] endurance: disk 3']],
  ['a round twice', ['[north] [ 1.0] endurance: disk 1', '[north] [ 2.0] endurance: disk 1']],
  ['a failure', ['[south] [ 1.0] endurance: FAILED disk: round 1: read a in place of b']],
  ['an end without a report', ['typevisor: guest south: shut down']],
  ['a guest that was stopped', ['typevisor: guest south: stopped: load guest-page fault']],
  ['a panic of the hypervisor', ['typevisor: panic: load page fault']],
  ['a stall', ['[north] [   59.013995] rcu: INFO: rcu_sched self-detected stall on CPU']],
  ['a lockup', ['[north] [   83.8] watchdog: BUG: soft lockup - CPU#1 stuck for 45s! [swapper/0:1]']],
  ['a hung task', ['[north] [  241.0] INFO: task dd:77 blocked for more than 120 seconds.']],
  ['a failed disk', ['[north] [   20.0] I/O error, dev vda, sector 8 op 0x1:(WRITE) flags 0x800 phys_seg 1']],
])('%s is a problem', (_, lines) => {
  expect(watching(...lines).problems).toHaveLength(1);
});

test('what hostile guests come to is none', () => {
  const lines = [
    'typevisor: guest beside-1: stopped: instruction guest-page fault',
    '[beside-1] Oops: BUG: Kernel panic',
  ];
  expect(watching(lines[0]!).problems).toEqual([]);
  expect(watching(lines[1]!).problems).toHaveLength(0);
});
