/** Guests of the hypervisor and the host's own network, by the user network behind the machine's card. */
import { expect, test } from 'vitest';
import { boot } from '../cli/boot.ts';
import { TemporaryFolder } from '../cli/files.ts';
import { FIRST_GUEST } from '../devices/network/subnet.ts';
import { nodeNetwork } from '../host/network.ts';
import { UserNetwork } from '../machine/index.ts';
import { fetchPage, freePort, servePage } from './host-web.ts';
import { typevisor } from './typevisor.ts';

const WEB = 'bare/guests/web.ts';

test('two guests share an uplink: each has its address, and fetches and is fetched from', async () => {
  const network = new UserNetwork({ host: nodeNetwork });
  const forward = (guest: number) =>
    network.forward({
      protocol: 'tcp',
      hostAddress: '127.0.0.1',
      hostPort: 0,
      guestAddress: FIRST_GUEST + guest,
      guestPort: 80,
    });
  const ports = [await forward(0), await forward(1)];
  const server = await servePage(() => 'the page of the host');
  using machine = await boot({
    guests: [WEB, WEB],
    memory: 16 * 2 ** 20,
    append: `localhost 10.0.2.2:${server.port}`,
    networks: { outside: { uplink: network } },
  });
  let output = '';
  let pages: Promise<string[]> | undefined;
  machine.on('output', (bytes) => {
    output += String(Buffer.from(bytes)).replaceAll('\r', '');
    if (output.match(/my address is/g)?.length === 2) pages ??= Promise.all(ports.map(fetchPage));
  });
  expect(await machine.run()).toEqual({ kind: 'pass' });
  expect(await pages).toEqual(['Hello from a guest\n', 'Hello from a guest\n']);
  server.close();
  network.close();
  for (const name of ['web', 'web-2']) {
    expect(output).toContain(`[${name}] localhost is 10.0.2.2\n`);
    expect(output).toContain(`[${name}] fetched: the page of the host\n`);
    expect(output).toContain(`[${name}] served a page\n`);
  }
  const addresses = [...output.matchAll(/my address is (\S+)/g)].map(([, address]) => address);
  expect(addresses.sort()).toEqual(['10.0.2.15', '10.0.2.16']);
});

test('the command leads a network of a file to the host, and leaves others alone', async () => {
  using folder = new TemporaryFolder();
  const port = await freePort();
  const server = await servePage(() => 'the page of the host');
  const guest = (name: string, networks: string, append = '') => `
[guests.${name}]
kernel = "${process.cwd()}/${WEB}"
memory = "16M"
networks = [${networks}]
append = "${append}"`;
  const text = `
[networks.lan]
[networks.outside]
uplink = "user,hostfwd=tcp::${port}-:80"
${guest('web', '"outside", "lan"', `localhost 10.0.2.2:${server.port}`)}
${guest('lonely', '"lan"')}`;
  let page: Promise<string> | undefined;
  const { stdout } = await typevisor(['run', folder.write('guests.toml', Buffer.from(text))], {
    onOutput: (seen) => {
      if (seen.includes('[web] my address is 10.0.2.15')) page ??= fetchPage(port);
    },
  });
  server.close();
  expect(stdout).toContain('[web] fetched: the page of the host\n');
  expect(await page).toBe('Hello from a guest\n');
  expect(stdout).toContain('[lonely] nobody gives me an address\n');
});
