/**
 * Messages of 9P2000.L (Plan 9, intro(5); diod's protocol.md): size 32, type 8, tag 16, then fields, all little-endian. A string
 * is its length in 16 bits and bytes; here each character stands for one of them.
 */

import { u16, u32, u64 } from '../virtio/guest-memory.ts';
import { FileError } from './file-error.ts';
import { type FileAttributes, isFolder, isLink } from './host-folder.ts';

export const HEADER_SIZE = 7;

/** Types of requests; the reply to one has the next number. */
export const TYPE = {
  lerror: 6,
  statfs: 8,
  lopen: 12,
  lcreate: 14,
  symlink: 16,
  mknod: 18,
  rename: 20,
  readlink: 22,
  getattr: 24,
  setattr: 26,
  xattrwalk: 30,
  xattrcreate: 32,
  readdir: 40,
  fsync: 50,
  lock: 52,
  getlock: 54,
  link: 70,
  mkdir: 72,
  renameat: 74,
  unlinkat: 76,
  version: 100,
  auth: 102,
  attach: 104,
  flush: 108,
  walk: 110,
  read: 116,
  write: 118,
  clunk: 120,
  remove: 122,
} as const;

export const REPLY = 1;

// Types of qids (Plan 9, stat(5)).
const QTDIR = 0x80;
const QTSYMLINK = 0x02;

/** Reads the fields of a request. @throws FileError EPROTO at its end. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  #offset = HEADER_SIZE;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    return u16(this.#bytes, this.#take(2));
  }

  u32(): number {
    return u32(this.#bytes, this.#take(4));
  }

  /** Rounded above 2 ** 53. */
  u64(): number {
    return u64(this.#bytes, this.#take(8));
  }

  string(): string {
    return String.fromCharCode(...this.bytes(this.u16()));
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #take(length: number): number {
    const start = this.#offset;
    this.#offset += length;
    if (this.#offset > this.#bytes.length) throw new FileError('EPROTO');
    return start;
  }
}

/** Writes the fields of a reply. */
export class MessageWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = HEADER_SIZE;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const start = this.#grow(1);
    this.#view.setUint8(start, value);
    return this;
  }

  u16(value: number): this {
    const start = this.#grow(2);
    this.#view.setUint16(start, value, true);
    return this;
  }

  u32(value: number): this {
    const start = this.#grow(4);
    this.#view.setUint32(start, value, true);
    return this;
  }

  u64(value: number | bigint): this {
    const start = this.#grow(8);
    this.#view.setBigUint64(start, BigInt.asUintN(64, BigInt(value)), true);
    return this;
  }

  string(text: string): this {
    this.u16(text.length);
    return this.bytes(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }

  bytes(bytes: Uint8Array): this {
    const start = this.#grow(bytes.length);
    this.#bytes.set(bytes, start);
    return this;
  }

  /** Type 8, version 32, path 64: what tells files apart, and whether one has changed. */
  qid(attributes: FileAttributes): this {
    const type = isFolder(attributes) ? QTDIR : isLink(attributes) ? QTSYMLINK : 0;
    const version = Number(BigInt.asUintN(32, attributes.modified ^ BigInt(attributes.size)));
    return this.u8(type).u32(version).u64(attributes.id);
  }

  /** The whole message. */
  finish(type: number, tag: number): Uint8Array {
    this.#view.setUint32(0, this.#length, true);
    this.#view.setUint8(4, type);
    this.#view.setUint16(5, tag, true);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Room for `count` bytes. It may move the others, so the view has to be asked for after that. */
  #grow(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}
