import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addRunOptions } from './command-line.ts';
import { readRunArguments } from './run-arguments.ts';

/** What the command itself does with them. */
function byCommander(args: readonly string[]) {
  const command = addRunOptions(new Command('run').argument('[guest...]'));
  command.parse([...args], { from: 'user' });
  return { guests: command.args, options: command.opts() };
}

test.each([
  [],
  ['vmlinuz', '--initrd', 'initrd.img', '--memory', '256M', '--append', 'console=ttyS0 quiet'],
  ['--on', 'kvm', '--raw', 'boot.bin', '--at', '0x7c00', '--mode', 'real'],
  ['a', '--drive', 'one', '--drive', 'two,readonly', 'b'],
  ['vmlinuz', '--net', 'user,hostfwd=tcp::2222-:22', '--vcpus', '2'],
  ['--quiet', 'vmlinuz', '--trace', 'exits.json'],
  ['vmlinuz', '--gdb', '1234', '--gdb-wait'],
  ['vmlinuz', '--no-confine', '--host-memory', '1G', '--timeout', '1'],
  ['--memory', '64M', '--memory=128M', ''],
  ['--', '--vmlinuz'],
  ['-'],
])('plain arguments are read as commander reads them: %j', (...args: string[]) => {
  expect(readRunArguments(args)).toEqual(byCommander(args));
});

test.each([
  ['--help'],
  ['-h'],
  ['vmlinuz', '--memory'],
  ['vmlinuz', '--timeout', '-1'],
  ['vmlinuz', '--net'],
  ['--net', '--quiet', 'vmlinuz'],
  ['vmlinuz', '--quiet=no'],
  ['vmlinuz', '--confine'],
  ['--no-such-option'],
])('others are left to it: %j', (...args: string[]) => {
  expect(readRunArguments(args)).toBeUndefined();
});
