/** A 9P2000.L client for tests. */

import { MessageReader, MessageWriter, TYPE } from '../message.ts';

const NOTAG = 0xffff;

/** Serves a request: the server itself, or a device with one. */
export type Transport = (request: Uint8Array) => Uint8Array | undefined;

export class NinepClient {
  readonly #transport: Transport;
  #tag = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The fields of the reply, or the number of the error. @throws Error without a reply, or for one of another request */
  call(type: keyof typeof TYPE, write: (request: MessageWriter) => void = () => {}): MessageReader | number {
    const tag = type === 'version' ? NOTAG : this.#tag++ & 0xff;
    const request = new MessageWriter();
    write(request);
    const reply = this.#transport(request.finish(TYPE[type], tag));
    if (reply === undefined) throw new Error(`no reply to ${type}`);
    const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
    if (view.getUint32(0, true) !== reply.length || view.getUint16(5, true) !== tag) throw new Error('a wrong reply');
    if (reply[4] === TYPE.lerror + 1) return new MessageReader(reply).u32();
    if (reply[4] !== TYPE[type] + 1) throw new Error(`a reply of type ${reply[4]} to ${type}`);
    return new MessageReader(reply);
  }

  /** The fields of the reply. @throws Error with the number of the error */
  succeed(type: keyof typeof TYPE, write?: (request: MessageWriter) => void): MessageReader {
    const reply = this.call(type, write);
    if (typeof reply === 'number') throw new Error(`${type}: error ${reply}`);
    return reply;
  }

  version(size = 65_536, version = '9P2000.L'): { size: number; version: string } {
    const reply = this.succeed('version', (request) => request.u32(size).string(version));
    return { size: reply.u32(), version: reply.string() };
  }

  /** Agrees on a version, and has fid 0 for the folder. */
  start(size?: number): this {
    this.version(size);
    this.succeed('attach', (request) => request.u32(0).u32(0xffff_ffff).string('root').string('').u32(0));
    return this;
  }

  /** A new fid for what lies below another, or the number of the error; -1 if the walk ended on the way. */
  walk(fid: number, newFid: number, ...names: readonly string[]): number {
    const reply = this.call('walk', (request) => {
      request.u32(fid).u32(newFid).u16(names.length);
      for (const name of names) request.string(name);
    });
    if (typeof reply === 'number') return reply;
    return reply.u16() === names.length ? 0 : -1;
  }

  /** Walks and opens; 0 or the number of the error. */
  open(fid: number, flags: number, ...names: readonly string[]): number {
    const walked = this.walk(0, fid, ...names);
    if (walked !== 0) return walked;
    const reply = this.call('lopen', (request) => request.u32(fid).u32(flags));
    return typeof reply === 'number' ? reply : 0;
  }

  create(fid: number, name: string, flags = 2, permissions = 0o644): number {
    const walked = this.walk(0, fid);
    if (walked !== 0) return walked;
    const reply = this.call('lcreate', (request) => {
      request.u32(fid).string(name).u32(flags).u32(permissions).u32(0);
    });
    return typeof reply === 'number' ? reply : 0;
  }

  read(fid: number, offset = 0, count = 1000): string | number {
    const reply = this.call('read', (request) => request.u32(fid).u64(offset).u32(count));
    return typeof reply === 'number' ? reply : new TextDecoder().decode(reply.bytes(reply.u32()));
  }

  write(fid: number, text: string, offset = 0): number {
    const bytes = new TextEncoder().encode(text);
    const reply = this.call('write', (request) => request.u32(fid).u64(offset).u32(bytes.length).bytes(bytes));
    return typeof reply === 'number' ? -reply : reply.u32();
  }

  clunk(fid: number): void {
    this.succeed('clunk', (request) => request.u32(fid));
  }

  /** The names in an open folder, read in as many pieces as they take. */
  list(fid: number, count = 200): string[] {
    const names: string[] = [];
    let offset = 0;
    for (;;) {
      const reply = this.succeed('readdir', (request) => request.u32(fid).u64(offset).u32(count));
      let left = reply.u32();
      if (left === 0) return names;
      while (left > 0) {
        reply.bytes(13);
        offset = reply.u64();
        reply.u8();
        const name = reply.string();
        names.push(name);
        left -= 24 + name.length;
      }
    }
  }

  attributes(fid: number): { mode: number; links: number; size: number; modified: number } {
    const reply = this.succeed('getattr', (request) => request.u32(fid).u64(0x7ff));
    reply.bytes(8 + 13);
    const mode = reply.u32();
    reply.bytes(8);
    const [links, , size] = [reply.u64(), reply.u64(), reply.u64()];
    reply.bytes(16 + 16);
    return { mode, links, size, modified: reply.u64() };
  }

  setAttributes(
    fid: number,
    valid: number,
    { mode = 0, uid = 0, gid = 0, size = 0, accessed = 0, modified = 0 } = {},
  ): number {
    const reply = this.call('setattr', (request) => {
      request.u32(fid).u32(valid).u32(mode).u32(uid).u32(gid).u64(size).u64(accessed).u64(0).u64(modified).u64(0);
    });
    return typeof reply === 'number' ? reply : 0;
  }
}
