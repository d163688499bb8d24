/**
 * The board: where its parts lie, and the device tree that tells software so. Both as on QEMU's `virt` board.
 *
 *   0x0000_1000  boot ROM          0xf000 bytes, where harts start
 *   0x0010_0000  test finisher     ends the run, resets the machine
 *   0x0010_1000  goldfish RTC      PLIC source 11
 *   0x0200_0000  ACLINT            machine software and timer interrupts
 *   0x0c00_0000  PLIC              95 sources; contexts M and S of each hart, in this order
 *   0x1000_0000  UART 16550A       PLIC source 10
 *   0x1000_1000  virtio-mmio       eight slots of 0x1000 bytes, PLIC sources 1 to 8
 *   0x8000_0000  RAM               up to 3 GiB
 */

import { ACLINT_LENGTH } from '../devices/aclint.ts';
import { VIRTIO_MMIO_LENGTH } from '../devices/virtio/mmio.ts';
import { RAM_BASE } from './core/layout.ts';
import { FdtNode } from './fdt.ts';

export const FINISHER_BASE = 0x10_0000;
export const FINISHER_LENGTH = 0x1000;
export const RTC_BASE = 0x10_1000;
export const RTC_LENGTH = 0x1000;
export const RTC_SOURCE = 11;
export const ACLINT_BASE = 0x200_0000;
export const PLIC_BASE = 0xc00_0000;
export const PLIC_LENGTH = 0x60_0000;
export const PLIC_SOURCES = 95;
export const UART_BASE = 0x1000_0000;
export const UART_LENGTH = 0x100;
export const UART_SOURCE = 10;
export const VIRTIO_BASE = 0x1000_1000;
export const VIRTIO_SLOTS = 8;
/** Of the first slot; the next ones follow. */
export const VIRTIO_SOURCE = 1;

/** Ticks of mtime a second. */
export const TIMEBASE_FREQUENCY = 10_000_000;

/** Bits of `mip` that the board's interrupt wires drive (Priv. 1.13, "Machine Interrupt (mip and mie) Registers"). */
export const MIP_MSI = 3;
export const MIP_MTI = 7;
export const MIP_SEI = 9;
export const MIP_MEI = 11;

/** What a hart implements beyond RV64I, in the order of the ISA string (Unpriv., "ISA Extension Naming Conventions"). */
const SINGLE_LETTER_EXTENSIONS = [...'imafdcbh'];
const MULTI_LETTER_EXTENSIONS = [
  ...['zic64b', 'zicbom', 'zicbop', 'zicboz', 'ziccamoa', 'ziccif', 'zicclsm', 'ziccrse', 'zicntr', 'zicond', 'zicsr'],
  ...['zifencei', 'zihintntl', 'zihintpause', 'zihpm', 'za64rs', 'zaamo', 'zacas', 'zalrsc', 'zawrs'],
  ...[
    'zfa',
    'zfh',
    'zfhmin',
    'zca',
    'zcd',
    'zba',
    'zbb',
    'zbc',
    'zbkb',
    'zbkc',
    'zbkx',
    'zbs',
    'shlcofideleg',
    'smstateen',
    'sscofpmf',
    'ssstateen',
    'sstc',
  ],
  ...['svade', 'svadu', 'svinval', 'svnapot', 'svpbmt'],
];
/** Bytes of a cache block, for the instructions that manage, prefetch and zero blocks. */
const CACHE_BLOCK = 64;

/**
 * Which counters count which events, for an SBI with PMU (OpenSBI's binding `riscv,pmu`): from, to, mask of counters. Cycles (1) and
 * instructions (2) are counted by 3 to 31 and by their own.
 */
const COUNTER_EVENTS = [...[1, 1, 0xfffffff9], ...[2, 2, 0xfffffffc]];

/** PLIC contexts of a hart. */
export function plicContext(hart: number, privilege: 'M' | 'S'): number {
  return 2 * hart + (privilege === 'M' ? 0 : 1);
}

