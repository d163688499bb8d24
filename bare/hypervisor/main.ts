/** The type-1 hypervisor: boots in HS-mode, finds its guests, and runs them until the last has ended. */

import { fdtFind, fdtProperty, fdtValid } from '../lib/fdt.ts';
import { print, printDecimal } from '../lib/print.ts';
import { beginMessage, console_write_byte, endMessage, message, printSize } from './console/console.ts';
import { prefixGuestLines } from './console/guest-console.ts';
import { delegateToGuests, handle_exit } from './exit.ts';
import { createGuest } from './guest/create-guest.ts';
import { GUEST_REFUSED, Guest, printName } from './guest/guest.ts';
import { GuestConfiguration, readGuestConfigurations } from './guest/guest-configuration.ts';
import { addGuest, beginGuests } from './guest/guest-life.ts';
import { configurationTree } from './guest/modules.ts';
import {
  addHart,
  HART_FAULT_ADDRESS,
  HART_FAULT_CAUSE,
  HART_FAULT_EXPECTED,
  HART_FAULT_GUEST_ADDRESS,
  HART_FRAME,
  HART_ID,
  HART_SIZE,
  HART_STACK_TOP,
  hartCount,
} from './harts/hart.ts';
import { startHarts, UNKNOWN_HART } from './harts/start-harts.ts';
import { startHostDevices } from './host/devices.ts';
import { probeHostCounters } from './host/host-counters.ts';
import { probeFirmware, probeHostTimer } from './host/host-sbi.ts';
import { eachTouchable, hostMemorySize, readMachine } from './host/machine.ts';
import { lastArgument } from './host/uboot-go.ts';
import { HART_LIMIT } from './limits.ts';
import { gStageName, probeGStage } from './memory/gstage.ts';
import { enableHostPageTable, initializeHostPageTable, mapHostMemory } from './memory/hs-page-table.ts';
import { abort, panic_trap, wasm_trap } from './report/panic.ts';
import { printExits, recordExits, trace_ring } from './report/trace.ts';
import { probeGuestTimer } from './vcpu/guest-timer.ts';
import { firstVcpu, initializeScheduler } from './vcpu/scheduler.ts';
import { VCPU_HART, VCPU_HSTATUS, VCPU_SEPC, VCPU_SSTATUS, VCPU_X, Vcpu } from './vcpu/vcpu.ts';

// What boot.S, trap.S and the compiler's own calls need by name.
export {
  abort,
  console_write_byte,
  HART_FAULT_ADDRESS,
  HART_FAULT_CAUSE,
  HART_FAULT_EXPECTED,
  HART_FAULT_GUEST_ADDRESS,
  HART_FRAME,
  HART_ID,
  HART_LIMIT,
  HART_SIZE,
  HART_STACK_TOP,
  handle_exit,
  panic_trap,
  trace_ring,
  VCPU_HART,
  VCPU_HSTATUS,
  VCPU_SEPC,
  VCPU_SSTATUS,
  VCPU_X,
  wasm_trap,
};

/** boot.S calls this on the hart that boots, with what the firmware gave it, and enters the vCPU that comes back. */
export function main(hartId: u64, deviceTree: usize): Vcpu {
  probeFirmware();
  if (!fdtValid(deviceTree)) {
    deviceTree = lastArgument(hartId, deviceTree);
    hartId = UNKNOWN_HART; // U-Boot does not tell.
  }
  const hart = addHart(hartId);
  readMachine(deviceTree);
  initializeHostPageTable();
  eachTouchable(mapHostMemory);
  enableHostPageTable();
  probeGStage();
  probeGuestTimer(hart);
  probeHostTimer(hart);
  delegateToGuests();
  probeHostCounters(hart);
  initializeScheduler();
  startHarts();

  beginMessage();
  printDecimal(hartCount());
  print(hartCount() == 1 ? ' hart, ' : ' harts, ');
  printSize(hostMemorySize());
  print(' of memory, ');
  print(gStageName());
  endMessage();

  const guests = readGuestConfigurations(deviceTree);
  startHostDevices(deviceTree);
  createGuests(guests);
  beginGuests();
  return firstVcpu();
}

/** boot.S calls this on every other hart, with its stack and `tp`. */
export function run_hart(): Vcpu {
  enableHostPageTable();
  delegateToGuests();
  return firstVcpu();
}

function createGuests(first: GuestConfiguration | null): void {
  if (!first) message('no guest: load one as a multiboot,kernel module, or build one in');
  else if (first.next) prefixGuestLines();
  const tree = configurationTree();
  const guests = tree ? fdtFind(tree, '/guests') : 0;
  if (guests && fdtProperty(tree, guests, 'trace')) printExits();
  if (guests && fdtProperty(tree, guests, 'record')) recordExits();
  let number: u64 = 1;
  let configuration = first;
  while (configuration) {
    const guest = createGuest(configuration, number++);
    if (guest.state != GUEST_REFUSED) greet(guest);
    addGuest(guest);
    configuration = configuration.next;
  }
}

function greet(guest: Guest): void {
  beginMessage();
  print('guest ');
  printName(guest);
  print(': ');
  printSize(guest.memorySize);
  print(' of memory');
  if (guest.vcpuCount > 1) {
    print(', ');
    printDecimal(guest.vcpuCount);
    print(' vCPUs');
  }
  endMessage();
}
