/** The type-1 hypervisor: boots in HS-mode, finds its guests, and runs them until the last has ended. */

import { fdtFind, fdtProperty, fdtValid } from '../lib/fdt.ts';
import { print, printDecimal } from '../lib/print.ts';
import { beginMessage, console_write_byte, endMessage, message, printSize } from './console.ts';
import { createGuest } from './create-guest.ts';
import { finish } from './end.ts';
import { delegateToGuests, handle_exit } from './exit.ts';
import { gStageName, probeGStage } from './gstage.ts';
import { Guest, printName } from './guest.ts';
import { prefixGuestLines } from './guest-console.ts';
import { probeGuestTimer } from './guest-timer.ts';
import {
  bootHart,
  HART_FAULT_ADDRESS,
  HART_FAULT_CAUSE,
  HART_FAULT_EXPECTED,
  HART_FAULT_GUEST_ADDRESS,
  HART_FRAME,
  HART_SIZE,
  HART_STACK_TOP,
  initializeBootHart,
} from './hart.ts';
import { startHostDevices } from './host/devices.ts';
import { probeFirmware } from './host-sbi.ts';
import { enableHostPageTable, initializeHostPageTable, mapHostMemory } from './hs-page-table.ts';
import { eachTouchable, hostMemorySize, readMachine } from './machine.ts';
import { configurationTree, GuestConfiguration, readGuestConfigurations } from './modules.ts';
import { abort, panic_trap, wasm_trap } from './panic.ts';
import { enqueue, isIdle, nextVcpu } from './scheduler.ts';
import { startTracing } from './trace.ts';
import { lastArgument } from './uboot-go.ts';
import { VCPU_HART, VCPU_HSTATUS, VCPU_SEPC, VCPU_SSTATUS, VCPU_X, Vcpu } from './vcpu.ts';

// What boot.S, trap.S and the compiler's own calls need by name.
export {
  abort,
  console_write_byte,
  HART_FAULT_ADDRESS,
  HART_FAULT_CAUSE,
  HART_FAULT_EXPECTED,
  HART_FAULT_GUEST_ADDRESS,
  HART_FRAME,
  HART_SIZE,
  HART_STACK_TOP,
  handle_exit,
  panic_trap,
  VCPU_HART,
  VCPU_HSTATUS,
  VCPU_SEPC,
  VCPU_SSTATUS,
  VCPU_X,
  wasm_trap,
};

declare function enter_guest(vcpu: Vcpu): void;

/** boot.S calls this on the hart that boots, with what the firmware gave it. */
export function main(hartId: u64, deviceTree: usize): void {
  probeFirmware();
  if (!fdtValid(deviceTree)) {
    deviceTree = lastArgument(hartId, deviceTree);
    hartId = 0; // U-Boot does not tell; only the greeting does.
  }
  initializeBootHart(hartId);
  readMachine(deviceTree);
  initializeHostPageTable();
  eachTouchable(mapHostMemory);
  enableHostPageTable();
  probeGStage();
  probeGuestTimer(bootHart());
  delegateToGuests();

  beginMessage();
  print('hart ');
  printDecimal(hartId);
  print(', ');
  printSize(hostMemorySize());
  print(' of memory, ');
  print(gStageName());
  endMessage();

  startHostDevices(deviceTree, hartId);
  createGuests(readGuestConfigurations(deviceTree));
  if (isIdle()) finish();
  else enter_guest(nextVcpu());
}

function createGuests(first: GuestConfiguration | null): void {
  if (!first) message('no guest: load one as a multiboot,kernel module, or build one in');
  else if (first.next) prefixGuestLines();
  const tree = configurationTree();
  if (tree && fdtProperty(tree, fdtFind(tree, '/guests'), 'trace')) startTracing();
  let number: u64 = 1;
  let configuration = first;
  while (configuration) {
    const guest = createGuest(configuration, number++);
    if (guest) start(guest);
    configuration = configuration.next;
  }
}

function start(guest: Guest): void {
  enqueue(guest.vcpu);
  beginMessage();
  print('guest ');
  printName(guest);
  print(': ');
  printSize(guest.memorySize);
  print(' of memory');
  endMessage();
}
