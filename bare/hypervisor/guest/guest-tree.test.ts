import { beforeAll, expect, test } from 'vitest';
import { type FdtNode, readFdt } from '../../../machine/fdt.ts';
import { type GuestTreeInV8, guestTreeInV8 } from '../../../test/guest-tree.ts';

let trees: GuestTreeInV8;

beforeAll(async () => {
  trees = await guestTreeInV8();
});

const example = {
  memoryStart: 0x8000_0000n,
  memorySize: 0x1_2345_6000n,
  vcpus: 1,
  isa: 'rv64imac_zicsr_svinval',
  timebaseFrequency: 10_000_000,
};

/** Bytes as text, as numbers of 32 bits, or nothing. */
const strings = (node: FdtNode | undefined, name: string) => node?.strings(name);
const cells = (node: FdtNode | undefined, name: string) => node?.cells(name);

test('memory, model and cells', () => {
  const { root } = readFdt(trees.write(example)!);
  expect(root.children.map((node) => node.name)).toEqual(['chosen', 'memory@80000000', 'cpus']);
  expect([cells(root, '#address-cells'), cells(root, '#size-cells')]).toEqual([[2], [2]]);
  expect([strings(root, 'compatible'), strings(root, 'model')]).toEqual([['typevisor,virt'], ['typevisor,virt']]);
  const memory = root.child('memory@80000000');
  expect(strings(memory, 'device_type')).toEqual(['memory']);
  expect(cells(memory, 'reg')).toEqual([0, 0x8000_0000, 1, 0x2345_6000]);
});

test('what to boot with is there when it is given', () => {
  const without = readFdt(trees.write(example)!).root.child('chosen')!;
  expect([...without.properties.keys()]).toEqual([]);
  const boot = { bootargs: 'console=hvc0 quiet', initrdStart: 0x1_8000_0000n, initrdEnd: 0x1_8000_1234n };
  const chosen = readFdt(trees.write({ ...example, ...boot })!).root.child('chosen');
  expect(strings(chosen, 'bootargs')).toEqual(['console=hvc0 quiet']);
  expect(cells(chosen, 'linux,initrd-start')).toEqual([1, 0x8000_0000]);
  expect(cells(chosen, 'linux,initrd-end')).toEqual([1, 0x8000_1234]);
});

test('a seed is there when the host has given one', () => {
  const seed = 'thirty-two bytes that nobody has';
  const chosen = readFdt(trees.write({ ...example, seed })!).root.child('chosen')!;
  expect(Buffer.from(chosen.properties.get('rng-seed')!).toString()).toBe(seed);
});

test.each([1, 2, 8])('%i vCPUs', (vcpus) => {
  const cpus = readFdt(trees.write({ ...example, vcpus, mmuType: 'riscv,sv48' })!).root.child('cpus')!;
  expect([cells(cpus, '#address-cells'), cells(cpus, '#size-cells')]).toEqual([[1], [0]]);
  expect(cells(cpus, 'timebase-frequency')).toEqual([10_000_000]);
  expect(cpus.children.map((node) => node.name)).toEqual(Array.from({ length: vcpus }, (_, hart) => `cpu@${hart}`));
  for (const [hart, cpu] of cpus.children.entries()) {
    expect(cells(cpu, 'reg')).toEqual([hart]);
    const names = ['device_type', 'status', 'compatible', 'riscv,isa', 'riscv,isa-base', 'mmu-type'];
    expect(names.map((name) => strings(cpu, name)?.join())).toEqual([
      'cpu',
      'okay',
      'riscv',
      'rv64imac_zicsr_svinval',
      'rv64i',
      'riscv,sv48',
    ]);
    expect(strings(cpu, 'riscv,isa-extensions')).toEqual(['i', 'm', 'a', 'c', 'zicsr', 'svinval']);
    const controller = cpu.child('interrupt-controller');
    expect(strings(controller, 'compatible')).toEqual(['riscv,cpu-intc']);
    expect([cells(controller, '#address-cells'), cells(controller, '#interrupt-cells')]).toEqual([[0], [1]]);
    expect(controller?.properties.get('interrupt-controller')).toHaveLength(0);
  }
});

test('no mmu-type without the host having one', () => {
  const { root } = readFdt(trees.write(example)!);
  expect(root.find('cpus/cpu@0')?.properties.has('mmu-type')).toBe(false);
});

test('interrupt controller, UART and virtio devices, wired to every vCPU', () => {
  const { root } = readFdt(trees.write({ ...example, vcpus: 2, hasDevices: 1, virtioCount: 2 })!);
  expect(strings(root.child('chosen'), 'stdout-path')).toEqual(['/soc/serial@10000000']);
  const plic = root.find('soc/interrupt-controller@c000000');
  expect(cells(plic, 'reg')).toEqual([0, 0xc00_0000, 0, 0x60_0000]);
  const [first, second] = root
    .child('cpus')!
    .children.map((cpu) => cells(cpu.child('interrupt-controller'), 'phandle'));
  expect(cells(plic, 'interrupts-extended')).toEqual([first![0], 9, second![0], 9]);
  const serial = root.find('soc/serial@10000000');
  expect(strings(serial, 'compatible')).toEqual(['ns16550a']);
  expect([cells(serial, 'interrupt-parent'), cells(serial, 'interrupts')]).toEqual([cells(plic, 'phandle'), [10]]);
  const virtio = root.child('soc')!.children.filter((node) => strings(node, 'compatible')?.[0] === 'virtio,mmio');
  expect(virtio.map((node) => [cells(node, 'reg')![1], cells(node, 'interrupts')])).toEqual([
    [0x1000_1000, [1]],
    [0x1000_2000, [2]],
  ]);
});

test('a buffer that is too small gives nothing', () => {
  const size = trees.write(example)!.length;
  for (const capacity of [80, size - 1]) expect(trees.write(example, capacity)).toBeNull();
  expect(trees.write(example, size)).toHaveLength(size);
});
