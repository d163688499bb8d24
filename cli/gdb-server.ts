/** Listens for a debugger: `--gdb PORT`, and in gdb `target remote :PORT`. One debugger at a time, from this host only. */
import { createServer, type Server, type Socket } from 'node:net';
import { GdbStub } from '../debug/gdb/stub.ts';
import type { AttachableTarget } from '../debug/gdb/target.ts';
import { UserError } from './errors.ts';

const HOST = '127.0.0.1';

export class GdbServer {
  readonly #target: AttachableTarget;
  readonly #server: Server;
  #client: Socket | undefined;
  #closed = false;

  private constructor(target: AttachableTarget) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** `port` 0 is any that is free. @throws UserError if the port cannot be had. */
  static async listen(target: AttachableTarget, port: number): Promise<GdbServer> {
    const server = new GdbServer(target);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'the port is in use; give another' : error.message;
        reject(new UserError(`--gdb ${port}: ${why}`));
      });
      server.#server.listen(port, HOST, resolve);
    });
    return server;
  }

  /** The port listened at. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  #accept(socket: Socket): void {
    if (this.#client !== undefined) {
      socket.destroy();
      return;
    }
    this.#client = socket;
    socket.setNoDelay(true);
    const stub = new GdbStub(this.#target, (bytes) => void socket.write(bytes));
    const attached = this.#target.attach((stop) => stub.stopped(stop));
    void attached.then(() =>
      socket.on('data', (bytes: Uint8Array) => {
        if (!this.#closed) stub.receive(bytes);
      }),
    );
    // One that goes without a word leaves the machine running, as one that detaches.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#client = undefined;
      this.#target.detach();
    });
  }

  /** The debugger gets what has been said, and no more answers. */
  close(): void {
    this.#closed = true;
    this.#client?.end();
    this.#server.close();
  }
}

/**
 * Tells the user where gdb finds the target.
 * @param port 0 for any
 * @param wait nothing is executed before gdb has come
 * @throws UserError if the port cannot be had.
 */
export async function listenForGdb(target: AttachableTarget, port: number, wait: boolean): Promise<GdbServer> {
  const server = await GdbServer.listen(target, port);
  const waiting = wait ? 'waiting for gdb' : 'gdb may attach';
  process.stderr.write(`typevisor: ${waiting}: target remote localhost:${server.port}\n`);
  if (wait) target.hold();
  return server;
}
