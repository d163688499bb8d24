/** Runs blocks on both sides, and says what differs and after which instruction it first does. */
import { disassemble } from '../../isa/disassemble.ts';
import type { CoreCode } from '../../machine/index.ts';
import { type Difference, isAllowed } from './allowed.ts';
import { type Block, encodeBlocks } from './block.ts';
import { type Qemu, QemuFailure, runOnMachine } from './hosts.ts';
import * as at from './layout.ts';
import { runtime } from './runtime.ts';

export interface BlockDifferences {
  readonly block: Block;
  /** The machine's fields. */
  readonly fields: readonly bigint[];
  readonly differences: readonly Difference[];
}

/** Fields of one result; of the log only as many traps as there were. */
function fieldsOf(results: Uint8Array, index: number): bigint[] {
  const view = new DataView(results.buffer, results.byteOffset + index * at.RESULT_SIZE, at.RESULT_SIZE);
  return at.RESULT_FIELDS.map((_, n) => view.getBigUint64(n * 8, true));
}

export interface Comparison {
  readonly differing: readonly BlockDifferences[];
  /** Seeds of blocks that QEMU does not survive: it divides by constants while it translates. */
  readonly fatal: readonly number[];
}

/** Runs all blocks as one program; if QEMU dies of it, in halves. */
export async function compareBlocks(core: CoreCode, qemu: Qemu, blocks: readonly Block[]): Promise<Comparison> {
  const program = encodeBlocks(runtime(qemu.extensions), blocks);
  try {
    const theirs = qemu.run(program, blocks.length);
    return { differing: differences(blocks, await runOnMachine(core, program, blocks.length), theirs), fatal: [] };
  } catch (error) {
    if (!(error instanceof QemuFailure)) throw error;
    if (blocks.length === 1) return { differing: [], fatal: [blocks[0]!.seed] };
    const middle = blocks.length >> 1;
    const first = await compareBlocks(core, qemu, blocks.slice(0, middle));
    const second = await compareBlocks(core, qemu, blocks.slice(middle));
    return { differing: [...first.differing, ...second.differing], fatal: [...first.fatal, ...second.fatal] };
  }
}

function differences(blocks: readonly Block[], ours: Uint8Array, theirs: Uint8Array): BlockDifferences[] {
  return blocks
    .map((block, index) => {
      const [machine, other] = [fieldsOf(ours, index), fieldsOf(theirs, index)];
      const read = (field: string): bigint => machine[at.RESULT_FIELDS.indexOf(field)]!;
      const differences = at.RESULT_FIELDS.map((field, n) => ({ field, machine: machine[n]!, qemu: other[n]! }))
        .filter((each) => each.machine !== each.qemu)
        .filter((each) => !isAllowed(each, read));
      return { block, fields: machine, differences };
    })
    .filter(({ differences }) => differences.length > 0);
}

/** Offsets of the instructions of a block, and of its end. */
function instructionOffsets({ code }: Block): number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset < code.length; offset += (code[offset]! & 3) === 3 ? 4 : 2) offsets.push(offset);
  return offsets;
}

const ECALL = Uint8Array.of(0x73, 0, 0, 0);

/** The block up to an offset of its code. */
function cutAt(block: Block, offset: number): Block {
  const bytes = Uint8Array.of(...block.code.subarray(0, offset), ...ECALL);
  return { ...block, code: bytes };
}

/** The shortest beginning of a block that differs. All lengths run as blocks of one program. */
export async function narrow(core: CoreCode, qemu: Qemu, block: Block): Promise<BlockDifferences | undefined> {
  const cuts = instructionOffsets(block).map((offset) => cutAt(block, offset));
  return (await compareBlocks(core, qemu, cuts)).differing[0];
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

export function report({ block, fields, differences }: BlockDifferences): string {
  const lines = [`block ${block.seed}: ${block.profile}, ${block.mode}-mode`];
  const view = new DataView(block.code.buffer, block.code.byteOffset, block.code.length);
  const offsets = instructionOffsets(block);
  for (const offset of offsets.slice(-8)) {
    const parcel = offset + 4 <= view.byteLength ? view.getUint32(offset, true) : view.getUint16(offset, true);
    lines.push(`  ${offset.toString(16).padStart(4)}: ${disassemble(parcel, BigInt(offset)).text.replace('\t', ' ')}`);
  }
  for (const { field, machine, qemu } of differences.slice(0, 12)) {
    lines.push(`  ${field}: machine ${hex(machine)}, QEMU ${hex(qemu)}`);
  }
  if (differences.length > 12) lines.push(`  and ${differences.length - 12} more fields`);
  const trap = differences.map(({ field }) => /^trap \d+ /.exec(field)?.[0]).find((prefix) => prefix !== undefined);
  const named = at.RESULT_FIELDS.map((field, n) => ({ field, value: fields[n]! }));
  for (const { field, value } of trap ? named.filter((each) => each.field.startsWith(trap)) : []) {
    lines.push(`    ${field}: ${hex(value)}`);
  }
  return lines.join('\n');
}
