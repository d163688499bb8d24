/** A host's network for tests: nothing happens by itself, and everything that was asked for can be looked at. */

import type {
  AcceptStream,
  HostEndpoint,
  HostListener,
  HostNetwork,
  HostStream,
  HostStreamEvents,
  HostUdpSocket,
  ReceiveDatagram,
} from '../host-network.ts';

export class MockStream implements HostStream {
  readonly to: HostEndpoint;
  /** To be called by the test. */
  events!: HostStreamEvents;
  readonly received: number[] = [];
  /** Bytes written that the host has not taken yet. */
  untaken = 0;
  ended = false;
  paused = false;
  destroyed = false;

  constructor(to: HostEndpoint) {
    this.to = to;
  }

  write(bytes: Uint8Array): void {
    for (const byte of bytes) this.received.push(byte);
    this.untaken += bytes.length;
  }

  end(): void {
    this.ended = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  destroy(): void {
    this.destroyed = true;
  }

  /** The host takes what was written. */
  take(): void {
    const count = this.untaken;
    this.untaken = 0;
    if (count > 0) this.events.written(count);
  }

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.received));
  }

  send(text: string): void {
    this.events.data(new TextEncoder().encode(text));
  }
}

export class MockUdpSocket implements HostUdpSocket, HostListener {
  readonly port: number;
  readonly receive: ReceiveDatagram;
  readonly sent: { readonly to: HostEndpoint; readonly bytes: Uint8Array }[] = [];
  closed = false;

  constructor(port: number, receive: ReceiveDatagram) {
    this.port = port;
    this.receive = receive;
  }

  send(to: HostEndpoint, bytes: Uint8Array): void {
    this.sent.push({ to, bytes });
  }

  close(): void {
    this.closed = true;
  }
}

export class MockListener implements HostListener {
  readonly address: string;
  readonly port: number;
  readonly #accept: AcceptStream;
  closed = false;

  constructor(address: string, port: number, accept: AcceptStream) {
    this.address = address;
    this.port = port;
    this.#accept = accept;
  }

  /** Somebody connects to the port. */
  connect(from: HostEndpoint = { address: '127.0.0.1', port: 40_000 }): MockStream {
    const stream = new MockStream(from);
    stream.paused = true;
    stream.events = this.#accept(stream, from);
    return stream;
  }

  close(): void {
    this.closed = true;
  }
}

export class MockHost implements HostNetwork {
  readonly streams: MockStream[] = [];
  readonly listeners: MockListener[] = [];
  readonly sockets: MockUdpSocket[] = [];
  /** Addresses by name, and names by address. */
  readonly names = new Map<string, readonly string[]>();
  /** Names asked for. */
  readonly asked: string[] = [];

  connect(address: string, port: number, events: HostStreamEvents): HostStream {
    const stream = new MockStream({ address, port });
    stream.events = events;
    this.streams.push(stream);
    return stream;
  }

  listen(address: string, port: number, accept: AcceptStream): Promise<HostListener> {
    const listener = new MockListener(address, port, accept);
    this.listeners.push(listener);
    return Promise.resolve(listener);
  }

  openUdp(receive: ReceiveDatagram): HostUdpSocket {
    const socket = new MockUdpSocket(50_000 + this.sockets.length, receive);
    this.sockets.push(socket);
    return socket;
  }

  bindUdp(_address: string, port: number, receive: ReceiveDatagram): Promise<HostUdpSocket & HostListener> {
    const socket = new MockUdpSocket(port, receive);
    this.sockets.push(socket);
    return Promise.resolve(socket);
  }

  resolve(name: string): Promise<readonly string[]> {
    this.asked.push(name);
    const addresses = this.names.get(name);
    if (addresses !== undefined) return Promise.resolve(addresses);
    return Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' }));
  }

  reverse(address: string): Promise<readonly string[]> {
    return this.resolve(address);
  }
}
