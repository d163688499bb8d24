/** For tests: a terminal that nobody sees (pty(7)), and its settings. */
import { check, libc, O_RDWR } from '../../kvm/syscall.ts';

const O_NOCTTY = 0o400;
// asm-generic/ioctls.h
const TCGETS = 0x5401;
const TIOCSPTLCK = 0x4004_5431;
const TIOCGPTN = 0x8004_5430;
/** struct termios of the kernel's has 36 bytes. */
const TERMIOS_SIZE = 36;

export class Pty implements Disposable {
  readonly #master: number;
  /** For a child's stdio. */
  readonly fd: number;

  constructor() {
    const { ioctlBytes, open } = libc();
    this.#master = check(open('/dev/ptmx', O_RDWR | O_NOCTTY, 0), 'open /dev/ptmx');
    const number = new Uint8Array(4);
    check(ioctlBytes(this.#master, TIOCSPTLCK, number), 'TIOCSPTLCK');
    check(ioctlBytes(this.#master, TIOCGPTN, number), 'TIOCGPTN');
    const name = `/dev/pts/${new DataView(number.buffer).getUint32(0, true)}`;
    this.fd = check(open(name, O_RDWR | O_NOCTTY, 0), `open ${name}`);
  }

  /** Input, output, control and local modes, and control characters. */
  get settings(): string {
    const termios = new Uint8Array(TERMIOS_SIZE);
    check(libc().ioctlBytes(this.fd, TCGETS, termios), 'TCGETS');
    return Buffer.from(termios).toString('hex');
  }

  [Symbol.dispose](): void {
    libc().close(this.fd);
    libc().close(this.#master);
  }
}
