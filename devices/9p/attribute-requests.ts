/** 9P2000.L requests about what is known of files: attributes, space, locks. */

import { FileError } from './file-error.ts';
import { TYPE } from './message.ts';
import type { Handler } from './session.ts';

/** Everything up to blocks, which is all that the host tells: P9_GETATTR_BASIC. */
const GETATTR_BASIC = 0x7ff;
const NANOSECONDS = 1_000_000_000n;

// What setattr is to set.
const SETATTR_MODE = 0x001;
const SETATTR_UID = 0x002;
const SETATTR_GID = 0x004;
const SETATTR_SIZE = 0x008;
const SETATTR_ATIME = 0x010;
const SETATTR_MTIME = 0x020;
const SETATTR_ATIME_SET = 0x080;
const SETATTR_MTIME_SET = 0x100;

/** V9FS_MAGIC: the type of file system that Linux shows. */
const FILE_SYSTEM_TYPE = 0x0102_1997;
const LONGEST_NAME = 255;

const LOCK_SUCCESS = 0;
const LOCK_TYPE_UNLOCK = 2;

export const ATTRIBUTE_REQUESTS: Readonly<Record<number, Handler>> = {
  [TYPE.getattr](session, request, reply) {
    const { path, file } = session.fid(request.u32());
    const attributes = file?.attributes() ?? session.folder.attributes(path);
    const { mode, uid, gid, links, size, blockSize, blocks, accessed, modified, changed } = attributes;
    reply.u64(GETATTR_BASIC).qid(attributes).u32(mode).u32(uid).u32(gid).u64(links);
    reply.u64(0).u64(size).u64(blockSize).u64(blocks);
    for (const time of [accessed, modified, changed, 0n]) reply.u64(time / NANOSECONDS).u64(time % NANOSECONDS);
    reply.u64(0).u64(0);
  },

  [TYPE.setattr](session, request) {
    const { path, file, mode: openMode } = session.fid(request.u32());
    const valid = request.u32();
    const [mode, uid, gid] = [request.u32(), request.u32(), request.u32()];
    const size = request.u64();
    const times = [request.u64(), request.u64(), request.u64(), request.u64()] as const;
    session.checkWritable();
    const attributes = file?.attributes() ?? session.folder.attributes(path);
    // All files are of the host's user who shares them.
    if ((valid & SETATTR_UID) !== 0 && uid !== attributes.uid) throw new FileError('EPERM');
    if ((valid & SETATTR_GID) !== 0 && gid !== attributes.gid) throw new FileError('EPERM');
    if ((valid & SETATTR_SIZE) !== 0) {
      if (!Number.isSafeInteger(size)) throw new FileError('EFBIG');
      if (openMode?.write) file?.setSize(size);
      else session.folder.setSize(path, size);
    }
    if ((valid & SETATTR_MODE) !== 0) session.folder.setPermissions(path, mode);
    if ((valid & (SETATTR_ATIME | SETATTR_MTIME)) === 0) return;
    const accessed = newTime(valid, SETATTR_ATIME, SETATTR_ATIME_SET, [times[0], times[1]], attributes.accessed);
    const modified = newTime(valid, SETATTR_MTIME, SETATTR_MTIME_SET, [times[2], times[3]], attributes.modified);
    session.folder.setTimes(path, accessed, modified);
  },

  [TYPE.statfs](session, request, reply) {
    session.fid(request.u32());
    const { blockSize, blocks, free, available, files, freeFiles } = session.folder.space();
    reply.u32(FILE_SYSTEM_TYPE).u32(blockSize).u64(blocks).u64(free).u64(available);
    reply.u64(files).u64(freeFiles).u64(0).u32(LONGEST_NAME);
  },

  [TYPE.xattrwalk]() {
    throw new FileError('EOPNOTSUPP');
  },

  [TYPE.xattrcreate]() {
    throw new FileError('EOPNOTSUPP');
  },

  /** A guest has its folder for itself: its own kernel keeps its processes apart. */
  [TYPE.lock](session, request, reply) {
    session.fid(request.u32());
    reply.u8(LOCK_SUCCESS);
  },

  [TYPE.getlock](session, request, reply) {
    session.fid(request.u32());
    request.u8();
    const [start, length] = [request.u64(), request.u64()];
    const [process, client] = [request.u32(), request.string()];
    reply.u8(LOCK_TYPE_UNLOCK).u64(start).u64(length).u32(process).string(client);
  },
};

/** In milliseconds since 1970: the one given, the present one, or the one that it has. */
function newTime(valid: number, bit: number, given: number, time: readonly [number, number], old: bigint): number {
  if ((valid & bit) === 0) return Number(old) / 1e6;
  return (valid & given) === 0 ? Date.now() : time[0] * 1000 + time[1] / 1e6;
}
