/**
 * The system calls that the monitor may make from now on, in all its threads (seccomp(2) with TSYNC). What is not listed fails with
 * EPERM; what no monitor ever does ends the process.
 */
import { check, libc } from '../syscall.ts';
import { and, encode, end, type Instruction, load, shiftRight, unlessEqual, whenEqual, whenSet } from './bpf.ts';

// struct seccomp_data: the call's number, the architecture, the arguments (low halves).
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number) => 16 + 8 * index;

const SECCOMP_RET_KILL_PROCESS = 0x8000_0000;
const SECCOMP_RET_ERRNO = 0x0005_0000;
const SECCOMP_RET_ALLOW = 0x7fff_0000;
const EPERM = 1;
const ENOSYS = 38;
const REFUSE = end(SECCOMP_RET_ERRNO | EPERM);
const ALLOW = end(SECCOMP_RET_ALLOW);
const KILL = end(SECCOMP_RET_KILL_PROCESS);

const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;
const PR_SET_NO_NEW_PRIVS = 38;

/** Memory, threads, time, files that are open, files to read, events: the most frequent first. */
const ALLOWED = [
  'futex',
  'read',
  'write',
  'epoll_wait',
  'epoll_pwait',
  'close',
  'fstat',
  'poll',
  'lseek',
  'mmap',
  'mprotect',
  'munmap',
  'brk',
  'rt_sigaction',
  'rt_sigprocmask',
  'rt_sigreturn',
  'pread64',
  'pwrite64',
  'readv',
  'writev',
  'access',
  'sched_yield',
  'mremap',
  'madvise',
  'dup',
  // Of descriptors that are open already, such as standard output.
  'shutdown',
  'getsockname',
  'getpeername',
  'getsockopt',
  'nanosleep',
  'getpid',
  'exit',
  'uname',
  'fcntl',
  'fsync',
  'fdatasync',
  'getcwd',
  // For snapshots; Landlock says where.
  'rename',
  'unlink',
  'readlink',
  'gettimeofday',
  'getrusage',
  'sysinfo',
  'getuid',
  'getgid',
  'geteuid',
  'getegid',
  'sigaltstack',
  'sched_getparam',
  'sched_getscheduler',
  'gettid',
  'sched_getaffinity',
  'getdents64',
  'set_tid_address',
  'restart_syscall',
  'clock_gettime',
  'clock_getres',
  'clock_nanosleep',
  'exit_group',
  'epoll_ctl',
  'openat',
  'newfstatat',
  'readlinkat',
  'ppoll',
  'set_robust_list',
  'fallocate',
  'eventfd2',
  'epoll_create1',
  'pipe2',
  'preadv',
  'pwritev',
  'prlimit64',
  'getrandom',
  'membarrier',
  'pkey_mprotect',
  'pkey_alloc',
  'pkey_free',
  'statx',
  'rseq',
  'epoll_pwait2',
] as const;

/** For who listens at a port already: a debugger's server. */
const SERVER = ['accept', 'setsockopt', 'accept4'] as const;

/** For a guest with a network, as well. */
const NETWORK = [
  'socket',
  'connect',
  'sendto',
  'recvfrom',
  'sendmsg',
  'recvmsg',
  'bind',
  'listen',
  'recvmmsg',
  'sendmmsg',
] as const;

/** New programs, other processes, more privileges, other views of the system. */
const FATAL = [
  'fork',
  'vfork',
  'execve',
  'ptrace',
  'setuid',
  'setgid',
  'pivot_root',
  'chroot',
  'mount',
  'umount2',
  'reboot',
  'init_module',
  'delete_module',
  'kexec_load',
  'unshare',
  'perf_event_open',
  'setns',
  'process_vm_readv',
  'process_vm_writev',
  'finit_module',
  'bpf',
  'execveat',
  'userfaultfd',
] as const;

/** Those about which more is said than their name, and the one by which all is said. */
const SPECIAL = ['ioctl', 'clone', 'clone3', 'tgkill', 'prctl', 'io_uring_setup', 'seccomp'] as const;

export type SystemCall = (typeof ALLOWED | typeof SERVER | typeof NETWORK | typeof FATAL | typeof SPECIAL)[number];

