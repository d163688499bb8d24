/** For tests: small guests, run by the layers of kvm/ on the /dev/kvm of this computer. */

import type { Exit } from '../../kvm/exits.ts';
import { enterRealMode, GuestMemory, type Vcpu, Vm } from '../../kvm/index.ts';

export const CODE = 0x1000;
export const RAM = 0x1_0000;

export interface Flat extends Disposable {
  readonly vm: Vm;
  readonly vcpu: Vcpu;
  readonly memory: GuestMemory;
}

/** 64 KiB of memory with a real-mode program at 0x1000; no devices. */
export function flat(...code: number[]): Flat {
  const vm = new Vm();
  vm.reportEmulationFailures();
  const memory = new GuestMemory([{ address: 0, size: RAM }]);
  memory.write(CODE, Uint8Array.from(code));
  vm.mapMemory(memory);
  const vcpu = vm.createVcpu();
  enterRealMode(vcpu, CODE);
  const dispose = () => {
    vcpu[Symbol.dispose]();
    vm[Symbol.dispose]();
  };
  return { vm, vcpu, memory, [Symbol.dispose]: dispose };
}

/** A copy that outlives the next run. */
export function snapshotOf(exit: Exit): Exit {
  return 'data' in exit && exit.data instanceof Uint8Array ? ({ ...exit, data: exit.data.slice() } as Exit) : exit;
}

/** Runs until the guest halts or fails; all exits. */
export function exitsOf(vcpu: Vcpu): Exit[] {
  const exits: Exit[] = [];
  do exits.push(snapshotOf(vcpu.run()));
  while (exits.at(-1)!.reason === 'IO' || exits.at(-1)!.reason === 'MMIO');
  return exits;
}

// A few instructions of 16-bit code, in bytes.
export const hlt = [0xf4];
export const jumpToItself = [0xeb, 0xfe];
export const nop = [0x90];
export const int3 = [0xcc];
export const incAx = [0x40];
export const movAl = (value: number) => [0xb0, value];
export const movAx = (value: number) => [0xb8, value & 0xff, value >> 8];
export const movDx = (value: number) => [0xba, value & 0xff, value >> 8];
export const movCx = (value: number) => [0xb9, value & 0xff, value >> 8];
export const movSi = (value: number) => [0xbe, value & 0xff, value >> 8];
export const outDxAl = [0xee];
export const outDxAx = [0xef];
export const inAlDx = [0xec];
export const repOutsb = [0xf3, 0x6e];
export const movDsAx = [0x8e, 0xd8];
/** Data at DS:offset. */
export const storeAx = (offset: number) => [0xa3, offset & 0xff, offset >> 8];
export const loadAx = (offset: number) => [0xa1, offset & 0xff, offset >> 8];
/** lidt [offset] */
export const lidt = (offset: number) => [0x0f, 0x01, 0x1e, offset & 0xff, offset >> 8];
/** fstp tbyte [bx+si]: stores 10 bytes, which KVM's emulator does not know. */
export const storeFloat = [0xdb, 0x38];
/** jmp segment:offset */
export const jumpFar = (segment: number, offset: number) => [
  0xea,
  offset & 0xff,
  offset >> 8,
  segment & 0xff,
  segment >> 8,
];
