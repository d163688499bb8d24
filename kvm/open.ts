/** Opens /dev/kvm, or says why this computer has no usable KVM. */
import { KvmUnavailableError, libc, O_CLOEXEC, O_RDWR, SystemCallError } from './syscall.ts';

export const KVM_DEVICE = '/dev/kvm';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT:
    'there is none: load the module (modprobe kvm_intel or kvm_amd), switch virtualization on in the firmware, ' +
    'or in the host of this virtual machine',
  EACCES: 'permission denied: join its group (sudo usermod -aG kvm $USER), log in anew',
  EPERM: 'permission denied: a container needs --device /dev/kvm',
  EBUSY: 'in use by another hypervisor',
  ENODEV: 'the processor has no virtualization, or the firmware has switched it off',
  ENXIO: 'the processor has no virtualization, or the firmware has switched it off',
};

/** @returns its file descriptor. @throws KvmUnavailableError */
export function openKvm(): number {
  const fd = libc().open(KVM_DEVICE, O_RDWR | O_CLOEXEC, 0);
  if (fd >= 0) return fd;
  const { code } = new SystemCallError(`open ${KVM_DEVICE}`, libc().errno());
  throw new KvmUnavailableError(`${KVM_DEVICE}: ${REMEDIES[code] ?? code}`);
}