/** A file in RAM that `/chosen` tells the hypervisor about. */
export interface ChosenModule {
  readonly kind: 'kernel' | 'ramdisk';
  /** Physical. */
  readonly address: number;
  /** In bytes. */
  readonly length: number;
  readonly bootargs?: string | undefined;
}

export interface DeviceTreeOptions {
  readonly harts: number;
  /** Bytes of RAM. */
  readonly memory: number;
  readonly bootargs?: string | undefined;
  /** Where the initial RAM disk lies. */
  readonly initrd?: { readonly address: number; readonly length: number } | undefined;
  readonly modules?: readonly ChosenModule[] | undefined;
}

/** Phandles, numbered as QEMU numbers them: harts from the last to the first, then what they are wired to. */
function phandles(harts: number) {
  return {
    cpu: (hart: number) => 2 * (harts - 1 - hart) + 1,
    cpuIntc: (hart: number) => 2 * (harts - 1 - hart) + 2,
    plic: 2 * harts + 1,
    finisher: 2 * harts + 2,
  };
}

type Phandles = ReturnType<typeof phandles>;

/** The device tree that the firmware is given. */
export function deviceTree(options: DeviceTreeOptions): FdtNode {
  const handles = phandles(options.harts);
  const root = new FdtNode();
  root.setCells('#address-cells', 2).setCells('#size-cells', 2);
  root.setStrings('compatible', 'riscv-virtio').setStrings('model', 'riscv-virtio,qemu');
  addSyscon(root, 'poweroff', 0x5555, handles);
  addSyscon(root, 'reboot', 0x7777, handles);
  const memory = root.add(node('memory', RAM_BASE)).setStrings('device_type', 'memory');
  memory.setCells64('reg', RAM_BASE, options.memory);
  root
    .add('pmu')
    .setStrings('compatible', 'riscv,pmu')
    .setCells('riscv,event-to-mhpmcounters', ...COUNTER_EVENTS);
  addCpus(root.add('cpus'), options.harts, handles);
  const serial = `/soc/${node('serial', UART_BASE)}`;
  root.add('aliases').setStrings('serial0', serial);
  addChosen(root.add('chosen').setStrings('stdout-path', serial), options);
  addSoc(root.add('soc'), options.harts, handles);
  return root;
}

function node(name: string, address: number): string {
  return `${name}@${address.toString(16)}`;
}

function addSyscon(root: FdtNode, name: string, value: number, { finisher }: Phandles): void {
  const syscon = root.add(name).setCells('value', value).setCells('offset', 0);
  syscon.setCells('regmap', finisher).setStrings('compatible', `syscon-${name}`);
}

function addCpus(cpus: FdtNode, harts: number, handles: Phandles): void {
  cpus.setCells('#address-cells', 1).setCells('#size-cells', 0);
  cpus.setCells('timebase-frequency', TIMEBASE_FREQUENCY);
  const isa = ['rv64', ...SINGLE_LETTER_EXTENSIONS].join('');
  for (let hart = 0; hart < harts; hart++) {
    const cpu = cpus.add(node('cpu', hart)).setCells('phandle', handles.cpu(hart));
    cpu.setStrings('device_type', 'cpu').setCells('reg', hart).setStrings('status', 'okay');
    cpu.setStrings('compatible', 'riscv');
    for (const kind of ['cbom', 'cbop', 'cboz']) cpu.setCells(`riscv,${kind}-block-size`, CACHE_BLOCK);
    cpu.setStrings('riscv,isa-extensions', ...SINGLE_LETTER_EXTENSIONS, ...MULTI_LETTER_EXTENSIONS);
    cpu.setStrings('riscv,isa-base', 'rv64i');
    cpu.setStrings('riscv,isa', [isa, ...MULTI_LETTER_EXTENSIONS].join('_')).setStrings('mmu-type', 'riscv,sv57');
    const intc = cpu.add('interrupt-controller').setCells('#interrupt-cells', 1).setFlag('interrupt-controller');
    intc.setStrings('compatible', 'riscv,cpu-intc').setCells('phandle', handles.cpuIntc(hart));
  }
  const cluster = cpus.add('cpu-map').add('cluster0');
  for (let hart = 0; hart < harts; hart++) cluster.add(`core${hart}`).setCells('cpu', handles.cpu(hart));
}

