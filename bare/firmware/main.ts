/**
 * The firmware: RISC-V SBI 3.0 in M-mode, between the board and what runs in S-mode. boot.S starts it on every hart, trap.S
 * brings it every trap; `handle_trap` in traps.ts is where to read on.
 */

import { fdtTotalSize, fdtValid } from '../lib/fdt.ts';
import { print, printDecimal, printHex } from '../lib/print.ts';
import { SBI_HSM_STATE_START_PENDING, SBI_HSM_STATE_STOPPED } from '../rv/sbi.ts';
import { console_write_byte } from './console.ts';
import { hasHypervisor, hasSstc, probeFeatures } from './features.ts';
import { probeCounters } from './hardware-counters.ts';
import {
  currentHart,
  HART_LIMIT,
  HART_MEPC,
  HART_MSTATUS,
  HART_SIZE,
  HART_SPARE0,
  HART_SPARE1,
  HART_STACK_TOP,
  HART_TRAP_CAUSE,
  HART_TRAP_EXPECTED,
  HART_TRAP_VALUE,
  HART_X,
  hartById,
} from './hart.ts';
import { setUpHart } from './hart-setup.ts';
import { waitForStart, wake } from './hart-sleep.ts';
import { setState } from './hart-state.ts';
import { firmwareSize, firmwareStart } from './link-table.ts';
import { bootHart, findNextStage, nextAddress } from './next-stage.ts';
import { abort, panic, report_firmware_fault, wasm_trap } from './panic.ts';
import { findPlatform, hartIds, isHart, isSupervisorMemory, msip, mtime } from './platform.ts';
import { RESERVED_MEMORY_GROWTH, reserveMemory } from './reserved-memory.ts';
import { handle_trap } from './traps.ts';

/** What the assembly files and lib/print.ts refer to. */
export {
  abort,
  console_write_byte,
  HART_LIMIT,
  HART_MEPC,
  HART_MSTATUS,
  HART_SIZE,
  HART_SPARE0,
  HART_SPARE1,
  HART_STACK_TOP,
  HART_TRAP_CAUSE,
  HART_TRAP_EXPECTED,
  HART_TRAP_VALUE,
  HART_X,
  handle_trap,
  report_firmware_fault,
  wasm_trap,
};

/** boot.S calls this once, on the first hart: sets up what all share and says which hart begins with the next stage. */
export function boot(id: u64, fdt: usize, dynamicInfo: u64): void {
  for (let each: u64 = 0; each < HART_LIMIT; each++) hartById(each).id = each;
  if (!fdtValid(fdt)) panic('a1 does not point at a device tree');
  findPlatform(fdt);
  if (!isHart(id)) panic('the device tree does not list the hart that boots');
  if (msip == 0 || mtime == 0) panic('the device tree has no CLINT and no ACLINT');
  probeFeatures();
  probeCounters(fdt);
  findNextStage(dynamicInfo, id);
  if (isSupervisorMemory(fdt, fdtTotalSize(fdt) + RESERVED_MEMORY_GROWTH)) {
    reserveMemory(fdt, firmwareStart(), firmwareSize());
  }
  printBanner(fdt);

  for (let each: u64 = 0; each < HART_LIMIT; each++) setState(hartById(each), SBI_HSM_STATE_STOPPED);
  setState(hartById(bootHart), SBI_HSM_STATE_START_PENDING);
  wake(hartById(bootHart), nextAddress, fdt);
}

/** boot.S calls this on every hart. When it returns, trap.S goes on to S-mode. */
export function run_hart(): void {
  const hart = currentHart();
  setUpHart();
  waitForStart(hart);
}

function printBanner(fdt: usize): void {
  print('Typevisor firmware: SBI 3.0, ');
  printDecimal(popcnt<u64>(hartIds));
  print(popcnt<u64>(hartIds) == 1 ? ' hart' : ' harts');
  if (hasHypervisor) print(', H');
  if (hasSstc) print(', Sstc');
  print('; hart ');
  printDecimal(bootHart);
  print(' starts ');
  printHex(nextAddress);
  print(' in S-mode, device tree at ');
  printHex(fdt);
  print('\n');
}
