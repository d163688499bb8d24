/** What a run has shown, in lines. */
import type { LoadResult } from './run-load.ts';
import type { Counters, GuestProgress } from './watch.ts';

const MIB = 2 ** 20;

export function report({ problems, guests, wall, memory }: LoadResult): string[] {
  const [first, last] = [memory.first / MIB, memory.last / MIB].map(Math.round);
  return [
    ...[...guests].flatMap(([name, progress]) => reportGuest(name, progress)),
    `host: ${Math.round(wall)} s, its process ${first} MiB when all loads ran, ${last} MiB at the end`,
    ...problems.map((problem) => `PROBLEM: ${problem}`),
    problems.length === 0 ? 'no hang, no lost write' : `${problems.length} problems`,
  ];
}

function reportGuest(name: string, { rounds, start, end }: GuestProgress): string[] {
  const list = [...rounds].map(([load, count]) => `${load} ${count}`).join(', ');
  const lines = [`${name}: rounds without a gap: ${list || 'none'}`];
  if (start === undefined || end === undefined) return lines;
  const count = difference(start.counters, end.counters);
  const megabytes = (counter: string) => `${Math.round(count(counter) / MIB)} MiB`;
  const idle = count('idle') / (count('busy') + count('idle') + count('stolen'));
  return [
    ...lines,
    `${name}: ${Math.round(end.time - start.time)} s of its time, its vCPUs idle for ${(100 * idle).toFixed(1)} % of it; ` +
      `${count('forks')} processes, ${count('faults')} page faults, ` +
      `disks ${megabytes('read')} read, ${megabytes('written')} written, ` +
      `network ${megabytes('received')} received, ${megabytes('sent')} sent, ${count('resent')} segments again`,
  ];
}

function difference(before: Counters, after: Counters): (counter: string) => number {
  return (counter) => (after[counter] ?? 0) - (before[counter] ?? 0);
}
