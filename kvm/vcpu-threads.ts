/**
 * Threads for vCPUs: workers, each with modules of its own to load. Made ahead, they do so while the machine that needs them is
 * being made.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { beside } from './beside.ts';
import type { VcpuWorkerData } from './vcpu-worker.ts';

const MOST_AHEAD = 8;
/** In the place of a vCPU to run. */
const NO_VCPU = undefined;

const workerFile = beside(import.meta.url, 'vcpu-worker');

export class VcpuThreads {
  readonly #idle: Worker[];

  /** @param ahead how many to start at once, up to 8; others start when they are needed */
  constructor(ahead = 0) {
    this.#idle = Array.from({ length: Math.min(ahead, MOST_AHEAD) }, startWorker);
  }

  /** Runs a vCPU on a thread that does nothing else. */
  run(data: VcpuWorkerData): Worker {
    const worker = this.#idle.pop() ?? startWorker();
    worker.postMessage(data);
    return worker;
  }

  /** Ends the threads that have not been needed. By themselves: one that is terminated while it loads koffi ends the process. */
  async close(): Promise<void> {
    const ended = this.#idle.splice(0).map((worker) => {
      worker.postMessage(NO_VCPU);
      return once(worker, 'exit');
    });
    await Promise.all(ended);
  }
}

function startWorker(): Worker {
  return new Worker(workerFile, { stdin: false });
}
