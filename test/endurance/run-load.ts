/** One run: the guests under load, and what is to be said about it afterwards. */
import { TemporaryFolder } from '../../cli/files.ts';
import { lostWrites } from './disk-image.ts';
import { blockDisk, LINUX_NAMES, type Load, prepareLoad } from './guests.ts';
import { type Host, machineHost, type QemuOptions, qemuHost } from './hosts.ts';
import { type GuestProgress, Watch } from './watch.ts';

export interface LoadRun extends Load {
  /** Undefined for the built-in machine. */
  readonly qemu: QemuOptions | undefined;
  /** Seconds of the host's without a word of any guest, after which the run has hung. */
  readonly patience: number;
  /** The run ends before its time, with what is to be said about it so far. */
  readonly interrupted?: AbortSignal;
  /** Gets every line of the console. */
  readonly log: (line: string) => void;
}

export interface LoadResult {
  /** Empty when all went well. */
  readonly problems: readonly string[];
  readonly guests: ReadonlyMap<string, GuestProgress>;
  /** Seconds of the host's. */
  readonly wall: number;
  /** Bytes of the host's process: when all loads ran, and last. */
  readonly memory: { readonly first: number; readonly last: number };
}

/** @throws UserError when there is no such host, or no Linux yet. */
export async function runLoad(run: LoadRun): Promise<LoadResult> {
  using folder = new TemporaryFolder();
  const options = prepareLoad(run, folder);
  const host = await (run.qemu === undefined ? machineHost(options) : qemuHost(options, run.qemu));
  const watch = new Watch(LINUX_NAMES);
  const begun = performance.now();
  const memory = await follow(host, watch, run);
  const lost = [...watch.guests].flatMap(([name, { rounds }]) =>
    lostWrites(folder.read(blockDisk(name)), name, rounds.get('disk') ?? 0),
  );
  return {
    problems: [...watch.problems, ...lost],
    guests: watch.guests,
    wall: (performance.now() - begun) / 1000,
    memory,
  };
}

/** Seconds without a word of any guest when something was wrong before: what comes of it is worth the wait, and not more. */
const PATIENCE_AFTER_PROBLEM = 30;

async function follow(host: Host, watch: Watch, run: LoadRun): Promise<LoadResult['memory']> {
  let [first, last] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  const expectMore = () => {
    clearTimeout(timer);
    const seconds = watch.problems.length === 0 ? run.patience : PATIENCE_AFTER_PROBLEM;
    timer = setTimeout(() => {
      watch.problems.push(`nothing has been printed for ${seconds} s`);
      host.stop();
    }, seconds * 1000);
  };
  expectMore();
  run.interrupted?.addEventListener('abort', () => host.stop());
  const end = await host.run((text) => {
    const lines = watch.add(text);
    for (const line of lines) run.log(line);
    expectMore();
    if (lines.length > 0 && watch.allStarted) {
      last = host.memory() ?? last;
      if (first === 0) first = last;
    }
    if (watch.allShutDown) host.stop();
  });
  clearTimeout(timer);
  if (!watch.allShutDown) watch.problems.push(`${end} before the guests have ended`);
  return { first, last };
}
