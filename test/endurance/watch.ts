/** Follows what the guests print: their reports, and what no kernel should say. */

/** What Linux prints when something has waited for too long or is broken. */
const ALARMS =
  /rcu: INFO: |rcu: .*starved|soft lockup|hard LOCKUP|blocked for more than|BUG:|WARNING:|Oops|Kernel panic|I\/O error|nobody cared|Out of memory|NETDEV WATCHDOG|EXT4-fs error/;
const HOST_ALARMS = /^typevisor: panic|^firmware: /;
/** A guest's time in seconds, and what it says. */
const REPORT = /^\[ *([0-9.]+)\] endurance: (.*)$/;
const ROUND = /^([a-z]+) ([0-9]+)$/;
const LONGEST_LINE = 4096;

export type Counters = Readonly<Record<string, number>>;

/** What a guest has counted since its boot, in several lines. */
export interface Moment {
  /** In seconds since then. */
  readonly time: number;
  readonly counters: Counters;
}

export interface GuestProgress {
  /** Rounds that each load has reported. */
  readonly rounds: Map<string, number>;
  /** When all loads ran, and when all had ended. */
  start?: Moment;
  end?: Moment;
  shutDown: boolean;
}

export class Watch {
  readonly guests: ReadonlyMap<string, GuestProgress>;
  /** What is wrong, in the words of who noticed. */
  readonly problems: string[] = [];
  #line = '';

  constructor(names: readonly string[]) {
    this.guests = new Map(names.map((name) => [name, { rounds: new Map(), shutDown: false }]));
  }

  get allShutDown(): boolean {
    return [...this.guests.values()].every(({ shutDown }) => shutDown);
  }

  get allStarted(): boolean {
    return [...this.guests.values()].every(({ start }) => start !== undefined);
  }

  /** Takes output in pieces as they come; gives the lines that are complete. */
  add(output: string): string[] {
    const pieces = (this.#line + output).split('\n');
    this.#line = pieces.pop()!.slice(0, LONGEST_LINE);
    const lines = pieces.map((line) => line.trimEnd());
    for (const line of lines) this.#read(line);
    return lines;
  }

  #read(line: string): void {
    if (HOST_ALARMS.test(line)) this.problems.push(line);
    const ended = /^typevisor: guest ([a-z]+): (.*)/.exec(line);
    if (ended) this.#ended(ended[1]!, ended[2]!);
    const [, name = '', said = ''] = /^\[([a-z]+)\] (.*)$/.exec(line) ?? [];
    const guest = this.guests.get(name);
    if (guest === undefined) return;
    if (ALARMS.test(said)) this.problems.push(line);
    const [, time, what = ''] = REPORT.exec(said) ?? [];
    if (time === undefined) return;
    const round = ROUND.exec(what);
    if (round) this.#round(name, guest, round[1]!, Number(round[2]));
    else if (what.startsWith('start ')) guest.start = readCounters(what, Number(time), guest.start);
    else if (what.startsWith('end ')) guest.end = readCounters(what, Number(time), guest.end);
    else this.problems.push(line);
  }

  #round(name: string, { rounds }: GuestProgress, load: string, number: number): void {
    const before = rounds.get(load) ?? 0;
    if (number !== before + 1) this.problems.push(`${name}: round ${number} of ${load} follows round ${before}`);
    rounds.set(load, number);
  }

  #ended(name: string, how: string): void {
    const guest = this.guests.get(name);
    if (guest === undefined) return;
    if (/^(stopped|refused)/.test(how)) this.problems.push(`${name}: ${how}`);
    if (!how.startsWith('shut down')) return;
    guest.shutDown = true;
    if (guest.end === undefined) this.problems.push(`${name}: shut down before it has reported its end`);
  }
}

function readCounters(text: string, time: number, before: Moment | undefined): Moment {
  const counters = [...text.matchAll(/([a-z]+)=([0-9]+)/g)].map(([, name, value]) => [name!, Number(value)]);
  return { time, counters: { ...before?.counters, ...Object.fromEntries(counters) } };
}
