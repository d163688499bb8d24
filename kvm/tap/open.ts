/** Opens a tap device (Linux, Documentation/networking/tuntap.rst): a network interface whose other end is a file descriptor. */
import { bytes, struct, u16 } from '../struct.ts';
import { check, KvmUnavailableError, libc, O_CLOEXEC, O_RDWR, SystemCallError } from '../syscall.ts';

const DEVICE = '/dev/net/tun';
const TUNSETIFF = 0x4004_54ca;
const IFF_TAP = 0x0002;
/** Frames as they are, without a header of the driver's. */
const IFF_NO_PI = 0x1000;

const ifreq = struct({ ifr_name: bytes(16), ifr_flags: u16, rest: bytes(22) });
/** IFNAMSIZ, with the zero behind it. */
export const LONGEST_TAP_NAME = 15;

/** @returns its file descriptor. @throws KvmUnavailableError for what the user can mend, with how to. */
export function openTap(name: string): number {
  const fd = libc().open(DEVICE, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) throw refusal(name, new SystemCallError(`open ${DEVICE}`, libc().errno()));
  const request = ifreq.encode({ ifr_name: new TextEncoder().encode(name), ifr_flags: IFF_TAP | IFF_NO_PI });
  try {
    check(libc().ioctlBytes(fd, TUNSETIFF, request), 'TUNSETIFF');
  } catch (error) {
    libc().close(fd);
    throw error instanceof SystemCallError ? refusal(name, error) : error;
  }
  return fd;
}

function refusal(name: string, { code }: SystemCallError): KvmUnavailableError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `there is no ${DEVICE}: load the module (modprobe tun), or give a container --device ${DEVICE}`,
    EACCES: `permission denied: ${DEVICE} is the superuser's here`,
    EPERM: `permission denied: make it yours once (sudo ip tuntap add ${name} mode tap user $USER)`,
    EBUSY: 'in use by another program',
    EINVAL: 'there is an interface of this name that is no tap device',
  };
  return new KvmUnavailableError(`tap device ${name}: ${reasons[code] ?? code}`);
}
