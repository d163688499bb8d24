/** Console device (virtio 1.2, 5.3): one port, the guest's console. */
import { VIRTIO_ID_CONSOLE } from '../../rv/virtio.ts';
import { takeInput } from '../console/console-input.ts';
import { CONSOLE_VIRTIO, GuestConsole, hasInput, printsBy, putGuestByte } from '../console/guest-console.ts';
import { Guest } from '../guest/guest.ts';
import { allocate, free } from '../memory/heap.ts';
import { leaveUnfinished } from '../mmio/unfinished.ts';
import { Chain, createChain, freeChain, readChain, writeChain } from './chain.ts';
import { createVirtioDevice, freeVirtioDevice, queueAt, VirtioDevice } from './device.ts';
import { popChain, pushUsed, signal, unpopChain } from './queue.ts';

const QUEUE_SIZE: u32 = 64;
const RECEIVE: u32 = 0;
const TRANSMIT: u32 = 1;
/** Bytes after which the driver's store is interrupted, so that no guest keeps the hart by printing. */
const BUDGET: u64 = 1024;

const bytes = memory.data(1024, 8);

class ConsolePort {
  console: GuestConsole;
  chain: Chain;
  /** Of a buffer that is being printed, the bytes that are. */
  printed: u64;
}

export function createConsoleDevice(guest: Guest): VirtioDevice {
  const device = createVirtioDevice(guest, VIRTIO_ID_CONSOLE, 0, 2, QUEUE_SIZE, 0);
  const port = changetype<ConsolePort>(allocate(offsetof<ConsolePort>()));
  port.console = guest.console;
  port.chain = createChain(guest);
  device.model = changetype<usize>(port);
  device.notify = notify;
  device.reset = reset;
  return device;
}

export function freeConsoleDevice(device: VirtioDevice): void {
  const port = changetype<ConsolePort>(device.model);
  freeChain(port.chain);
  free(changetype<usize>(port), offsetof<ConsolePort>());
  freeVirtioDevice(device);
}

function reset(device: VirtioDevice): void {
  changetype<ConsolePort>(device.model).printed = 0;
}

function notify(device: VirtioDevice, index: u32): void {
  if (index == TRANSMIT) transmit(device);
  else receiveInput(device);
}

/** A buffer that is longer than the budget stays available until the last of it is printed. */
function transmit(device: VirtioDevice): void {
  const port = changetype<ConsolePort>(device.model);
  const queue = queueAt(device, TRANSMIT);
  const chain = port.chain;
  let budget = BUDGET;
  printsBy(port.console, CONSOLE_VIRTIO);
  while (budget && popChain(queue, chain)) {
    const size = readChain(chain, port.printed, bytes, budget);
    for (let index: usize = 0; index < <usize>size; index++) putGuestByte(port.console, load<u8>(bytes + index));
    budget -= size;
    port.printed += size;
    if (port.printed < chain.readable) {
      unpopChain(queue, chain);
    } else {
      port.printed = 0;
      pushUsed(queue, chain, 0);
      // An empty buffer counts too: there may be any number of them.
      if (budget) budget--;
    }
  }
  if (!budget) leaveUnfinished();
  signal(queue);
}

/** Puts what was typed into the buffers that the driver has for it. */
export function receiveInput(device: VirtioDevice): void {
  const port = changetype<ConsolePort>(device.model);
  const queue = queueAt(device, RECEIVE);
  const chain = port.chain;
  while (hasInput(port.console, CONSOLE_VIRTIO) && popChain(queue, chain)) {
    let size: u64 = 0;
    while (size < chain.writable && hasInput(port.console, CONSOLE_VIRTIO)) {
      store<u8>(bytes, <u8>takeInput(port.console));
      writeChain(chain, size++, bytes, 1);
    }
    pushUsed(queue, chain, <u32>size);
  }
  signal(queue);
}
