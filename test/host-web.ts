/** For tests of networks: a web server of this host, and its ports. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostPage {
  readonly port: number;
  close(): void;
}

/** Serves what `page` returns to whoever asks for anything at 127.0.0.1. */
export async function servePage(page: () => string | Promise<string>): Promise<HostPage> {
  const server = createServer(async (_, response) => response.end(await page())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** What a web server at a port of 127.0.0.1 answers, or why it does not. */
export function fetchPage(port: number): Promise<string> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.text(),
    (error) => `nothing: ${error}, ${error.cause}`,
  );
}

/** A port of 127.0.0.1 that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
