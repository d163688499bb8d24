/**
 * A server of 9P2000.L, the file protocol of Plan 9 in Linux's dialect, for a folder of the host (Plan 9, intro(5); diod's
 * protocol.md). Requests are served one after the other, each at once. A client's mistakes are errors in its replies.
 */

import type { State, StateReader } from '../state.ts';
import { u16, u32 } from '../virtio/guest-memory.ts';
import { ATTRIBUTE_REQUESTS } from './attribute-requests.ts';
import { ERRNO, errnoOf, FileError } from './file-error.ts';
import { FILE_REQUESTS } from './file-requests.ts';
import { FOLDER_REQUESTS } from './folder-requests.ts';
import type { FileAttributes, HostFolder } from './host-folder.ts';
import { HEADER_SIZE, MessageReader, MessageWriter, REPLY, TYPE } from './message.ts';
import { type Handler, Session, walk } from './session.ts';

export const VERSION = '9P2000.L';
/** The longest message that the server takes, and the shortest that a client may ask for. */
export const LARGEST_MESSAGE = 512 * 1024;
const SMALLEST_MESSAGE = 4096;
/** Elements of a walk (Plan 9, walk(5)). */
const MOST_NAMES = 16;

const SESSION_REQUESTS: Readonly<Record<number, Handler>> = {
  /** Begins anew. A version that is not known is answered by "unknown" (Plan 9, version(5)). */
  [TYPE.version](session, request, reply) {
    const size = request.u32();
    const version = request.string();
    session.clear();
    session.messageSize = 0;
    const known = version === VERSION && size >= SMALLEST_MESSAGE;
    if (known) session.messageSize = Math.min(size, LARGEST_MESSAGE);
    reply.u32(Math.min(size, LARGEST_MESSAGE)).string(known ? VERSION : 'unknown');
  },

  /** Nobody has to say who he is: the machine's user has shared the folder with the guest. */
  [TYPE.auth]() {
    throw new FileError('EOPNOTSUPP');
  },

  [TYPE.attach](session, request, reply) {
    const number = request.u32();
    const attributes = session.folder.attributes([]);
    session.add(number, []);
    reply.qid(attributes);
  },

  /** Requests are served at once, so there is nothing to be called off. */
  [TYPE.flush]() {},

  /** Goes as far as there is something; the new fid counts only if that is all the way (Plan 9, walk(5)). */
  [TYPE.walk](session, request, reply) {
    const number = request.u32();
    const newNumber = request.u32();
    const names = Array.from({ length: Math.min(request.u16(), MOST_NAMES + 1) }, () => request.string());
    if (names.length > MOST_NAMES) throw new FileError('EINVAL');
    const fid = session.fid(number);
    if (fid.file !== undefined || fid.listing !== undefined) throw new FileError('EBUSY');
    let { path } = fid;
    const found: FileAttributes[] = [];
    for (const name of names) {
      try {
        path = walk(path, name);
        found.push(session.folder.attributes(path));
      } catch (error) {
        if (found.length === 0 || errnoOf(error) === undefined) throw error;
        break;
      }
    }
    if (found.length === names.length && newNumber === number) fid.path = path;
    else if (found.length === names.length) session.add(newNumber, path);
    reply.u16(found.length);
    for (const attributes of found) reply.qid(attributes);
  },

  [TYPE.clunk](session, request) {
    session.remove(request.u32());
  },
};

const HANDLERS: Readonly<Record<number, Handler>> = {
  ...SESSION_REQUESTS,
  ...FILE_REQUESTS,
  ...FOLDER_REQUESTS,
  ...ATTRIBUTE_REQUESTS,
};

export class NinepServer {
  readonly #session: Session;

  constructor(folder: HostFolder) {
    this.#session = new Session(folder);
  }

  /** Files that the client has. */
  get fids(): number {
    return this.#session.fids;
  }

  /**
   * The reply to a request. Both begin with their size.
   * @param room the longest reply that the client has room for
   * @returns undefined for what is no message, or when there is no room for any reply
   */
  answer(request: Uint8Array, room: number): Uint8Array | undefined {
    if (request.length < HEADER_SIZE || u32(request, 0) < HEADER_SIZE) return undefined;
    const [type, tag] = [request[4]!, u16(request, 5)];
    const reply = this.#attempt(type, tag, request);
    // What does not fit has been done all the same, and the client hears that something is wrong.
    const fits = reply.length <= room ? reply : failure(ERRNO.EPROTO, tag);
    return fits.length <= room ? fits : undefined;
  }

  /** The client is gone. */
  reset(): void {
    this.#session.clear();
    this.#session.messageSize = 0;
  }

  save(): State {
    return this.#session.save();
  }

  load(state: StateReader): void {
    this.#session.load(state);
  }

  #attempt(type: number, tag: number, request: Uint8Array): Uint8Array {
    try {
      const size = u32(request, 0);
      if (size > request.length) throw new FileError('EPROTO');
      if (type !== TYPE.version && (this.#session.messageSize === 0 || size > this.#session.messageSize)) {
        throw new FileError('EPROTO');
      }
      const handler = HANDLERS[type];
      if (handler === undefined) throw new FileError('EOPNOTSUPP');
      const reply = new MessageWriter();
      handler(this.#session, new MessageReader(request.subarray(0, size)), reply);
      return reply.finish(type + REPLY, tag);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined) throw error;
      return failure(errno, tag);
    }
  }
}

function failure(errno: number, tag: number): Uint8Array {
  return new MessageWriter().u32(errno).finish(TYPE.lerror + REPLY, tag);
}
