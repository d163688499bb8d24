/** /dev/kvm itself: what this computer's KVM can do. */
import { capabilities, ioctls, KVM_API_VERSION } from './api.ts';
import { Handle } from './handle.ts';
import { KVM_DEVICE, openKvm } from './open.ts';
import { KvmUnavailableError } from './syscall.ts';

export class Kvm extends Handle {
  /**
   * @param fd of /dev/kvm, when someone else has opened it
   * @throws KvmUnavailableError where there is no usable KVM
   */
  constructor(fd?: number) {
    super(fd ?? openKvm(), KVM_DEVICE);
    const version = this.call('KVM_GET_API_VERSION', ioctls.KVM_GET_API_VERSION);
    if (version !== KVM_API_VERSION) {
      throw new KvmUnavailableError(`${KVM_DEVICE}: version ${version} of the KVM API; ${KVM_API_VERSION} is needed`);
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
