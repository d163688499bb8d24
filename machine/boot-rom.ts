/**
 * The boot ROM: what harts execute after reset, the same as QEMU's. Every hart comes to the firmware with a0 = its number,
 * a1 = the device tree, a2 = OpenSBI's `struct fw_dynamic_info` (version 2), which says what the firmware shall start next.
 */

import { csrByName } from '../isa/csrs.ts';
import { encode } from '../isa/encode.ts';
import { integerRegisterByName } from '../isa/registers.ts';

/** "OSBI", little-endian. */
const FW_DYNAMIC_INFO_MAGIC = 0x4942_534f;
const FW_DYNAMIC_INFO_VERSION = 2;
const NEXT_MODE_S = 1;

// Offsets of the data behind the six instructions.
const START_ADDRESS = 0x18;
const DEVICE_TREE_ADDRESS = 0x20;
const FW_DYNAMIC_INFO = 0x28;
const LENGTH = FW_DYNAMIC_INFO + 6 * 8;

export interface BootRomOptions {
  /** Where harts jump to, in M-mode. */
  readonly start: number;
  /** Address of the device tree. */
  readonly deviceTree: number;
  /** What the firmware starts in S-mode; 0 for nothing. */
  readonly next: number;
}

/** The contents of the ROM, to be put at its start. All addresses are physical. */
export function bootRom({ start, deviceTree, next }: BootRomOptions): Uint8Array {
  const rom = new DataView(new ArrayBuffer(LENGTH));
  const [a0, a1, a2, t0] = [register('a0'), register('a1'), register('a2'), register('t0')];
  const code = [
    encode('auipc', { rd: t0, imm: 0 }),
    encode('addi', { rd: a2, rs1: t0, imm: FW_DYNAMIC_INFO }),
    encode('csrrs', { rd: a0, csr: csrByName.get('mhartid')!.address, rs1: 0 }),
    encode('ld', { rd: a1, rs1: t0, imm: DEVICE_TREE_ADDRESS }),
    encode('ld', { rd: t0, rs1: t0, imm: START_ADDRESS }),
    encode('jalr', { rd: 0, rs1: t0, imm: 0 }),
  ];
  for (const [index, word] of code.entries()) rom.setUint32(4 * index, word, true);
  const put = (offset: number, value: number) => rom.setBigUint64(offset, BigInt(value), true);
  put(START_ADDRESS, start);
  put(DEVICE_TREE_ADDRESS, deviceTree);
  const bootHart = 0;
  const options = 0;
  const info = [FW_DYNAMIC_INFO_MAGIC, FW_DYNAMIC_INFO_VERSION, next, NEXT_MODE_S, options, bootHart];
  for (const [index, field] of info.entries()) put(FW_DYNAMIC_INFO + 8 * index, field);
  return new Uint8Array(rom.buffer);
}

function register(name: string): number {
  return integerRegisterByName.get(name)!;
}
