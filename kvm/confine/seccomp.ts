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

const AUDIT_ARCH_X86_64 = 0xc000_003e;
const SECCOMP_RET_KILL_PROCESS = 0x8000_0000;
const SECCOMP_RET_ERRNO = 0x0005_0000;
const SECCOMP_RET_ALLOW = 0x7fff_0000;
const EPERM = 1;
const ENOSYS = 38;
const REFUSE = end(SECCOMP_RET_ERRNO | EPERM);
const ALLOW = end(SECCOMP_RET_ALLOW);
const KILL = end(SECCOMP_RET_KILL_PROCESS);

const SYS_SECCOMP = 317;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;
const PR_SET_NO_NEW_PRIVS = 38;

/** By their numbers on x86-64: memory, threads, time, files that are open, files to read, events. */
const ALLOWED: Readonly<Record<string, number>> = {
  futex: 202,
  read: 0,
  write: 1,
  epoll_wait: 232,
  epoll_pwait: 281,
  close: 3,
  fstat: 5,
  poll: 7,
  lseek: 8,
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  brk: 12,
  rt_sigaction: 13,
  rt_sigprocmask: 14,
  rt_sigreturn: 15,
  pread64: 17,
  pwrite64: 18,
  readv: 19,
  writev: 20,
  access: 21,
  sched_yield: 24,
  mremap: 25,
  madvise: 28,
  dup: 32,
  // Of descriptors that are open already, such as standard output.
  shutdown: 48,
  getsockname: 51,
  getpeername: 52,
  getsockopt: 55,
  nanosleep: 35,
  getpid: 39,
  exit: 60,
  uname: 63,
  fcntl: 72,
  fsync: 74,
  fdatasync: 75,
  getcwd: 79,
  // For snapshots; Landlock says where.
  rename: 82,
  unlink: 87,
  readlink: 89,
  gettimeofday: 96,
  getrusage: 98,
  sysinfo: 99,
  getuid: 102,
  getgid: 104,
  geteuid: 107,
  getegid: 108,
  sigaltstack: 131,
  sched_getparam: 143,
  sched_getscheduler: 145,
  gettid: 186,
  sched_getaffinity: 204,
  getdents64: 217,
  set_tid_address: 218,
  restart_syscall: 219,
  clock_gettime: 228,
  clock_getres: 229,
  clock_nanosleep: 230,
  exit_group: 231,
  epoll_ctl: 233,
  openat: 257,
  newfstatat: 262,
  readlinkat: 267,
  ppoll: 271,
  set_robust_list: 273,
  fallocate: 285,
  eventfd2: 290,
  epoll_create1: 291,
  pipe2: 293,
  preadv: 295,
  pwritev: 296,
  prlimit64: 302,
  getrandom: 318,
  membarrier: 324,
  pkey_mprotect: 329,
  pkey_alloc: 330,
  pkey_free: 331,
  statx: 332,
  rseq: 334,
  epoll_pwait2: 441,
};

/** For who listens at a port already: a debugger's server. */
const SERVER: Readonly<Record<string, number>> = {
  accept: 43,
  setsockopt: 54,
  accept4: 288,
};

/** For a guest with a network. */
const NETWORK: Readonly<Record<string, number>> = {
  ...SERVER,
  socket: 41,
  connect: 42,
  sendto: 44,
  recvfrom: 45,
  sendmsg: 46,
  recvmsg: 47,
  bind: 49,
  listen: 50,
  recvmmsg: 299,
  sendmmsg: 307,
};

/** New programs, other processes, more privileges, other views of the system. */
const FATAL: Readonly<Record<string, number>> = {
  fork: 57,
  vfork: 58,
  execve: 59,
  ptrace: 101,
  setuid: 105,
  setgid: 106,
  pivot_root: 155,
  chroot: 161,
  mount: 165,
  umount2: 166,
  reboot: 169,
  init_module: 175,
  delete_module: 176,
  kexec_load: 246,
  unshare: 272,
  perf_event_open: 298,
  setns: 308,
  process_vm_readv: 310,
  process_vm_writev: 311,
  finit_module: 313,
  bpf: 321,
  execveat: 322,
  userfaultfd: 323,
};

const IO_URING_SETUP = 425;
const IOCTL = 16;
const CLONE = 56;
const PRCTL = 157;
const TGKILL = 234;
const CLONE3 = 435;

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
export function seccompProgram(pid: number, { network, server }: SeccompOptions): Instruction[] {
  const allowed = Object.values({ ...ALLOWED, ...(server ? SERVER : {}), ...(network ? NETWORK : {}) });
  return [
    // The numbers below are those of x86-64; 32-bit code could make other calls by them.
    load(ARCHITECTURE),
    ...unlessEqual(AUDIT_ARCH_X86_64, [KILL]),
    load(NUMBER),
    ...whenEqual(IOCTL, [
      load(argument(1)),
      shiftRight(8),
      and(0xff),
      ...whenEqual(KVMIO, [ALLOW]),
      load(argument(1)),
      ...OTHER_IOCTLS.flatMap((request) => whenEqual(request, [ALLOW])),
      REFUSE,
    ]),
    ...allowed.flatMap((number) => whenEqual(number, [ALLOW])),
    ...whenEqual(CLONE, [load(argument(0)), ...whenSet(CLONE_THREAD, [ALLOW]), REFUSE]),
    // Its flags are in memory, which a filter cannot read; libc falls back to clone.
    ...whenEqual(CLONE3, [end(SECCOMP_RET_ERRNO | ENOSYS)]),
    ...whenEqual(TGKILL, [load(argument(0)), ...whenEqual(pid, [ALLOW]), REFUSE]),
    ...whenEqual(PRCTL, [
      load(argument(0)),
      ...[PR_SET_NAME, PR_SET_VMA].flatMap((option) => whenEqual(option, [ALLOW])),
      REFUSE,
    ]),
    ...Object.values(FATAL).flatMap((number) => whenEqual(number, [KILL])),
    REFUSE,
  ];
}

/**
 * Binds all threads of this process, for good. The process must have been started without io_uring (`refuseIoUring`), whose
 * requests no filter sees: a loop that uses it already ends here.
 * @throws SystemCallError where the kernel has no seccomp filters.
 */
export function restrictSystemCalls(options: SeccompOptions): void {
  install(seccompProgram(libc().getpid(), options), SECCOMP_FILTER_FLAG_TSYNC);
}

/** Processes that this thread starts have no io_uring; libuv then does without. @throws SystemCallError as above. */
export function refuseIoUring(): void {
  install([load(NUMBER), ...whenEqual(IO_URING_SETUP, [end(SECCOMP_RET_ERRNO | ENOSYS)]), ALLOW], 0);
}

function install(program: readonly Instruction[], flags: number): void {
  const { prctl, syscall, address } = libc();
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'PR_SET_NO_NEW_PRIVS');
  const filter = encode(program);
  // struct sock_fprog: a 16-bit count, and at 8 the address.
  const fprog = new Uint8Array(16);
  const view = new DataView(fprog.buffer);
  view.setUint16(0, program.length, true);
  view.setBigUint64(8, BigInt(address(filter)), true);
  check(syscall(SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, flags, address(fprog), 0), 'seccomp');
}
