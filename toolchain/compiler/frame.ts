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
import { findRegion, isReturningCall, partsOf } from './region.ts';

const STACK_ALIGNMENT = 16;

export interface SavedRegister {
  readonly register: number;
  /** From sp. */
  readonly offset: number;
}

export interface Frame {
  /** A multiple of 16. */
  readonly size: number;
  /** The blocks that have the frame, each with the callee-saved registers that are saved there. */
  readonly saved: ReadonlyMap<MachineBlock, readonly SavedRegister[]>;
  readonly returnAddress: number;
  readonly spillOffset: number;
  /** Those that begin with the prologue. */
  readonly starts: ReadonlySet<MachineBlock>;
}

/** After registers are allocated. */
export function planFrame(machine: MachineFunction): Frame {
  const written = new Map(machine.blocks.map((block) => [block, calleeSavedIn(block)]));
  const region = findRegion(machine, (block) => written.get(block)!.size > 0 || needsFrame(block));
  const spillOffset = machine.outgoingBytes;
  const all = CALLEE_SAVED.filter((register) => [...written.values()].some((registers) => registers.has(register)));
  const bytes = spillOffset + 8 * (machine.spillSlots + all.length + 1);
  const size = Math.ceil(bytes / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  const saved = new Map<MachineBlock, readonly SavedRegister[]>();
  for (const part of partsOf(region)) {
    const used = CALLEE_SAVED.filter((register) => part.some((block) => written.get(block)!.has(register)));
    const registers = used.map((register, i) => ({ register, offset: size - 16 - 8 * i }));
    for (const block of part) saved.set(block, registers);
  }
  return { size, saved, returnAddress: size - 8, spillOffset, starts: region.starts };
}

function calleeSavedIn(block: MachineBlock): Set<number> {
  const written = block.instructions.flatMap((instruction) => [...writtenRegisters(instruction)]);
  return new Set(written.filter((register) => CALLEE_SAVED.includes(register)));
}

function needsFrame(block: MachineBlock): boolean {
  return block.instructions.some((instruction) => isReturningCall(block, instruction) || touchesFrame(instruction));
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
