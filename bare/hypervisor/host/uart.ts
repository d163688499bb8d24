/**
 * What is typed at the host's console, from its UART 16550 by interrupt. Output goes through the firmware, which has set the UART up
 * and polls it; it never reads once the hypervisor has taken the receiver.
 */
import { fdtFindCompatible, fdtNumber } from '../../lib/fdt.ts';
import { mmio_read8, mmio_write8 } from '../../rv/intrinsics.ts';
import { typed, wantsInput } from '../console/console-input.ts';
import { deviceAddress, deviceSize, deviceSource, mapDevice } from './device.ts';
import { handleSource } from './interrupts.ts';

const RBR: usize = 0; // received byte
const IER: usize = 1; // interrupts enabled
const LSR: usize = 5; // line status
const IER_RECEIVED: u32 = 1;
const LSR_DATA_READY: u32 = 1;

let base: usize = 0;
let shift: u32 = 0;

/** Takes the receiver of the first UART; false when there is none that can interrupt. */
export function startHostUart(tree: usize): bool {
  const node = fdtFindCompatible(tree, 0, 'ns16550a');
  const source = node ? deviceSource(tree, node) : 0;
  if (!source) return false;
  base = deviceAddress(tree, node);
  shift = fdtNumber(tree, node, 'reg-shift', 0);
  mapDevice(base, deviceSize(tree, node));
  handleSource(source, 0, receive);
  mmio_write8(register(IER), IER_RECEIVED);
  return true;
}

/** Takes what is there, as far as the console has room: the rest waits in the UART, whose interrupt is off meanwhile. */
function receive(_device: usize): void {
  while (wantsInput()) {
    if (!(mmio_read8(register(LSR)) & LSR_DATA_READY)) return;
    typed(<u8>mmio_read8(register(RBR)));
  }
  mmio_write8(register(IER), 0);
}

/** The console has room again. */
export function resumeHostUart(): void {
  if (base) mmio_write8(register(IER), IER_RECEIVED);
}

function register(number: usize): usize {
  return base + (number << shift);
}
