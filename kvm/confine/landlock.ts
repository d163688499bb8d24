/**
 * Which files this thread and the processes that it starts may open from now on (Linux, Documentation/userspace-api/landlock.rst).
 * Descriptors that are open already stay as they are.
 */
import { s32, struct, u64 } from '../struct.ts';
import { check, libc, O_CLOEXEC, SystemCallError } from '../syscall.ts';

const LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_ADD_RULE = 445;
const LANDLOCK_RESTRICT_SELF = 446;
const CREATE_RULESET_VERSION = 1;
const RULE_PATH_BENEATH = 1;
const PR_SET_NO_NEW_PRIVS = 38;
const O_PATH = 0o10000000;
const ENOENT = 2;

// LANDLOCK_ACCESS_FS_*
const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const REMOVE_FILE = 1n << 5n;
const MAKE_REG = 1n << 8n;
const TRUNCATE = 1n << 14n;
const IOCTL_DEV = 1n << 15n;
/** What rules can be about since each version of the interface: as many of the lowest bits. */
const HANDLED_BITS: readonly (readonly [version: number, bits: bigint])[] = [
  [5, 16n],
  [3, 15n],
  [2, 14n],
  [1, 13n],
];

const landlock_ruleset_attr = struct({ handled_access_fs: u64 });
/** Packed in C, and so 12 bytes long; what follows is not read. */
const landlock_path_beneath_attr = struct({ allowed_access: u64, parent_fd: s32 });

export type FileAccess =
  /** A folder and all below it: to read. */
  | 'folder'
  /** The same, and programs in it may be executed. */
  | 'programs'
  /** One file: to execute. */
  | 'program'
  /** One file: to read. */
  | 'read'
  /** One file or device: to read and write. */
  | 'write'
  /** A folder: to make, write and replace files in it. */
  | 'create';

const RIGHTS: Readonly<Record<FileAccess, bigint>> = {
  folder: READ_FILE | READ_DIR,
  programs: READ_FILE | READ_DIR | EXECUTE,
  program: READ_FILE | EXECUTE,
  read: READ_FILE,
  write: READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV,
  create: READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | MAKE_REG | REMOVE_FILE,
};

export interface FileRule {
  readonly path: string;
  readonly access: FileAccess;
}

/**
 * Everything else is forbidden. Paths that do not exist are passed over.
 * @returns false where the kernel has no Landlock
 */
export function restrictFiles(rules: readonly FileRule[]): boolean {
  const { syscall, address, prctl, close } = libc();
  const version = syscall(LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION, 0);
  const known = HANDLED_BITS.find(([since]) => version >= since);
  if (known === undefined) return false;
  const handled = (1n << known[1]) - 1n;
  const attr = landlock_ruleset_attr.encode({ handled_access_fs: handled });
  const ruleset = check(syscall(LANDLOCK_CREATE_RULESET, address(attr), attr.length, 0, 0), 'landlock_create_ruleset');
  for (const { path, access } of rules) addRule(ruleset, path, RIGHTS[access] & handled);
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'PR_SET_NO_NEW_PRIVS');
  check(syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0, 0, 0), 'landlock_restrict_self');
  close(ruleset);
  return true;
}

function addRule(ruleset: number, path: string, allowed: bigint): void {
  const { open, close, syscall, address, errno } = libc();
  const fd = open(path, O_PATH | O_CLOEXEC, 0);
  if (fd < 0) {
    if (errno() === ENOENT) return;
    throw new SystemCallError(`open ${path}`, errno());
  }
  const rule = landlock_path_beneath_attr.encode({ allowed_access: allowed, parent_fd: fd });
  check(syscall(LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, address(rule), 0), `landlock_add_rule ${path}`);
  close(fd);
}