/** What filters have to know of an architecture. */
export interface SystemCallTable {
  /** AUDIT_ARCH_* (linux/audit.h). */
  readonly architecture: number;
  /** Those of `SPECIAL` have to be there; of the others, younger architectures lack what has been replaced meanwhile. */
  readonly numbers: Readonly<Partial<Record<SystemCall, number>> & Record<(typeof SPECIAL)[number], number>>;
}

const KVMIO = 0xae;
/** TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. */
const OTHER_IOCTLS = [0x5401, 0x5402, 0x5403, 0x5404, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451];
const CLONE_THREAD = 0x1_0000;
const PR_SET_NAME = 15;
/** Names of mappings, which V8 gives. */
const PR_SET_VMA = 0x5356_4d41;

export interface SeccompOptions {
  /** Sockets may be opened. */
  readonly network: boolean;
  /** Connections may be taken at a port that is listened at. */
  readonly server?: boolean;
}

/** The filter for the process `pid`. */
export function seccompProgram(
  { architecture, numbers }: SystemCallTable,
  pid: number,
  { network, server }: SeccompOptions,
): Instruction[] {
  const allowed = [...ALLOWED, ...(server || network ? SERVER : []), ...(network ? NETWORK : [])];
  const numbersOf = (names: readonly SystemCall[]) => names.flatMap((name) => numbers[name] ?? []);
  return [
    // The numbers are those of one architecture; 32-bit code could make other calls by them.
    load(ARCHITECTURE),
    ...unlessEqual(architecture, [KILL]),
    load(NUMBER),
    ...whenEqual(numbers.ioctl, [
      load(argument(1)),
      shiftRight(8),
      and(0xff),
      ...whenEqual(KVMIO, [ALLOW]),
      load(argument(1)),
      ...OTHER_IOCTLS.flatMap((request) => whenEqual(request, [ALLOW])),
      REFUSE,
    ]),
    ...numbersOf(allowed).flatMap((number) => whenEqual(number, [ALLOW])),
    ...whenEqual(numbers.clone, [load(argument(0)), ...whenSet(CLONE_THREAD, [ALLOW]), REFUSE]),
    // Its flags are in memory, which a filter cannot read; libc falls back to clone.
    ...whenEqual(numbers.clone3, [end(SECCOMP_RET_ERRNO | ENOSYS)]),
    ...whenEqual(numbers.tgkill, [load(argument(0)), ...whenEqual(pid, [ALLOW]), REFUSE]),
    ...whenEqual(numbers.prctl, [
      load(argument(0)),
      ...[PR_SET_NAME, PR_SET_VMA].flatMap((option) => whenEqual(option, [ALLOW])),
      REFUSE,
    ]),
    ...numbersOf(FATAL).flatMap((number) => whenEqual(number, [KILL])),
    REFUSE,
  ];
}

/**
 * Binds all threads of this process, for good. The process must have been started without io_uring (`refuseIoUring`), whose
 * requests no filter sees: a loop that uses it already ends here.
 * @throws SystemCallError where the kernel has no seccomp filters.
 */
export function restrictSystemCalls(table: SystemCallTable, options: SeccompOptions): void {
  install(table, seccompProgram(table, libc().getpid(), options), SECCOMP_FILTER_FLAG_TSYNC);
}

/** Processes that this thread starts have no io_uring; libuv then does without. @throws SystemCallError as above. */
export function refuseIoUring(table: SystemCallTable): void {
  const refusal = whenEqual(table.numbers.io_uring_setup, [end(SECCOMP_RET_ERRNO | ENOSYS)]);
  install(table, [load(NUMBER), ...refusal, ALLOW], 0);
}

function install({ numbers }: SystemCallTable, program: readonly Instruction[], flags: number): void {
  const { prctl, syscall, address } = libc();
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'PR_SET_NO_NEW_PRIVS');
  const filter = encode(program);
  // struct sock_fprog: a 16-bit count, and at 8 the address.
  const fprog = new Uint8Array(16);
  const view = new DataView(fprog.buffer);
  view.setUint16(0, program.length, true);
  view.setBigUint64(8, BigInt(address(filter)), true);
  check(syscall(numbers.seccomp, SECCOMP_SET_MODE_FILTER, flags, address(fprog), 0), 'seccomp');
}
