/** /dev/kvm itself: what this computer's KVM can do. */
import { capabilities, ioctls, KVM_API_VERSION } from './api.ts';
import { Handle } from './handle.ts';
import { KvmUnavailableError, libc, O_CLOEXEC, O_RDWR, SystemCallError } from './syscall.ts';

const DEVICE = '/dev/kvm';

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

export class Kvm extends Handle {
  /**
   * @param fd of /dev/kvm, when someone else has opened it
   * @throws KvmUnavailableError where there is no usable KVM
   */
  constructor(fd?: number) {
    super(fd ?? openDevice(), DEVICE);
    const version = this.call('KVM_GET_API_VERSION', ioctls.KVM_GET_API_VERSION);
    if (version !== KVM_API_VERSION) {
      throw new KvmUnavailableError(`${DEVICE}: version ${version} of the KVM API; ${KVM_API_VERSION} is needed`);
    }
  }

  /** 0 for no; some capabilities have more to say than 1. `capability` is a KVM_CAP_*. */
  checkExtension(capability: number): number {
    return this.call('KVM_CHECK_EXTENSION', ioctls.KVM_CHECK_EXTENSION, capability);
  }

  get mostVcpus(): number {
    return this.checkExtension(capabilities.KVM_CAP_MAX_VCPUS);
  }

  /** Bytes of the mapping that each vCPU has. */
  get vcpuMappingSize(): number {
    return this.call('KVM_GET_VCPU_MMAP_SIZE', ioctls.KVM_GET_VCPU_MMAP_SIZE);
  }

  /** The file descriptor of a new virtual machine. */
  createVm(): number {
    return this.call('KVM_CREATE_VM', ioctls.KVM_CREATE_VM);
  }
}

function openDevice(): number {
  const fd = libc().open(DEVICE, O_RDWR | O_CLOEXEC, 0);
  if (fd >= 0) return fd;
  const { code } = new SystemCallError(`open ${DEVICE}`, libc().errno());
  throw new KvmUnavailableError(`${DEVICE}: ${REMEDIES[code] ?? code}`);
}
