import { expect, test } from 'vitest';
import * as board from './board.ts';
import { type FdtNode, readFdt, writeFdt } from './fdt.ts';

const OPTIONS = { harts: 2, memory: 0x1000_0000 };

function phandle(root: FdtNode, path: string): number {
  return root.find(path)!.cells('phandle')![0]!;
}

test('survives being flattened', () => {
  const root = board.deviceTree({ ...OPTIONS, bootargs: 'console=ttyS0' });
  expect(readFdt(writeFdt(root)).root).toEqual(root);
});

test('describes RAM, harts and what the harts are wired to', () => {
  const root = board.deviceTree(OPTIONS);
  expect(root.find('memory@80000000')!.cells('reg')).toEqual([0, 0x8000_0000, 0, 0x1000_0000]);
  const intc = [0, 1].map((hart) => phandle(root, `cpus/cpu@${hart}/interrupt-controller`));
  expect(root.find('soc/plic@c000000')!.cells('interrupts-extended')).toEqual([
    intc[0],
    11,
    intc[0],
    9,
    intc[1],
    11,
    intc[1],
    9,
  ]);
  expect(root.find('soc/clint@2000000')!.cells('interrupts-extended')).toEqual([
    intc[0],
    3,
    intc[0],
    7,
    intc[1],
    3,
    intc[1],
    7,
  ]);
  const serial = root.find('soc/serial@10000000')!;
  expect([serial.cells('interrupt-parent'), serial.cells('interrupts')]).toEqual([
    [phandle(root, 'soc/plic@c000000')],
    [10],
  ]);
});

test('gives every phandle once', () => {
  const handles: number[] = [];
  const collect = (node: FdtNode): void => {
    handles.push(...(node.cells('phandle') ?? []));
    node.children.forEach(collect);
  };
  collect(board.deviceTree({ harts: 8, memory: 0x1000_0000 }));
  expect(handles.sort((a, b) => a - b)).toEqual(Array.from({ length: 2 * 8 + 2 }, (_, index) => index + 1));
});

test('/chosen has what was asked for, and nothing else', () => {
  expect([...board.deviceTree(OPTIONS).find('chosen')!.properties.keys()]).toEqual(['stdout-path']);
  const chosen = board
    .deviceTree({
      ...OPTIONS,
      bootargs: 'a b',
      initrd: { address: 0x8420_0000, length: 0xbb8 },
      modules: [
        { kind: 'kernel', address: 0x8400_0000, length: 0x1388, bootargs: 'hello world' },
        { kind: 'ramdisk', address: 0x8500_0000, length: 0xbb8 },
      ],
    })
    .find('chosen')!;
  expect(chosen.strings('bootargs')).toEqual(['a b']);
  expect(chosen.cells('linux,initrd-start')).toEqual([0, 0x8420_0000]);
  expect(chosen.cells('linux,initrd-end')).toEqual([0, 0x8420_0bb8]);
  expect(chosen.children.map((child) => child.name)).toEqual(['module@0x85000000', 'module@0x84000000']);
  const [ramdisk, kernel] = chosen.children;
  expect(ramdisk!.strings('compatible')).toEqual(['multiboot,module', 'multiboot,ramdisk']);
  expect(ramdisk!.properties.has('bootargs')).toBe(false);
  expect(kernel!.strings('compatible')).toEqual(['multiboot,module', 'multiboot,kernel']);
  expect(kernel!.strings('bootargs')).toEqual(['hello world']);
  expect(kernel!.cells('reg')).toEqual([0, 0x8400_0000, 0, 0x1388]);
});

test('numbers the PLIC contexts as the device tree wires them', () => {
  expect([board.plicContext(0, 'M'), board.plicContext(0, 'S'), board.plicContext(3, 'M')]).toEqual([0, 1, 6]);
});
