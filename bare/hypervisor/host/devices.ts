/** The devices of the host that the hypervisor drives, found at boot. */
import { expectInterrupts } from '../console-input.ts';
import { startHostPlic } from './plic.ts';
import { startHostUart } from './uart.ts';

/** The tree is the host's, the hart the one that boots, which gets all interrupts. Without a PLIC the hypervisor drives nothing. */
export function startHostDevices(tree: usize, hartId: u64): void {
  if (!startHostPlic(tree, hartId)) return;
  if (startHostUart(tree)) expectInterrupts();
}
