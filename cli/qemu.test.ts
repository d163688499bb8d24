import { expect, test } from 'vitest';
import { qemuCommandLine, shellQuote } from './qemu.ts';

test('modules become guest-loader devices, and a comma in a path is doubled', () => {
  const module = (path: string) => ({ path, bytes: new Uint8Array() });
  const line = qemuCommandLine({
    command: 'qemu-system-riscv64',
    kernel: 'hypervisor.elf',
    bios: 'default',
    harts: 2,
    memory: 256 * 2 ** 20,
    modules: [
      { kind: 'kernel', address: 0x8800_0000, file: module('a,b.elf') },
      { kind: 'ramdisk', address: 0x8820_0000, file: module('root.cpio') },
    ],
  });
  expect(line.join(' ')).toBe(
    'qemu-system-riscv64 -M virt -cpu rv64,h=true -smp 2 -m 256M -display none -monitor none -serial stdio -no-reboot ' +
      '-bios default -kernel hypervisor.elf -device guest-loader,addr=0x88000000,kernel=a,,b.elf ' +
      '-device guest-loader,addr=0x88200000,initrd=root.cpio',
  );
});

test('what a shell would not take as it is stands in quotes', () => {
  expect(shellQuote(['qemu', '-m', '256M', 'a b', "it's", '', '$x'])).toBe(`qemu -m 256M 'a b' 'it'\\''s' '' '$x'`);
});
