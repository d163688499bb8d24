/** The same on QEMU, whose user network stands in the place of ours. */
import { expect, test } from 'vitest';
import { checkQemu, qemuCommand } from '../cli/qemu.ts';
import { fetchPage, freePort, servePage } from './host-web.ts';
import { typevisor } from './typevisor.ts';

checkQemu(qemuCommand());

const WEB = 'bare/guests/web.ts';

test('two guests share an uplink: each has its address, and fetches and is fetched from', async () => {
  const ports = [await freePort(), await freePort()];
  const rules = ports.map((port, index) => `,hostfwd=tcp::${port}-10.0.2.${15 + index}:80`);
  const server = await servePage(() => 'the page of the host');
  let pages: Promise<string[]> | undefined;
  const args = ['run', WEB, WEB, '--on', 'qemu', '--smp', '2', '--timeout', '120', '--net', `user${rules.join('')}`];
  const { stdout, exitCode } = await typevisor([...args, '--append', `localhost 10.0.2.2:${server.port}`], {
    onOutput: (seen) => {
      if (seen.match(/fetched: /g)?.length === 2) pages ??= Promise.all(ports.map(fetchPage));
    },
  });
  server.close();
  expect(await pages).toEqual(['Hello from a guest\n', 'Hello from a guest\n']);
  expect(stdout.match(/fetched: the page of the host\n/g)).toHaveLength(2);
  expect(exitCode).toBe(0);
});
