import { expect, test } from 'vitest';
import { makeInitramfs } from './initramfs.ts';
import { readModuleInfo } from './module-info.ts';

/** An ELF file with nothing in it but a section .modinfo. */
function kernelModule(...lines: string[]): Uint8Array {
  const info = Buffer.from(lines.map((line) => `${line}\0`).join(''));
  const names = Buffer.from('\0.shstrtab\0.modinfo\0');
  const [HEADER, SECTION] = [64, 64];
  const file = Buffer.alloc(HEADER + 3 * SECTION + names.length + info.length);
  const section = (index: number, name: number, offset: number, length: number) => {
    const at = HEADER + index * SECTION;
    file.writeUInt32LE(name, at);
    file.writeBigUInt64LE(BigInt(offset), at + 24);
    file.writeBigUInt64LE(BigInt(length), at + 32);
  };
  file.writeBigUInt64LE(BigInt(HEADER), 40);
  for (const [offset, value] of [
    [58, SECTION],
    [60, 3],
    [62, 1],
  ] as const)
    file.writeUInt16LE(value, offset);
  const [namesAt, infoAt] = [HEADER + 3 * SECTION, HEADER + 3 * SECTION + names.length];
  section(1, 1, namesAt, names.length);
  section(2, 11, infoAt, info.length);
  names.copy(file, namesAt);
  info.copy(file, infoAt);
  return file;
}

const ext4 = kernelModule('alias=fs-ext4', 'license=GPL', 'depends=jbd2,crc16', 'name=ext4', 'alias=ext3');
const jbd2 = kernelModule('depends=crc32c,crc16', 'name=jbd2');
const crc16 = kernelModule('depends=', 'name=crc16');

test('a module tells its name, what it needs and what asks for it', () => {
  expect(readModuleInfo(ext4)).toEqual({ name: 'ext4', depends: ['jbd2', 'crc16'], aliases: ['fs-ext4', 'ext3'] });
  expect(readModuleInfo(crc16)).toEqual({ name: 'crc16', depends: [], aliases: [] });
  expect(() => readModuleInfo(kernelModule())).toThrow('does not tell its name');
});

test('the initramfs has the modules as modprobe finds them, without what is built into the kernel', () => {
  const archive = makeInitramfs({ busybox: Buffer.from('BUSYBOX'), release: '6.1', modules: [ext4, jbd2, crc16] });
  const text = Buffer.from(archive).toString('latin1');
  expect(text).toContain('lib/modules/6.1/ext4.ko\0');
  expect(text).toContain('ext4.ko: jbd2.ko crc16.ko\njbd2.ko: crc16.ko\ncrc16.ko:\n');
  expect(text).toContain('alias fs-ext4 ext4\nalias ext3 ext4\n');
  expect(text).toContain('bin/busybox\0\0\0BUSYBOX');
});
