/**
 * The device tree of a guest: memory, harts and what to boot with (Devicetree Specification 0.4, "Device Node Requirements"; the
 * kernel's bindings riscv/cpus, riscv/extensions, interrupt-controller/riscv,cpu-intc and sifive,plic-1.0.0, serial/8250).
 */
import { beginFdt, FdtWriter } from '../../lib/fdt-writer.ts';
import {
  PLIC_BASE,
  PLIC_SIZE,
  PLIC_SOURCES,
  UART_BASE,
  UART_SIZE,
  UART_SOURCE,
  VIRTIO_BASE,
  VIRTIO_SIZE,
  VIRTIO_SOURCE,
} from './guest-board.ts';
import { isaExtensionLength, isaExtensions, isaNextExtension } from './guest-isa.ts';

export class GuestTree {
  /** Guest physical, and bytes. */
  memoryStart: u64;
  memorySize: u64;
  /** Guest physical, of a ramdisk; `initrdEnd` is the byte after it, 0 for none. */
  initrdStart: u64;
  initrdEnd: u64;
  /** The kernel's command line, NUL-terminated, or 0. */
  bootargs: usize;
  /** SEED_SIZE random bytes that only this guest gets, or 0: without them a kernel waits until it has gathered its own. */
  seed: usize;
  /** As `guestIsa` wrote it, NUL-terminated. */
  isa: usize;
  /** The host's `mmu-type` (`riscv,sv48`), NUL-terminated, or 0: vsatp has the modes of satp. */
  mmuType: usize;
  /** Ticks of `time` a second. */
  timebaseFrequency: u32;
  vcpus: u32;
  /** Not 0 for a guest with the devices of guest-devices.ts; without them the console is that of the SBI. */
  hasDevices: u32;
  /** Of virtio devices, in the slots from 0 on. */
  virtioCount: u32;
}

/** In bytes: all that a random number generator of 256 bits can use. */
export const SEED_SIZE: usize = 32;
/** IRQ of a hart's controller by which the PLIC interrupts the supervisor: riscv,cpu-intc. */
const SUPERVISOR_EXTERNAL: u32 = 9;
/** Of the UART's divisor, as on QEMU's virt board. */
const UART_CLOCK: u32 = 3_686_400;

/** Phandle of a hart's interrupt controller. */
function hartController(hart: u32): u32 {
  return 1 + hart;
}

function plicPhandle(tree: GuestTree): u32 {
  return 1 + tree.vcpus;
}

/**
 * Writes the tree into `capacity` bytes at a multiple of 8 and returns its size, or 0 when it does not fit. About 1 KiB, and 0.5 KiB for
 * each vCPU; never outside of the buffer.
 */
export function writeGuestTree(tree: GuestTree, buffer: usize, capacity: usize): u32 {
  const writer = beginFdt(buffer, capacity);
  writer.beginNode('');
  writer.propertyU32('#address-cells', 2);
  writer.propertyU32('#size-cells', 2);
  writer.propertyString('compatible', 'typevisor,virt');
  writer.propertyString('model', 'typevisor,virt');
  writeChosen(writer, tree);
  writeMemory(writer, tree);
  writeCpus(writer, tree);
  if (tree.hasDevices) writeDevices(writer, tree);
  writer.endNode();
  return writer.finish();
}

function writeChosen(writer: FdtWriter, tree: GuestTree): void {
  writer.beginNode('chosen');
  if (tree.hasDevices) writer.propertyString('stdout-path', '/soc/serial@10000000');
  if (tree.bootargs != 0) writer.propertyCString('bootargs', tree.bootargs);
  if (tree.initrdEnd != 0) {
    writer.propertyU64('linux,initrd-start', tree.initrdStart);
    writer.propertyU64('linux,initrd-end', tree.initrdEnd);
  }
  if (tree.seed != 0) writer.propertyBytes('rng-seed', tree.seed, SEED_SIZE);
  writer.endNode();
}

function writeMemory(writer: FdtWriter, tree: GuestTree): void {
  writer.beginNodeAt('memory', tree.memoryStart);
  writer.propertyString('device_type', 'memory');
  writer.beginProperty('reg');
  writer.cells64(tree.memoryStart);
  writer.cells64(tree.memorySize);
  writer.endProperty();
  writer.endNode();
}

