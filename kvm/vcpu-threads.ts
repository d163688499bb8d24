/**
 * Threads for vCPUs: workers, each with modules of its own to load. Made ahead, they do so while the machine that needs them is
 * being made.
 */
import { Worker } from 'node:worker_threads';
import { beside } from './beside.ts';
import type { VcpuWorkerData } from './vcpu-worker.ts';

const MOST_AHEAD = 8;

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

  /** Ends the threads that have not been needed. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }
}

function startWorker(): Worker {
  return new Worker(workerFile, { stdin: false });
}
