/** A file descriptor of KVM's: of the system, a virtual machine or a vCPU. */

import type { Fields, Struct, Values } from './struct.ts';
import { check, libc, SystemCallError } from './syscall.ts';

export class Handle implements Disposable {
  readonly fd: number;
  readonly what: string;
  #open = true;

  constructor(fd: number, what: string) {
    this.fd = fd;
    this.what = what;
  }

  /** An ioctl that takes a number or nothing. @throws SystemCallError */
  call(name: string, request: number, argument = 0): number {
    const result = libc().ioctl(this.fd, request, argument);
    return result < 0 ? this.#fail(name) : result;
  }

  /** An ioctl whose argument is a structure, changed in place. @throws SystemCallError */
  callBytes(name: string, request: number, argument: Uint8Array): number {
    const result = libc().ioctlBytes(this.fd, request, argument);
    return result < 0 ? this.#fail(name) : result;
  }

  /** What the kernel fills in. @throws SystemCallError */
  get<F extends Fields>(name: string, request: number, type: Struct<F>): Values<F> {
    const bytes = new Uint8Array(type.size);
    this.callBytes(name, request, bytes);
    return type.decode(bytes);
  }

  #fail(name: string): never {
    throw new SystemCallError(name, libc().errno());
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    check(libc().close(this.fd), `close of ${this.what}`);
  }
}
