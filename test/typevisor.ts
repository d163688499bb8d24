/** For tests: runs the real command as a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  /** For stdin, which is closed behind it. */
  readonly input?: string;
  /** Instead: each `text` is typed when stdout has its `after` behind that of the one before, and stdin closed behind the last. */
  readonly type?: readonly { readonly after: string; readonly text: string }[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with all of stdout so far; may send a signal. */
  readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The command's script. */
export const main = join(import.meta.dirname, '..', 'cli', 'main.ts');

/** `typevisor ARGS`. */
export function typevisor(args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  return spawnNode([main, ...args], options);
}

/** `node ARGS`, with the Node that runs the tests. */
export function spawnNode(args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let answered = 0;
    const toType = [...(options.type ?? [])];
    const type = () => {
      while (toType.length > 0) {
        const at = stdout.indexOf(toType[0]!.after, answered);
        if (at < 0) return;
        const { after, text } = toType.shift()!;
        answered = at + after.length;
        child.stdin.write(text);
        if (toType.length === 0) child.stdin.end();
      }
    };
    child.stdout.on('data', (bytes: Uint8Array) => {
      stdout += String(bytes);
      type();
      options.onOutput?.(stdout, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (bytes: Uint8Array) => {
      stderr += String(bytes);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    if (options.type === undefined) child.stdin.end(options.input ?? '');
  });
}
