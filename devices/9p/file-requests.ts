/** 9P2000.L requests about the contents of files. */

import { FileError } from './file-error.ts';
import { isFolder, isRegular, type OpenMode } from './host-folder.ts';
import { HEADER_SIZE, TYPE } from './message.ts';
import { below, type Handler } from './session.ts';

// Flags of lopen and lcreate: Linux's.
const O_ACCMODE = 0o3;
const O_WRONLY = 0o1;
const O_RDWR = 0o2;
const O_TRUNC = 0o1000;
/** Before the data of a reply to read: its count. */
const READ_HEADER = HEADER_SIZE + 4;

export const FILE_REQUESTS: Readonly<Record<number, Handler>> = {
  [TYPE.lopen](session, request, reply) {
    const fid = session.fid(request.u32());
    const mode = openMode(request.u32());
    if (fid.file !== undefined || fid.listing !== undefined) throw new FileError('EBUSY');
    const attributes = session.folder.attributes(fid.path);
    if (mode.write) session.checkWritable();
    if (isFolder(attributes)) {
      if (mode.write) throw new FileError('EISDIR');
      fid.listing = [];
    } else {
      // What a device file or a pipe of the host does is nothing for guests.
      if (!isRegular(attributes)) throw new FileError('EACCES');
      fid.file = session.folder.open(fid.path, mode);
      fid.mode = mode;
    }
    reply.qid(attributes).u32(0);
  },

  /** The fid of the folder becomes that of the new file. */
  [TYPE.lcreate](session, request, reply) {
    const fid = session.fid(request.u32());
    const path = below(fid.path, request.string());
    const mode = openMode(request.u32());
    const permissions = request.u32();
    session.checkWritable();
    if (fid.file !== undefined || fid.listing !== undefined) throw new FileError('EBUSY');
    fid.file = session.folder.create(path, permissions, mode);
    fid.mode = mode;
    fid.path = path;
    reply.qid(session.folder.attributes(path)).u32(0);
  },

  [TYPE.read](session, request, reply) {
    const file = session.file(request.u32());
    const offset = checkedOffset(request.u64());
    const bytes = new Uint8Array(Math.min(request.u32(), session.messageSize - READ_HEADER));
    const length = file.read(offset, bytes);
    reply.u32(length).bytes(bytes.subarray(0, length));
  },

  [TYPE.write](session, request, reply) {
    const file = session.file(request.u32());
    const offset = checkedOffset(request.u64());
    const bytes = request.bytes(request.u32());
    session.checkWritable();
    file.write(offset, bytes);
    reply.u32(bytes.length);
  },

  /** Of a folder there is nothing to be done. */
  [TYPE.fsync](session, request) {
    session.fid(request.u32()).file?.sync();
  },

  /** The fid is gone even if the file stays. */
  [TYPE.remove](session, request) {
    const number = request.u32();
    const { path } = session.fid(number);
    session.remove(number);
    session.checkWritable();
    if (path.length === 0) throw new FileError('EBUSY');
    session.folder.remove(path, isFolder(session.folder.attributes(path)) ? 'folder' : 'file');
  },
};

function openMode(flags: number): OpenMode {
  const access = flags & O_ACCMODE;
  if (access === O_ACCMODE) throw new FileError('EINVAL');
  const truncate = (flags & O_TRUNC) !== 0;
  return { read: access !== O_WRONLY, write: access === O_WRONLY || access === O_RDWR || truncate, truncate };
}

function checkedOffset(offset: number): number {
  if (!Number.isSafeInteger(offset)) throw new FileError('EINVAL');
  return offset;
}
