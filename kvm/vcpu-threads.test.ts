import { test } from 'vitest';
import { VcpuThreads } from './vcpu-threads.ts';

if (process.platform === 'linux' && process.arch === 'x64') {
  test('threads that are not needed end while they load', async () => {
    await new VcpuThreads(2).close();
  });
}
