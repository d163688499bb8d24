/**
 * Linux system calls, made through libc by koffi: there is no native code of ours. 64-bit with glibc, since that is where the
 * prototypes below hold (`ioctl` and `syscall` are variadic in C; on x86-64 and RISC-V a fixed prototype passes the same registers).
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import type * as Koffi from 'koffi';

/** This computer or its installation cannot do it, whatever the arguments; the message says what to do. */
export class KvmUnavailableError extends Error {
  override readonly name = 'KvmUnavailableError';
}

/** A system call failed. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  /** What was called, such as KVM_RUN. */
  readonly call: string;
  readonly errno: number;
  /** Such as EINVAL. */
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errnoName(errno);
    super(`${call}: ${code} (error ${errno})`);
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

export interface Libc {
  open(path: string, flags: number, mode: number): number;
  close(fd: number): number;
  /** The argument as a number, for requests that take none or an int. */
  ioctl(fd: number, request: number, argument: number): number;
  /** The same for numbers below 2^31, which koffi passes on faster. */
  ioctlInt(fd: number, request: number, argument: number): number;
  /** The argument as the address of these bytes. */
  ioctlBytes(fd: number, request: number, argument: Uint8Array): number;
  mmap(address: number, length: number, protection: number, flags: number, fd: number, offset: number): number;
  munmap(address: number, length: number): number;
  madvise(address: number, length: number, advice: number): number;
  eventfd(initial: number, flags: number): number;
  read(fd: number, bytes: Uint8Array, length: number): number;
  write(fd: number, bytes: Uint8Array, length: number): number;
  gettid(): number;
  getpid(): number;
  tgkill(pid: number, tid: number, signal: number): number;
  sigaction(signal: number, action: Uint8Array, old: Uint8Array | null): number;
  prctl(option: number, a: number, b: number, c: number, d: number): number;
  /** A system call by its number, arguments as numbers. */
  syscall(number: number, a: number, b: number, c: number, d: number): number;
  /** The address of a function of libc. */
  symbol(name: string): bigint;
  errno(): number;
  /** The bytes at an address of this process, in place. */
  view(address: number, length: number): ArrayBuffer;
  /** The address of an array's first byte. It stays while the array's buffer does. */
  address(bytes: Uint8Array): number;
}

export const O_RDWR = 2;
export const O_CLOEXEC = 0o2000000;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
/** mmap's MAP_FAILED, as the number that `Libc.mmap` returns. */
const MAP_FAILED = -1;

/** The processors that KVM is used on here, by their names in Node: those with a folder of their own. */
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'x86-64' };
/** koffi without the JavaScript around it, which finds this file and has deprecated names: a third of what it takes to load Node. */
const KOFFI_ITSELF = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;

let loaded: Libc | undefined;

/** @throws KvmUnavailableError where this is not Linux with glibc on one of these, or koffi is not installed. */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  if (process.platform !== 'linux' || PROCESSORS[process.arch] === undefined) {
    const processors = Object.values(PROCESSORS).join(' or ');
    throw new KvmUnavailableError(
      `KVM needs Linux on ${processors}, and this is ${process.platform} on ${process.arch}; leave out --on kvm`,
    );
  }
  const koffi = loadKoffi();
  let library: Koffi.LibraryHandle;
  try {
    library = koffi.load('libc.so.6');
  } catch {
    throw new KvmUnavailableError('KVM needs the GNU C library (libc.so.6), and this system has none');
  }
  return bind(koffi, library);
}

function loadKoffi(): typeof Koffi {
  const require = createRequire(import.meta.url);
  try {
    return require(KOFFI_ITSELF);
  } catch {
    // Another package manager has put it elsewhere, or it is not there.
  }
  try {
    return require('koffi');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new KvmUnavailableError(
      code === 'MODULE_NOT_FOUND'
        ? 'KVM needs the npm package koffi, which is optional and not installed here: npm install koffi@3.3.4'
        : `the npm package koffi, which KVM needs, cannot be loaded: ${message.split('\n')[0]}`,
    );
  }
}

function bind(koffi: typeof Koffi, library: Koffi.LibraryHandle): Libc {
  return {
    open: library.func('open', 'int', ['str', 'int', 'int']),
    close: library.func('close', 'int', ['int']),
    ioctl: library.func('ioctl', 'int', ['int', 'ulong', 'long']),
    ioctlInt: library.func('ioctl', 'int', ['int', 'int', 'int']),
    ioctlBytes: library.func('ioctl', 'int', ['int', 'ulong', 'void *']),
    mmap: library.func('mmap', 'intptr_t', ['uintptr_t', 'size_t', 'int', 'int', 'int', 'long']),
    munmap: library.func('munmap', 'int', ['uintptr_t', 'size_t']),
    madvise: library.func('madvise', 'int', ['uintptr_t', 'size_t', 'int']),
    eventfd: library.func('eventfd', 'int', ['uint', 'int']),
    read: library.func('read', 'long', ['int', 'void *', 'size_t']),
    write: library.func('write', 'long', ['int', 'void *', 'size_t']),
    gettid: library.func('gettid', 'int', []),
    getpid: library.func('getpid', 'int', []),
    tgkill: library.func('tgkill', 'int', ['int', 'int', 'int']),
    sigaction: library.func('sigaction', 'int', ['int', 'void *', 'void *']),
    prctl: library.func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong']),
    syscall: library.func('syscall', 'long', ['long', 'long', 'long', 'long', 'long']),
    symbol: (name) => koffi.address(library.symbol(name)),
    errno: () => koffi.errno(),
    view: (address, length) => koffi.view(BigInt(address), length),
    address: (bytes) => Number(koffi.address(bytes)),
  };
}

/** @returns the result. @throws SystemCallError when it is negative. */
export function check(result: number, call: string): number {
  if (result < 0) throw new SystemCallError(call, libc().errno());
  return result;
}

/** Maps `length` bytes of a file descriptor, shared, to read and write; returns the address. */
export function mapFile(fd: number, length: number, what: string): number {
  const address = libc().mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (address === MAP_FAILED) throw new SystemCallError(`mmap of ${what}`, libc().errno());
  return address;
}

function errnoName(errno: number): string {
  return Object.entries(os.constants.errno).find(([, number]) => number === errno)?.[0] ?? 'unknown';
}
