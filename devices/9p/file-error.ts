/** Why a file operation failed, by the names that POSIX has and the numbers that 9P2000.L sends: those of Linux. */

export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  EBADF: 9,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EMFILE: 24,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  ENAMETOOLONG: 36,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EPROTO: 71,
  EOPNOTSUPP: 95,
  EDQUOT: 122,
} as const;

export type ErrorCode = keyof typeof ERRNO;

export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

/** The number for an error with the system's `code`; EIO for codes without one here. undefined for errors of other kinds. */
export function errnoOf(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (typeof code !== 'string') return undefined;
  return Object.hasOwn(ERRNO, code) ? ERRNO[code as ErrorCode] : ERRNO.EIO;
}
