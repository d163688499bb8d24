/**
 * The stack frame of a function, and which of its blocks have one. From the stack pointer upwards: arguments for what is
 * called, spilled registers, saved registers, the return address.
 */
import {
  CALLEE_SAVED,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  SPILL_SLOT,
  STACK_ARGUMENT,
} from './machine.ts';

const STACK_ALIGNMENT = 16;

export interface Frame {
  /** A multiple of 16; 0 where no block has a frame. */
  readonly size: number;
  /** Callee-saved registers, each with its offset from sp. */
  readonly saved: readonly { readonly register: number; readonly offset: number }[];
  readonly returnAddress: number;
  readonly spillOffset: number;
  /** Where the prologue is; undefined where no block has a frame. */
  readonly start: MachineBlock | undefined;
  readonly has: (block: MachineBlock) => boolean;
}

/** A call that comes back; those that do not are in cold blocks, which make a frame of their own. */
export function isReturningCall(block: MachineBlock, instruction: MachineInstruction): boolean {
  if (instruction.operation !== 'call' && instruction.operation !== 'call.indirect') return false;
  return !(block.cold && instruction === block.instructions[block.instructions.length - 2]);
}

/** After registers are allocated. */
export function planFrame(machine: MachineFunction): Frame {
  const used = new Set<number>();
  let needed = machine.spillSlots > 0 || machine.outgoingBytes > 0;
  for (const block of machine.blocks) {
    for (const instruction of block.instructions) {
      if (isReturningCall(block, instruction)) needed = true;
      for (const register of writtenRegisters(instruction)) used.add(register);
    }
  }
  const callee = CALLEE_SAVED.filter((register) => used.has(register));
  if (!needed && callee.length === 0) {
    return { size: 0, saved: [], returnAddress: 0, spillOffset: 0, start: undefined, has: () => false };
  }
  const spillOffset = machine.outgoingBytes;
  const bytes = spillOffset + 8 * (machine.spillSlots + callee.length + 1);
  const size = Math.ceil(bytes / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  return {
    size,
    saved: callee.map((register, i) => ({ register, offset: size - 16 - 8 * i })),
    returnAddress: size - 8,
    spillOffset,
    start: machine.blocks[0],
    has: () => true,
  };
}

export function* writtenRegisters(instruction: MachineInstruction): Generator<number> {
  if (instruction.destination >= 0) yield instruction.destination;
  for (const { to } of instruction.moves) if (to < STACK_ARGUMENT) yield to;
  for (const { to } of instruction.results) if (to < SPILL_SLOT) yield to;
}
