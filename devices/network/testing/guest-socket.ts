/** For tests: a program that uses a TCP connection. */

import type { TcpConnection, TcpUser } from '../tcp-connection.ts';

export class GuestSocket implements TcpUser {
  connection!: TcpConnection;
  readonly bytes: number[] = [];
  state: 'opening' | 'open' | 'ended' | 'done' | 'reset' | 'silent' = 'opening';
  /** Whether it reads what comes at once; if not, it waits for `read`. */
  reading = true;
  #unread = 0;
  readonly #queue: Uint8Array[] = [];
  /** Whether the connection takes more; it takes nothing before it is established. */
  #room = false;

  /** Sends it all, as the connection has room. */
  write(bytes: Uint8Array | string): void {
    this.#queue.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    this.#flush();
  }

  read(): void {
    const count = this.#unread;
    this.#unread = 0;
    this.connection.consumed(count);
  }

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.bytes));
  }

  established(): void {
    this.state = 'open';
    this.#room = true;
    this.#flush();
  }

  deliver(bytes: Uint8Array): void {
    for (const byte of bytes) this.bytes.push(byte);
    this.#unread += bytes.length;
    if (this.reading) this.read();
  }

  peerEnded(): void {
    this.state = 'ended';
  }

  drained(): void {
    this.#room = true;
    this.#flush();
  }

  closed(reason: 'done' | 'reset' | 'silent'): void {
    this.state = reason;
  }

  #flush(): void {
    while (this.#room && this.#queue.length > 0) this.#room = this.connection.write(this.#queue.shift()!);
  }
}
