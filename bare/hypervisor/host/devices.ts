/** The devices of the host that the hypervisor drives, found at boot. */
import { VIRTIO_ID_BLOCK, VIRTIO_ID_ENTROPY, VIRTIO_ID_NET } from '../../rv/virtio.ts';
import { expectInterrupts } from '../console/console-input.ts';
import { startHostDisk } from './disk.ts';
import { startHostEntropy } from './entropy.ts';
import { startHostCard } from './net.ts';
import { startHostPlic } from './plic.ts';
import { startHostUart } from './uart.ts';
import { findHostVirtio } from './virtio.ts';

/** The tree is the host's. Without a PLIC the hypervisor drives nothing. */
export function startHostDevices(tree: usize): void {
  if (!startHostPlic(tree)) return;
  if (startHostUart(tree)) expectInterrupts();
  let device = findHostVirtio(tree);
  while (device) {
    if (device.id == VIRTIO_ID_BLOCK) startHostDisk(device);
    else if (device.id == VIRTIO_ID_NET) startHostCard(device);
    else if (device.id == VIRTIO_ID_ENTROPY) startHostEntropy(device);
    device = device.next;
  }
}
