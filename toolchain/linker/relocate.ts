import { compress, expand } from '../../isa/compressed.ts';
import { encode } from '../../isa/encode.ts';
import { instructionByName } from '../../isa/instructions.ts';
import type { RelocationType } from '../object.ts';

/** A value that does not fit where a relocation puts it. */
export class RelocationError extends Error {
  override readonly name = 'RelocationError';
}

/** The bits of an immediate where an instruction's format has them. */
function immediateBits(name: string, imm: number): number {
  return (encode(name, { imm }) ^ instructionByName.get(name)!.match) >>> 0;
}

/** The upper 20 bits for `lui` or `auipc`, rounded so that the signed lower 12 bits lead to the value. */
const upper20 = (value: bigint): number => Number(((value + 0x800n) >> 12n) & 0xfffffn);
const lower12 = (value: bigint): number => Number(BigInt.asIntN(12, value));

const sizes: Partial<Record<RelocationType, number>> = {
  R_RISCV_32: 4,
  R_RISCV_64: 8,
  R_RISCV_ADD8: 1,
  R_RISCV_ADD16: 2,
  R_RISCV_ADD32: 4,
  R_RISCV_ADD64: 8,
  R_RISCV_SUB8: 1,
  R_RISCV_SUB16: 2,
  R_RISCV_SUB32: 4,
  R_RISCV_SUB64: 8,
};

function readValue(view: DataView, offset: number, size: number): bigint {
  let value = 0n;
  for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(view.getUint8(offset + index));
  return value;
}

function writeValue(view: DataView, offset: number, size: number, value: bigint): void {
  for (let index = 0; index < size; index++) {
    view.setUint8(offset + index, Number((value >> BigInt(8 * index)) & 255n));
  }
}

const reaches: Partial<Record<RelocationType, { bits: bigint; what: string }>> = {
  R_RISCV_BRANCH: { bits: 13n, what: 'a branch reaches 4 KiB' },
  R_RISCV_JAL: { bits: 21n, what: 'jal reaches 1 MiB; use call or tail' },
  R_RISCV_RVC_BRANCH: { bits: 9n, what: 'a compressed branch reaches 256 bytes' },
  R_RISCV_RVC_JUMP: { bits: 12n, what: 'a compressed jump reaches 2 KiB' },
};

function checkReach(type: RelocationType, value: bigint): void {
  const reach = reaches[type];
  if (!reach) return;
  if (BigInt.asIntN(Number(reach.bits), value) !== value)
    throw new RelocationError(`${value} bytes away, but ${reach.what}`);
  if (value & 1n) throw new RelocationError(`${value} bytes away, which is odd: code starts at even addresses`);
}

/** Refuses an address that a pair of a 20-bit upper and a signed 12-bit lower part cannot reach. */
function checkPair(value: bigint, what: string): void {
  if (BigInt.asIntN(32, value + 0x800n) !== value + 0x800n) throw new RelocationError(what);
}

/**
 * Puts `value` where a relocation of this type wants it: the target's address for absolute types, its distance from
 * the place for relative ones. Throws a RelocationError where it does not fit. RISC-V ELF psABI, "Relocations".
 */
export function applyRelocation(view: DataView, offset: number, type: RelocationType, value: bigint): void {
  const setBits = (bits: number, at = offset): void =>
    view.setUint32(at, (view.getUint32(at, true) | bits) >>> 0, true);
  checkReach(type, value);
  switch (type) {
    case 'R_RISCV_32':
      if (value < -(1n << 31n) || value >= 1n << 32n)
        throw new RelocationError(`0x${value.toString(16)} does not fit 32 bits`);
      writeValue(view, offset, 4, value);
      return;
    case 'R_RISCV_64':
      writeValue(view, offset, 8, value);
      return;
    case 'R_RISCV_BRANCH':
      setBits(immediateBits('beq', Number(value)));
      return;
    case 'R_RISCV_JAL':
      setBits(immediateBits('jal', Number(value)));
      return;
    case 'R_RISCV_RVC_BRANCH':
    case 'R_RISCV_RVC_JUMP': {
      const word = expand(view.getUint16(offset, true));
      const name = type === 'R_RISCV_RVC_JUMP' ? 'jal' : 'beq';
      view.setUint16(offset, compress((word | immediateBits(name, Number(value))) >>> 0), true);
      return;
    }
    case 'R_RISCV_CALL_PLT':
      checkPair(value, `${value} bytes away, but a call reaches 2 GiB`);
      setBits(immediateBits('auipc', upper20(value)));
      setBits(immediateBits('jalr', lower12(value)), offset + 4);
      return;
    case 'R_RISCV_PCREL_HI20':
      checkPair(value, `${value} bytes away, but la reaches 2 GiB`);
      setBits(immediateBits('auipc', upper20(value)));
      return;
    case 'R_RISCV_HI20':
      checkPair(value, `0x${value.toString(16)} is no address that lui can load (it sign-extends 32 bits); use la`);
      setBits(immediateBits('lui', upper20(value)));
      return;
    case 'R_RISCV_PCREL_LO12_I':
    case 'R_RISCV_LO12_I':
      setBits(immediateBits('addi', lower12(value)));
      return;
    case 'R_RISCV_PCREL_LO12_S':
    case 'R_RISCV_LO12_S':
      setBits(immediateBits('sd', lower12(value)));
      return;
    default: {
      const size = sizes[type] as number;
      const sign = type.startsWith('R_RISCV_SUB') ? -1n : 1n;
      writeValue(view, offset, size, readValue(view, offset, size) + sign * value);
    }
  }
}

/** Whether the value counts from the place of the relocation. */
export function isRelative(type: RelocationType): boolean {
  return type in reaches || type === 'R_RISCV_CALL_PLT' || type === 'R_RISCV_PCREL_HI20';
}