function addChosen(chosen: FdtNode, { bootargs, initrd, modules = [] }: DeviceTreeOptions): void {
  if (bootargs !== undefined) chosen.setStrings('bootargs', bootargs);
  if (initrd !== undefined) {
    chosen.setCells64('linux,initrd-start', initrd.address);
    chosen.setCells64('linux,initrd-end', initrd.address + initrd.length);
  }
  // The last one first, as QEMU's guest-loader leaves them.
  for (const module of modules.toReversed()) {
    const child = chosen.add(`module@0x${module.address.toString(16).padStart(8, '0')}`);
    if (module.bootargs !== undefined) child.setStrings('bootargs', module.bootargs);
    child.setStrings('compatible', 'multiboot,module', `multiboot,${module.kind}`);
    child.setCells64('reg', module.address, module.length);
  }
}

function addSoc(soc: FdtNode, harts: number, handles: Phandles): void {
  soc.setCells('#address-cells', 2).setCells('#size-cells', 2);
  soc.setStrings('compatible', 'simple-bus').setFlag('ranges');

  const rtc = addDevice(soc, 'rtc', RTC_BASE, RTC_LENGTH).setStrings('compatible', 'google,goldfish-rtc');
  rtc.setCells('interrupts', RTC_SOURCE).setCells('interrupt-parent', handles.plic);

  const serial = addDevice(soc, 'serial', UART_BASE, UART_LENGTH).setStrings('compatible', 'ns16550a');
  serial.setCells('interrupts', UART_SOURCE).setCells('interrupt-parent', handles.plic);
  serial.setCells('clock-frequency', 3_686_400);

  // Linux numbers its disks in the order of the nodes, so the first slot comes first.
  for (let slot = 0; slot < VIRTIO_SLOTS; slot++) {
    const virtio = addDevice(soc, 'virtio_mmio', VIRTIO_BASE + slot * VIRTIO_MMIO_LENGTH, VIRTIO_MMIO_LENGTH);
    virtio.setStrings('compatible', 'virtio,mmio').setCells('interrupts', VIRTIO_SOURCE + slot);
    virtio.setCells('interrupt-parent', handles.plic);
  }

  const finisher = addDevice(soc, 'test', FINISHER_BASE, FINISHER_LENGTH).setCells('phandle', handles.finisher);
  finisher.setStrings('compatible', 'sifive,test1', 'sifive,test0', 'syscon');

  const plic = addDevice(soc, 'plic', PLIC_BASE, PLIC_LENGTH).setCells('phandle', handles.plic);
  plic.setCells('riscv,ndev', PLIC_SOURCES).setStrings('compatible', 'sifive,plic-1.0.0', 'riscv,plic0');
  plic.setCells('interrupts-extended', ...wires(harts, handles, [MIP_MEI, MIP_SEI]));
  plic.setFlag('interrupt-controller').setCells('#address-cells', 0).setCells('#interrupt-cells', 1);

  const clint = addDevice(soc, 'clint', ACLINT_BASE, ACLINT_LENGTH);
  clint.setCells('interrupts-extended', ...wires(harts, handles, [MIP_MSI, MIP_MTI]));
  clint.setStrings('compatible', 'sifive,clint0', 'riscv,clint0');
}

function addDevice(soc: FdtNode, name: string, base: number, length: number): FdtNode {
  return soc.add(node(name, base)).setCells64('reg', base, length);
}

/** `interrupts-extended`: for each hart its interrupt controller and each of these bits of its `mip`. */
function wires(harts: number, handles: Phandles, bits: readonly number[]): number[] {
  return Array.from({ length: harts }, (_, hart) => bits.flatMap((bit) => [handles.cpuIntc(hart), bit])).flat();
}
