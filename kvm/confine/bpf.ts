/** Classic BPF, as seccomp filters are written in it (Linux, Documentation/networking/filter.rst). */

export interface Instruction {
  readonly code: number;
  /** Instructions to skip when a comparison holds, and when not. */
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

const LD_W_ABS = 0x20;
const ALU_AND_K = 0x54;
const ALU_RSH_K = 0x74;
const JMP_JEQ_K = 0x15;
const JMP_JSET_K = 0x45;
const RET_K = 0x06;
const INSTRUCTION_SIZE = 8;

const plain = (code: number, k: number): Instruction => ({ code, jt: 0, jf: 0, k });

/** Loads the 32 bits at an offset of struct seccomp_data. */
export const load = (offset: number): Instruction => plain(LD_W_ABS, offset);
export const and = (k: number): Instruction => plain(ALU_AND_K, k);
export const shiftRight = (k: number): Instruction => plain(ALU_RSH_K, k);
export const end = (action: number): Instruction => plain(RET_K, action);

/** Goes on with `block` where the value loaded is `k`, else behind it. */
export function whenEqual(k: number, block: readonly Instruction[]): Instruction[] {
  return [{ code: JMP_JEQ_K, jt: 0, jf: block.length, k }, ...block];
}

/** Goes on with `block` where the value loaded is not `k`, else behind it. */
export function unlessEqual(k: number, block: readonly Instruction[]): Instruction[] {
  return [{ code: JMP_JEQ_K, jt: block.length, jf: 0, k }, ...block];
}

/** Goes on with `block` where the value loaded has a bit of `k`, else behind it. */
export function whenSet(k: number, block: readonly Instruction[]): Instruction[] {
  return [{ code: JMP_JSET_K, jt: 0, jf: block.length, k }, ...block];
}

/** An array of struct sock_filter. */
export function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    const at = index * INSTRUCTION_SIZE;
    if (jf > 0xff) throw new RangeError(`a block of ${jf} instructions: a jump reaches 255`);
    view.setUint16(at, code, true);
    view.setUint8(at + 2, jt);
    view.setUint8(at + 3, jf);
    view.setUint32(at + 4, k, true);
  }
  return bytes;
}
