/**
 * What the user network needs of the host (`host/network.ts` is Node's). Calls return at once and do not throw; what comes of them is told later, by the
 * callbacks, never during a call. Addresses are IPv4 in dotted form.
 */

export interface HostNetwork {
  /** A connection to a TCP server. `connected` or `failed` follows. */
  connect(address: string, port: number, events: HostStreamEvents): HostStream;
  /**
   * Waits for TCP connections. `accept` is called with each, which is connected already and paused.
   * @throws Error by the promise, with the system's `code`: EADDRINUSE, EACCES, EADDRNOTAVAIL, …
   */
  listen(address: string, port: number, accept: AcceptStream): Promise<HostListener>;
  /** A UDP socket at any port. */
  openUdp(receive: ReceiveDatagram): HostUdpSocket;
  /** A UDP socket at this port. @throws Error as `listen` does. */
  bindUdp(address: string, port: number, receive: ReceiveDatagram): Promise<HostUdpSocket & HostListener>;
  /** The IPv4 addresses of a name. @throws Error by the promise, with the code ENOTFOUND if there is no such name. */
  resolve(name: string): Promise<readonly string[]>;
  /** The names of an address. @throws Error as `resolve` does. */
  reverse(address: string): Promise<readonly string[]>;
}

export type AcceptStream = (stream: HostStream, from: HostEndpoint) => HostStreamEvents;
export type ReceiveDatagram = (from: HostEndpoint, bytes: Uint8Array) => void;

export interface HostEndpoint {
  readonly address: string;
  readonly port: number;
}

/** The guest's side of a TCP connection of the host. */
export interface HostStream {
  /** `written` follows. The bytes must not change afterwards. */
  write(bytes: Uint8Array): void;
  /** Nothing more will be written. */
  end(): void;
  /** Asks for no more `data`; a little may still come. */
  pause(): void;
  resume(): void;
  /** Breaks it off. Nothing of it is heard after that. */
  destroy(): void;
}

export interface HostStreamEvents {
  connected(): void;
  data(bytes: Uint8Array): void;
  /** The host has taken so many of the bytes written. */
  written(count: number): void;
  /** The host's side sends nothing more. */
  ended(): void;
  /** It could not be made or it broke. `code` is the system's: ECONNREFUSED, EHOSTUNREACH, ECONNRESET, … Nothing follows. */
  failed(code: string): void;
}

export interface HostListener {
  /** The port, for who asked for port 0. */
  readonly port: number;
  close(): void;
}

export interface HostUdpSocket {
  send(to: HostEndpoint, bytes: Uint8Array): void;
  close(): void;
}
