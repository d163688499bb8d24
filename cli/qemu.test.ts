import { expect, test } from 'vitest';
import { parseUplink } from './networks.ts';
import { qemuCommandLine, shellQuote } from './qemu.ts';

test('modules become guest-loader devices, drives and network virtio devices, and a comma in a path is doubled', () => {
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
    drives: [
      { path: 'c,d.img', readOnly: false, overlay: false },
      { path: 'e.img', readOnly: true, overlay: false },
      { path: 'f.img', readOnly: false, overlay: true },
    ],
    uplinks: [parseUplink('user,hostfwd=tcp::2222-:22')!, parseUplink('user,restrict')!],
  });
  expect(line.join(' ')).toBe(
    'qemu-system-riscv64 -M virt -cpu rv64,h=true -smp 2 -m 256M -display none -monitor none -serial stdio -no-reboot ' +
      '-bios default -kernel hypervisor.elf -global virtio-mmio.force-legacy=false -device virtio-rng-device ' +
      '-drive file=c,,d.img,if=none,format=raw,id=drive0 -device virtio-blk-device,drive=drive0,bus=virtio-mmio-bus.0 ' +
      '-drive file=e.img,if=none,format=raw,id=drive1,readonly=on ' +
      '-device virtio-blk-device,drive=drive1,bus=virtio-mmio-bus.1 ' +
      '-drive file=f.img,if=none,format=raw,id=drive2,snapshot=on ' +
      '-device virtio-blk-device,drive=drive2,bus=virtio-mmio-bus.2 ' +
      '-netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-10.0.2.15:22 ' +
      '-device virtio-net-device,netdev=net0,bus=virtio-mmio-bus.3 ' +
      '-netdev user,id=net1,restrict=on -device virtio-net-device,netdev=net1,bus=virtio-mmio-bus.4 ' +
      '-device guest-loader,addr=0x88000000,kernel=a,,b.elf ' +
      '-device guest-loader,addr=0x88200000,initrd=root.cpio',
  );
});

test('what a shell would not take as it is stands in quotes', () => {
  expect(shellQuote(['qemu', '-m', '256M', 'a b', "it's", '', '$x'])).toBe(`qemu -m 256M 'a b' 'it'\\''s' '' '$x'`);
});
