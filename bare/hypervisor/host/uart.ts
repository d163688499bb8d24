/**
 * The UART 16550 of the host's console. What is typed comes from it by interrupt. What is printed goes to it too, once it is found:
 * the firmware, which has set it up, would take a trap into M-mode for each byte. It never reads once the hypervisor has taken the receiver.
 */
import { fdtConsole, fdtFindCompatible, fdtIsCompatible, fdtNumber } from '../../lib/fdt.ts';
import { mmio_read8, mmio_write8, pause } from '../../rv/intrinsics.ts';
import { printBy } from '../console/console.ts';
import { typed, wantsInput } from '../console/console-input.ts';
import { deviceAddress, deviceSize, deviceSource, mapDevice } from './device.ts';
import { handleSource } from './interrupts.ts';

const COMPATIBLE = 'ns16550a';

const RBR: usize = 0; // received byte
const THR: usize = 0; // byte to transmit
const IER: usize = 1; // interrupts enabled
const LSR: usize = 5; // line status
const IER_RECEIVED: u32 = 1;
const LSR_DATA_READY: u32 = 1;
const LSR_TRANSMITTER_READY: u32 = 0x20;

let base: usize = 0;
let shift: u32 = 0;

/** Takes the console's UART; false when the console is something else, or cannot interrupt. */
export function startHostUart(tree: usize): bool {
  const node = findUart(tree);
  const source = node ? deviceSource(tree, node) : 0;
  if (!source) return false;
  base = deviceAddress(tree, node);
  shift = fdtNumber(tree, node, 'reg-shift', 0);
  mapDevice(base, deviceSize(tree, node));
  handleSource(source, 0, receive);
  mmio_write8(register(IER), IER_RECEIVED);
  printBy(transmit);
  return true;
}

/** The console's, or the first one when the tree does not say which device the console is. */
function findUart(tree: usize): usize {
  const console = fdtConsole(tree);
  if (!console) return fdtFindCompatible(tree, 0, COMPATIBLE);
  return fdtIsCompatible(tree, console, COMPATIBLE) ? console : 0;
}

function transmit(byte: u8): void {
  while (!(mmio_read8(register(LSR)) & LSR_TRANSMITTER_READY)) pause();
  mmio_write8(register(THR), byte);
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
