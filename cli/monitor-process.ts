/** What a process does that confine.ts has started: it runs one guest, about which its argument says everything. */
import { VcpuThreads } from '../kvm/vcpu-threads.ts';
import type { MonitorJob } from './kvm-monitor.ts';

void runMonitor(JSON.parse(process.argv[2]!));

async function runMonitor(job: MonitorJob): Promise<void> {
  // They load what they need while this thread does the same.
  const threads = new VcpuThreads(Number(job.options.vcpus) || 1);
  const [{ monitor }, { restrictMonitor }, { reportError }] = await Promise.all([
    import('./kvm-monitor.ts'),
    import('./restrict-monitor.ts'),
    import('./errors.ts'),
  ]);
  try {
    process.exitCode = await monitor(job, { threads, loaded: restrictMonitor });
  } catch (error) {
    process.exitCode = reportError(error);
  } finally {
    await threads.close();
  }
}
