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
import { findRegion, isReturningCall } from './region.ts';

const STACK_ALIGNMENT = 16;

export interface Frame {
  /** A multiple of 16. */
  readonly size: number;
  /** Callee-saved registers, each with its offset from sp. */
  readonly saved: readonly { readonly register: number; readonly offset: number }[];
  readonly returnAddress: number;
  readonly spillOffset: number;
  /** The blocks that have the frame. */
  readonly blocks: ReadonlySet<MachineBlock>;
  /** Those that begin with the prologue. */
  readonly starts: ReadonlySet<MachineBlock>;
}

/** After registers are allocated. */
export function planFrame(machine: MachineFunction): Frame {
  const used = new Set<number>();
  const region = findRegion(machine, (block) => {
    let needed = false;
    for (const instruction of block.instructions) {
      if (isReturningCall(block, instruction) || touchesFrame(instruction)) needed = true;
      for (const register of writtenRegisters(instruction)) {
        if (!CALLEE_SAVED.includes(register)) continue;
        used.add(register);
        needed = true;
      }
    }
    return needed;
  });
  const callee = CALLEE_SAVED.filter((register) => used.has(register));
  const spillOffset = machine.outgoingBytes;
  const bytes = spillOffset + 8 * (machine.spillSlots + callee.length + 1);
  const size = Math.ceil(bytes / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  return {
    size,
    saved: callee.map((register, i) => ({ register, offset: size - 16 - 8 * i })),
    returnAddress: size - 8,
    spillOffset,
    ...region,
  };
}

/** Uses a slot for a spilled register. */
function touchesFrame({ operation, moves, results }: MachineInstruction): boolean {
  if (operation === 'reload' || operation === 'spill') return true;
  return [...moves, ...results].some(({ to, from }) => to >= SPILL_SLOT || from >= SPILL_SLOT);
}

export function* writtenRegisters(instruction: MachineInstruction): Generator<number> {
  if (instruction.destination >= 0) yield instruction.destination;
  for (const { to } of instruction.moves) if (to < STACK_ARGUMENT) yield to;
  for (const { to } of instruction.results) if (to < SPILL_SLOT) yield to;
}
