/**
 * The `.riscv.attributes` section, by which debuggers and disassemblers know the extensions in use.
 * RISC-V ELF psABI, "Attributes".
 */

const TAG_FILE = 1;
const TAG_RISCV_ARCH = 5;
const ARCHITECTURE = 'rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_h1p0_zicsr2p0_zifencei2p0_zihintpause2p0_svinval1p0';

/** Length-prefixed, the length counting itself. */
function withLength(bytes: readonly number[]): number[] {
  const length = bytes.length + 4;
  return [length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24, ...bytes];
}

const text = (value: string): number[] => [...new TextEncoder().encode(value), 0];

export function riscvAttributes(): Uint8Array {
  const attributes = [TAG_RISCV_ARCH, ...text(ARCHITECTURE)];
  const fileLength = attributes.length + 5;
  const file = [TAG_FILE, fileLength & 255, fileLength >> 8, 0, 0, ...attributes];
  return new Uint8Array([0x41, ...withLength([...text('riscv'), ...file])]);
}
