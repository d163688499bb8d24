/** The host's network in Node: TCP and UDP sockets, and the system's resolver. */

import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { lookup, reverse } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as openSocket, type Socket } from 'node:net';
import type {
  AcceptStream,
  HostListener,
  HostNetwork,
  HostStream,
  HostStreamEvents,
  HostUdpSocket,
  ReceiveDatagram,
} from '../devices/network/host-network.ts';

/** Each half of a connection ends by itself, and what a guest sends leaves at once, as on a wire of its own. */
const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true };

export const nodeNetwork: HostNetwork = {
  connect(address, port, events) {
    const socket = openSocket({ host: address, port, ...SOCKET_OPTIONS });
    socket.once('connect', () => events.connected());
    const stream = new NodeStream(socket);
    stream.events = events;
    return stream;
  },
  listen,
  openUdp: (receive) => new NodeUdpSocket(createSocket('udp4'), receive),
  bindUdp,
  async resolve(name) {
    return (await lookup(name, { family: 4, all: true })).map(({ address }) => address);
  },
  reverse,
};

class NodeStream implements HostStream {
  readonly #socket: Socket;
  /** Who hears of it; nobody after its end. */
  events: HostStreamEvents | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.events?.data(bytes));
    socket.on('end', () => this.events?.ended());
    socket.on('error', (error) => {
      this.events?.failed(codeOf(error));
      this.events = undefined;
    });
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes, (error) => {
      if (!error) this.events?.written(bytes.length);
    });
  }

  end(): void {
    this.#socket.end();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.events = undefined;
    // The other side hears that it was broken off, not that it has ended.
    this.#socket.resetAndDestroy();
  }
}

async function listen(address: string, port: number, accept: AcceptStream): Promise<HostListener> {
  const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (socket) => {
    const { remoteAddress, remotePort } = socket;
    const stream = new NodeStream(socket);
    // One that has gone already has no address.
    if (remoteAddress === undefined || remotePort === undefined) stream.destroy();
    else stream.events = accept(stream, { address: remoteAddress, port: remotePort });
  });
  server.listen(port, address);
  await once(server, 'listening');
  // The host may run out of sockets: who wants to connect waits then.
  server.on('error', () => {});
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

class NodeUdpSocket implements HostUdpSocket {
  readonly #socket: DatagramSocket;
  #closed = false;

  constructor(socket: DatagramSocket, receive: ReceiveDatagram) {
    this.#socket = socket;
    socket.on('message', (bytes, { address, port }) => receive({ address, port }, bytes));
    // Datagrams may be lost; why is not told.
    socket.on('error', () => {});
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(to: { readonly address: string; readonly port: number }, bytes: Uint8Array): void {
    if (!this.#closed) this.#socket.send(bytes, to.port, to.address, () => {});
  }

  close(): void {
    if (!this.#closed) this.#socket.close();
    this.#closed = true;
  }
}

async function bindUdp(address: string, port: number, receive: ReceiveDatagram): Promise<NodeUdpSocket> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return new NodeUdpSocket(socket, receive);
}

function codeOf(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : 'EIO';
}
