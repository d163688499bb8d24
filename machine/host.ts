/** What the machine needs of the JavaScript host, in Node and in a page alike. */

import type { HostClock } from './clock.ts';

export const systemClock: HostClock = { now: () => performance.now(), date: () => Date.now() };

/** Lets the host's other work be done: input, timers, promises. Other than `setTimeout` it does not wait a millisecond. */
export function yieldToHost(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** A sleep that can be ended early. */
export class Sleep {
  #end: ((woken: boolean) => void) | undefined;

  /** Resolves after `milliseconds` (Infinity: never) or at `wake`. @returns whether it was woken */
  sleep(milliseconds: number): Promise<boolean> {
    // Timers take at most 2 ** 31 - 1; who sleeps longer than an hour looks and sleeps again.
    const timer = Math.min(Math.max(Math.ceil(milliseconds), 0), 3_600_000);
    return new Promise((resolve) => {
      const handle = setTimeout(() => this.#end?.(false), timer);
      this.#end = (woken) => {
        clearTimeout(handle);
        this.#end = undefined;
        resolve(woken);
      };
    });
  }

  wake(): void {
    this.#end?.(true);
  }
}
