/** What the host's errors mean, in words. */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
};

/** Why the host has refused something, as a clause; undefined for an error that does not come from the host. */
export function reasonOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? undefined : (REASONS[code] ?? code);
}

/** Does what the host may refuse. @throws what `refusal` makes of the file and the host's reason, and of its error. */
export function attempt<T>(path: string, action: () => T, refusal: (message: string, cause: unknown) => Error): T {
  try {
    return action();
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : refusal(`${path}: ${reason}`, error);
  }
}