function writeCpus(writer: FdtWriter, tree: GuestTree): void {
  writer.beginNode('cpus');
  writer.propertyU32('#address-cells', 1);
  writer.propertyU32('#size-cells', 0);
  writer.propertyU32('timebase-frequency', tree.timebaseFrequency);
  for (let hart: u32 = 0; hart < tree.vcpus; hart++) writeCpu(writer, tree, hart);
  writer.endNode();
}

function writeCpu(writer: FdtWriter, tree: GuestTree, hart: u32): void {
  writer.beginNodeAt('cpu', hart);
  writer.propertyString('device_type', 'cpu');
  writer.propertyU32('reg', hart);
  writer.propertyString('status', 'okay');
  writer.propertyString('compatible', 'riscv');
  writer.propertyCString('riscv,isa', tree.isa);
  writer.propertyString('riscv,isa-base', 'rv64i');
  writer.beginProperty('riscv,isa-extensions');
  for (let at = isaExtensions(tree.isa); load<u8>(at) != 0; at = isaNextExtension(at)) {
    const length = isaExtensionLength(at);
    if (length == 0) continue;
    writer.bytes(at, length);
    writer.byte(0);
  }
  writer.endProperty();
  if (tree.mmuType != 0) writer.propertyCString('mmu-type', tree.mmuType);
  writer.beginNode('interrupt-controller');
  // No children: an address plays no part in its interrupts (section "Interrupt Controllers").
  writer.propertyU32('#address-cells', 0);
  writer.propertyU32('#interrupt-cells', 1);
  writer.propertyEmpty('interrupt-controller');
  writer.propertyString('compatible', 'riscv,cpu-intc');
  writer.propertyU32('phandle', hartController(hart));
  writer.endNode();
  writer.endNode();
}

function writeDevices(writer: FdtWriter, tree: GuestTree): void {
  writer.beginNode('soc');
  writer.propertyU32('#address-cells', 2);
  writer.propertyU32('#size-cells', 2);
  writer.propertyString('compatible', 'simple-bus');
  writer.propertyEmpty('ranges');
  writePlic(writer, tree);
  beginDevice(writer, tree, 'serial', UART_BASE, UART_SIZE, UART_SOURCE);
  writer.propertyString('compatible', 'ns16550a');
  writer.propertyU32('clock-frequency', UART_CLOCK);
  writer.endNode();
  for (let slot: u32 = 0; slot < tree.virtioCount; slot++) {
    beginDevice(writer, tree, 'virtio_mmio', VIRTIO_BASE + slot * VIRTIO_SIZE, VIRTIO_SIZE, VIRTIO_SOURCE + slot);
    writer.propertyString('compatible', 'virtio,mmio');
    writer.endNode();
  }
  writer.endNode();
}

function writePlic(writer: FdtWriter, tree: GuestTree): void {
  writer.beginNodeAt('interrupt-controller', PLIC_BASE);
  writeReg(writer, PLIC_BASE, PLIC_SIZE);
  writer.beginProperty('compatible');
  writer.string('sifive,plic-1.0.0');
  writer.string('riscv,plic0');
  writer.endProperty();
  writer.propertyU32('phandle', plicPhandle(tree));
  writer.propertyU32('riscv,ndev', PLIC_SOURCES);
  writer.propertyU32('#address-cells', 0);
  writer.propertyU32('#interrupt-cells', 1);
  writer.propertyEmpty('interrupt-controller');
  writer.beginProperty('interrupts-extended');
  for (let hart: u32 = 0; hart < tree.vcpus; hart++) {
    writer.cell(hartController(hart));
    writer.cell(SUPERVISOR_EXTERNAL);
  }
  writer.endProperty();
  writer.endNode();
}

/** Begins the node of a device whose interrupt comes by the PLIC. */
function beginDevice(writer: FdtWriter, tree: GuestTree, name: string, base: u64, size: u64, source: u32): void {
  writer.beginNodeAt(name, base);
  writeReg(writer, base, size);
  writer.propertyU32('interrupt-parent', plicPhandle(tree));
  writer.propertyU32('interrupts', source);
}

function writeReg(writer: FdtWriter, base: u64, size: u64): void {
  writer.beginProperty('reg');
  writer.cells64(base);
  writer.cells64(size);
  writer.endProperty();
}
