/**
 * Typevisor as a library: a machine with guests under the hypervisor, to run, stop and look into.
 *
 *     const machine = await boot({ guests: ['hello.ts'] });
 *     await machine.console.expect('Hello');
 *     console.log(machine.hart(0).pc);
 *
 * `typevisor/machine` is the computer without the hypervisor, `typevisor/toolchain` the compiler, assembler and linker.
 */
export { type BootOptions, boot } from './cli/boot.ts';
export { UserError } from './cli/errors.ts';
export { NodeFolder } from './host/folder.ts';
export { nodeNetwork } from './host/network.ts';
export { Machine, type MachineEvents, type RunOptions, type StopReason } from './machine/index.ts';
