/** 9P2000.L requests about the names in folders. */

import { errnoOf, FileError } from './file-error.ts';
import { type FileAttributes, isFolder, isLink, isRegular, type Path } from './host-folder.ts';
import { HEADER_SIZE, MessageWriter, TYPE } from './message.ts';
import { below, type Handler, type Session, walk } from './session.ts';

/** Flag of unlinkat: what goes is a folder. */
const AT_REMOVEDIR = 0x200;
/** Types of entries, as Linux's readdir gives them. */
const DT_UNKNOWN = 0;
const DT_DIR = 4;
const DT_REG = 8;
const DT_LNK = 10;
/** In an entry before its name: qid, offset, type, length of the name. */
const ENTRY_HEADER = 13 + 8 + 1 + 2;

export const FOLDER_REQUESTS: Readonly<Record<number, Handler>> = {
  /** Entries from an offset on: as many as have room. An offset is a position in the listing. */
  [TYPE.readdir](session, request, reply) {
    const fid = session.fid(request.u32());
    const offset = request.u64();
    const room = Math.min(request.u32(), session.messageSize - HEADER_SIZE - 4);
    if (fid.listing === undefined) throw new FileError('EBADF');
    if (offset === 0) fid.listing = ['.', '..', ...session.folder.list(fid.path)];
    const entries = new MessageWriter();
    const start = entries.length;
    for (let position = offset; position < fid.listing.length; position++) {
      const name = fid.listing[position]!;
      if (entries.length - start + ENTRY_HEADER + name.length > room) break;
      const attributes = existing(session, fid.path, name);
      if (attributes === undefined) continue;
      entries
        .qid(attributes)
        .u64(position + 1)
        .u8(entryType(attributes))
        .string(name);
    }
    const bytes = entries.finish(0, 0).subarray(start);
    reply.u32(bytes.length).bytes(bytes);
  },

  [TYPE.mkdir](session, request, reply) {
    const path = below(session.fid(request.u32()).path, request.string());
    session.checkWritable();
    session.folder.makeFolder(path, request.u32());
    reply.qid(session.folder.attributes(path));
  },

  [TYPE.symlink](session, request, reply) {
    const path = below(session.fid(request.u32()).path, request.string());
    session.checkWritable();
    session.folder.makeLink(path, request.string());
    reply.qid(session.folder.attributes(path));
  },

  [TYPE.readlink](session, request, reply) {
    reply.string(session.folder.readLink(session.fid(request.u32()).path));
  },

  [TYPE.link](session, request) {
    const { path } = session.fid(request.u32());
    const existing = session.fid(request.u32());
    session.checkWritable();
    session.folder.addName(below(path, request.string()), existing.path);
  },

  /** Device files and pipes of guests have no place on the host. */
  [TYPE.mknod]() {
    throw new FileError('EPERM');
  },

  [TYPE.rename](session, request) {
    const from = session.fid(request.u32()).path;
    const to = below(session.fid(request.u32()).path, request.string());
    rename(session, from, to);
  },

  [TYPE.renameat](session, request) {
    const from = below(session.fid(request.u32()).path, request.string());
    const to = below(session.fid(request.u32()).path, request.string());
    rename(session, from, to);
  },

  [TYPE.unlinkat](session, request) {
    const path = below(session.fid(request.u32()).path, request.string());
    session.checkWritable();
    session.folder.remove(path, (request.u32() & AT_REMOVEDIR) !== 0 ? 'folder' : 'file');
  },
};

function rename(session: Session, from: Path, to: Path): void {
  session.checkWritable();
  if (from.length === 0) throw new FileError('EBUSY');
  session.folder.rename(from, to);
  session.moved(from, to);
}

/** What stands under a name of a listing; undefined if it is gone meanwhile. */
function existing(session: Session, path: Path, name: string): FileAttributes | undefined {
  try {
    return session.folder.attributes(walk(path, name));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function entryType(attributes: FileAttributes): number {
  if (isFolder(attributes)) return DT_DIR;
  if (isLink(attributes)) return DT_LNK;
  return isRegular(attributes) ? DT_REG : DT_UNKNOWN;
}
