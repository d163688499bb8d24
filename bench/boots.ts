/** The kernels that are booted: Debian's, as `typevisor get linux` fetches it, and perhaps one that the environment names. */
import { fetchedLinux } from '../cli/linux/fetched.ts';
import { qemuCommand } from '../cli/qemu.ts';

const MIB = 2 ** 20;
/** What a kernel has, bare or as guest. In bytes. */
export const BOOT_MEMORY = 512 * MIB;

export interface Boot {
  readonly name: string;
  /** Paths. */
  readonly kernel: string;
  readonly initrd: string;
  readonly append: string;
  /** What is printed when it has come up. */
  readonly mark: string;
}

/** @throws UserError before `typevisor get linux` */
export function boots(): Boot[] {
  return [{ name: 'Debian to a shell', ...fetchedLinux(), append: 'console=ttyS0', mark: '~ # ' }, ...further()];
}

/** A kernel of the user's own beside Debian's; not compressed, since QEMU does not unpack it. */
function further(): Boot[] {
  const { TYPEVISOR_BENCH_KERNEL: kernel, TYPEVISOR_BENCH_INITRD: initrd, TYPEVISOR_BENCH_MARK: mark } = process.env;
  if (!kernel || !initrd || !mark) return [];
  const append = process.env.TYPEVISOR_BENCH_APPEND ?? 'console=ttyS0';
  return [{ name: 'a further kernel', kernel, initrd, append, mark }];
}

/** QEMU with nothing below the kernel but OpenSBI. */
export function bareOnQemu({ kernel, initrd, append }: Boot): string[] {
  const board = ['-M', 'virt', '-cpu', 'rv64', '-m', `${BOOT_MEMORY / MIB}M`];
  const io = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot', '-bios', 'default'];
  return [qemuCommand(), ...board, ...io, '-kernel', kernel, '-initrd', initrd, '-append', append];
}
