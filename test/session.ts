/** For tests: somebody who sits at the console of a running command, types, and reads what comes. */
import { spawn } from 'node:child_process';
import { main } from './typevisor.ts';

/** Disposing of it ends the command. */
export interface Session extends Disposable {
  /** All of stdout so far. */
  readonly output: string;
  type(text: string): void;
  /** Waits until stdout has this, behind where the last call found what it waited for; gives what is between. @throws Error if it ends before. */
  expect(text: string): Promise<string>;
  /** Its exit code. */
  readonly end: Promise<number | null>;
}

/** `typevisor ARGS`. */
export function startSession(args: readonly string[]): Session {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let position = 0;
  let wake = () => {};
  child.stdout.on('data', (bytes: Uint8Array) => {
    output += Buffer.from(bytes).toString('latin1');
    wake();
  });
  let ended = false;
  const end = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      ended = true;
      wake();
      resolve(code);
    });
  });
  return {
    get output() {
      return output;
    },
    end,
    type: (text) => void child.stdin.write(text),
    [Symbol.dispose]: () => void child.kill(),
    async expect(text) {
      for (;;) {
        const found = output.indexOf(text, position);
        if (found >= 0) {
          const between = output.slice(position, found);
          position = found + text.length;
          return between;
        }
        if (ended) throw new Error(`it has ended without ${JSON.stringify(text)}: ${output.slice(position)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
