/** What the device tree says of the board: harts, memory, console, timer and reset devices. */
import {
  fdtFind,
  fdtFindCompatible,
  fdtFindPhandle,
  fdtFirstChild,
  fdtNextSibling,
  fdtNodeNameIs,
  fdtNumber,
  fdtParent,
  fdtProperty,
  fdtRegAddress,
  fdtRegCount,
  fdtRegSize,
  fdtRoot,
  fdtStringIs,
} from '../lib/fdt.ts';
import { initializeConsole } from './console.ts';
import { HART_LIMIT } from './hart.ts';
import { firmwareSize, firmwareStart } from './link-table.ts';

/** The harts as bits by their id. */
export let hartIds: u64 = 0;

/** Registers of the ACLINT (RISC-V ACLINT specification); 0: the board has none. Hart n's are at n times their size. */
export let msip: usize = 0;
export let mtimecmp: usize = 0;
export let mtime: usize = 0;

/** A word that is written to `resetRegister` to turn the board off, to reset it, and to report a failure. */
export let resetRegister: usize = 0;
export let powerOffValue: u32 = 0;
export let rebootValue: u32 = 0;
export let failureValue: u32 = 0;

const FINISHER_PASS: u32 = 0x5555;
const FINISHER_RESET: u32 = 0x7777;
/** Exit code 1 in the upper half. */
const FINISHER_FAIL: u32 = 0x1_3333;

/** Offsets in the SiFive CLINT, which holds what the ACLINT's parts hold apart. */
const CLINT_MTIMECMP: usize = 0x4000;
const CLINT_MTIME: usize = 0xbff8;

/** Start and size of up to 8 ranges of memory; the device tree is the next stage's once that runs. */
const MEMORY_RANGES: i32 = 8;
const memoryRanges: StaticArray<u64> = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** Reads all this from a valid device tree and starts the console. */
export function findPlatform(fdt: usize): void {
  findConsole(fdt);
  findHarts(fdt);
  findMemory(fdt);
  findTimer(fdt);
  findReset(fdt);
}

export function isHart(id: u64): bool {
  return id < HART_LIMIT && ((hartIds >> id) & 1) != 0;
}

/** May S-mode access these bytes: are they memory, and not the firmware's? */
export function isSupervisorMemory(address: u64, size: u64): bool {
  const end = address + size;
  if (end < address || (address < firmwareStart() + firmwareSize() && end > firmwareStart())) return false;
  for (let index = 0; index < MEMORY_RANGES; index++) {
    const start = memoryRanges[2 * index];
    if (address >= start && end - start <= memoryRanges[2 * index + 1]) return true;
  }
  return false;
}

function findConsole(fdt: usize): void {
  const uart = fdtFindCompatible(fdt, 0, 'ns16550a');
  if (uart != 0) initializeConsole(deviceAddress(fdt, uart, 0), fdtNumber(fdt, uart, 'reg-shift', 0));
}

function findHarts(fdt: usize): void {
  const cpus = fdtFind(fdt, '/cpus');
  if (cpus == 0) return;
  for (let cpu = fdtFirstChild(fdt, cpus); cpu != 0; cpu = fdtNextSibling(fdt, cpu)) {
    const id = fdtRegAddress(fdt, cpus, cpu, 0);
    const status = fdtProperty(fdt, cpu, 'status');
    const enabled = status == 0 || fdtStringIs(status, 'okay');
    if (fdtNodeNameIs(cpu, 'cpu') && enabled && id < HART_LIMIT) hartIds |= (<u64>1) << id;
  }
}

function findMemory(fdt: usize): void {
  const root = fdtRoot(fdt);
  let used = 0;
  for (let node = fdtFirstChild(fdt, root); node != 0; node = fdtNextSibling(fdt, node)) {
    if (!fdtNodeNameIs(node, 'memory')) continue;
    const count = fdtRegCount(fdt, root, node);
    for (let pair: u32 = 0; pair < count && used < MEMORY_RANGES; pair++) {
      memoryRanges[2 * used] = fdtRegAddress(fdt, root, node, pair);
      memoryRanges[2 * used + 1] = fdtRegSize(fdt, root, node, pair);
      used++;
    }
  }
}

/** One device each, the harts' registers in the order of their ids. */
function findTimer(fdt: usize): void {
  let clint = fdtFindCompatible(fdt, 0, 'sifive,clint0');
  if (clint == 0) clint = fdtFindCompatible(fdt, 0, 'riscv,clint0');
  if (clint != 0) {
    msip = deviceAddress(fdt, clint, 0);
    mtimecmp = msip + CLINT_MTIMECMP;
    mtime = msip + CLINT_MTIME;
    return;
  }
  const software = fdtFindCompatible(fdt, 0, 'riscv,aclint-mswi');
  if (software != 0) msip = deviceAddress(fdt, software, 0);
  const timer = fdtFindCompatible(fdt, 0, 'riscv,aclint-mtimer');
  if (timer != 0) {
    mtime = deviceAddress(fdt, timer, 0);
    mtimecmp = deviceAddress(fdt, timer, 1);
  }
}

function findReset(fdt: usize): void {
  const finisher = fdtFindCompatible(fdt, 0, 'sifive,test1');
  if (finisher != 0) {
    resetRegister = deviceAddress(fdt, finisher, 0);
    powerOffValue = FINISHER_PASS;
    rebootValue = FINISHER_RESET;
    failureValue = FINISHER_FAIL;
    return;
  }
  const powerOff = fdtFindCompatible(fdt, 0, 'syscon-poweroff');
  const reboot = fdtFindCompatible(fdt, 0, 'syscon-reboot');
  if (powerOff == 0 || reboot == 0) return;
  const syscon = fdtFindPhandle(fdt, fdtNumber(fdt, powerOff, 'regmap', 0));
  if (syscon == 0) return;
  resetRegister = deviceAddress(fdt, syscon, 0) + fdtNumber(fdt, powerOff, 'offset', 0);
  powerOffValue = fdtNumber(fdt, powerOff, 'value', 0);
  rebootValue = fdtNumber(fdt, reboot, 'value', 0);
  failureValue = powerOffValue;
}

/** Start of range `index` of a device. The buses in between are taken to map one to one. */
function deviceAddress(fdt: usize, node: usize, index: u32): usize {
  return <usize>fdtRegAddress(fdt, fdtParent(fdt, node), node, index);
}
