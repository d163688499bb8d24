/**
 * What runs the blocks, in M-mode: sets up registers, enters a block, takes its traps, and writes down what it left.
 *
 * A trap that is delegated comes back by an `ecall`: HS- and VS-mode's handler is the stub `ecall; sret`, so that M-mode sees
 * what the delegated trap has left in the CSRs, moves sepc or vsepc to the next instruction, and lets the stub return.
 * Interrupts are disabled one by one as they come.
 */
import { csrByName } from '../../isa/csrs.ts';
import { assemble } from '../../toolchain/assembler/assemble.ts';
import { link } from '../../toolchain/linker/link.ts';
import * as at from './layout.ts';
import { COMPARED, CONFIGURED, PENDING } from './state.ts';

const STUB_OFFSET = 0x100;
/** Physical address of the stub. */
export const STUB = at.RAM_BASE + STUB_OFFSET;

const integers = (operation: string, base: string, offset: number, from: number): string =>
  Array.from({ length: 32 - from }, (_, n) => `  ${operation} x${n + from}, ${offset + (n + from) * 8}(${base})`).join(
    '\n',
  );
const floats = (operation: string, base: string, offset: number): string =>
  Array.from({ length: 32 }, (_, n) => `  ${operation} f${n}, ${offset + n * 8}(${base})`).join('\n');

/** Loads x1 to x31 of the block that x31 points at. */
const REGISTERS = `${integers('ld', 'x31', at.BLOCK_X, 1)}`;

/** The source for harts with these CSRs; of others nothing is set and nothing written down. */
const source = (has: (csr: string) => boolean): string => `
  .option norvc
  .globl _start
_start:
  j     start

  .org  ${STUB_OFFSET}
stub:
  ecall
  sret

start:
  la    t0, trap
  csrw  mtvec, t0
  li    t0, -1
  csrw  pmpaddr0, t0
  li    t0, 0x1f
  csrw  pmpcfg0, t0
  li    t0, 0x2004000
  li    t1, -1
  sd    t1, 0(t0)
  li    t0, 1 << 63
  csrw  menvcfg, t0
  csrw  henvcfg, t0
  csrw  stimecmp, t1
  csrw  vstimecmp, t1
  li    s0, ${at.BLOCKS}
  li    s1, ${at.RESULTS}

next:
  ld    t0, ${at.BLOCK_NEXT}(s0)
  beqz  t0, finish
  la    sp, save
  csrw  mscratch, sp
  sd    s0, 256(sp)
  sd    s1, 264(sp)
  sd    zero, 272(sp)

  # QEMU 10 changes MPV only by traps and xRET, so this one clears it.
  li    t0, 3 << 11
  csrw  mstatus, t0
  la    t0, 1f
  csrw  mepc, t0
  mret
1:
  # Data by a generator of Marsaglia's (xorshift64), page tables as they are in the block.
  ld    t0, ${at.BLOCK_SEED}(s0)
  li    t1, ${at.DATA}
  li    t2, ${at.DATA + at.DATA_PAGES * at.PAGE}
1:slli  t3, t0, 13
  xor   t0, t0, t3
  srli  t3, t0, 7
  xor   t0, t0, t3
  slli  t3, t0, 17
  xor   t0, t0, t3
  sd    t0, 0(t1)
  addi  t1, t1, 8
  bltu  t1, t2, 1b
  li    t0, ${at.BLOCK_TABLES}
  add   t0, t0, s0
  li    t1, ${at.TABLES}
  li    t2, ${at.TABLES + at.TABLE_PAGES * at.PAGE}
1:ld    t3, 0(t0)
  sd    t3, 0(t1)
  addi  t0, t0, 8
  addi  t1, t1, 8
  bltu  t1, t2, 1b

  li    t0, 3 << 13
  csrw  mstatus, t0
${CONFIGURED.map(({ name }, n) => (has(name) ? `  ld t0, ${at.BLOCK_CSRS + n * 8}(s0)\n  csrw ${name}, t0` : '')).join('\n')}
  li    t0, ${PENDING}
  csrc  mip, t0
  ld    t0, ${at.BLOCK_PENDING}(s0)
  csrs  mip, t0
${floats('fld', 's0', at.BLOCK_F)}
  ld    t0, ${at.BLOCK_ENTRY}(s0)
  csrw  mepc, t0
  ld    t1, ${at.BLOCK_VIRTUAL}(s0)
  beqz  t1, 1f
  csrw  sepc, t0
1:ld    t0, ${at.BLOCK_STATUS}(s0)
  csrw  mstatus, t0
  sfence.vma
  hfence.gvma
  hfence.vvma
  mv    x31, s0
  ld    t0, ${at.BLOCK_VIRTUAL}(s0)
  bnez  t0, enter_virtual
${REGISTERS}
  mret
enter_virtual:
${REGISTERS}
  sret

  .balign 4
trap:
  csrrw sp, mscratch, sp
  sd    x1, 8(sp)
${integers('sd', 'sp', 0, 3)}
  csrr  t0, mscratch
  sd    t0, 16(sp)
  csrw  mscratch, sp
  ld    s0, 256(sp)
  ld    s1, 264(sp)
  ld    s2, 272(sp)
  addi  t0, s2, 1
  sd    t0, 272(sp)
  li    t1, ${at.LOGGED_TRAPS}
  bgeu  s2, t1, 1f
  li    t1, ${at.TRAP_CSRS.length * 8}
  mul   t1, t1, s2
  add   t1, t1, s1
${at.TRAP_CSRS.map((name, n) => `  csrr t2, ${name}\n  sd t2, ${at.RESULT_LOG + n * 8}(t1)`).join('\n')}
1:li    t1, ${at.MOST_TRAPS}
  bgeu  s2, t1, leave

  # Where the block was: by mepc, or if that is the stub by sepc, or if that is it too by vsepc.
  csrr  t0, mcause
  csrr  t1, mepc
  li    t2, 1
  bltz  t0, interrupted
  la    t6, stub
  csrr  a0, mstatus
  bne   t1, t6, resume_m
  # An ecall of VS-mode that was not delegated comes with MPV.
  srli  a1, a0, 39
  andi  a1, a1, 1
  bnez  a1, from_vs
  csrr  t0, scause
  csrr  t1, sepc
  li    t2, 1
  bltz  t0, interrupted_hs
  bne   t1, t6, resume_hs
  csrr  t0, vscause
  csrr  t1, vsepc
  addi  a1, t6, 4
  csrw  mepc, a1
  csrw  sepc, a1
  li    t2, 2
  bltz  t0, interrupted_by_code
  jal   a7, advance
  csrw  vsepc, t1
  j     restore_stub
from_vs:
  csrr  t0, vscause
  csrr  t1, vsepc
  addi  a1, t6, 4
  csrw  mepc, a1
  li    t2, 2
  bltz  t0, interrupted_by_code
  jal   a7, advance
  csrw  vsepc, t1
  j     restore_stub
resume_hs:
  addi  a1, t6, 4
  csrw  mepc, a1
  jal   a7, advance
  csrw  sepc, t1
restore_stub:
  li    t0, 1 << 22
  csrc  mstatus, t0
  csrc  hstatus, t0
  j     restore
resume_m:
  jal   a7, advance
  csrw  mepc, t1
  j     restore

interrupted_hs:
  addi  a1, t6, 4
  csrw  mepc, a1
interrupted_by_code:
  jal   a7, disable
  j     restore_stub
interrupted:
  jal   a7, disable
  j     restore

# Disables interrupt t0; t2 is 2 if it has a VS-level number as the guest sees it.
disable:
  slli  t0, t0, 1
  srli  t0, t0, 1
  sll   t2, t2, t0
  csrc  mie, t2
  jr    a7

# Moves t1, an address in the block's code, past its instruction; leaves the block where that cannot be.
advance:
  li    t3, 1 << 2 | 1 << 13 | 1 << 15 | 1 << 21 | 1 << 22 | 1 << 23 | 0xff8
  li    t4, 1
  sll   t4, t4, t0
  and   t4, t4, t3
  beqz  t4, leave
  li    t3, ${at.USER_ALIAS}
  bltu  t1, t3, 1f
  sub   t5, t1, t3
  j     2f
1:mv    t5, t1
2:ld    t3, ${at.BLOCK_CODE}(s0)
  ld    t4, ${at.BLOCK_END}(s0)
  bltu  t5, t3, leave
  bgeu  t5, t4, leave
  lhu   t5, 0(t5)
  not   t5, t5
  andi  t5, t5, 3
  addi  t1, t1, 2
  bnez  t5, 3f
  addi  t1, t1, 2
3:jr    a7

restore:
  ld    x1, 8(sp)
${integers('ld', 'sp', 0, 3)}
  ld    sp, 16(sp)
  mret

leave:
  # mstatus first, since FS must be on to read fcsr.
  csrr  t2, mstatus
  li    t0, 3 << 13
  csrw  mstatus, t0
  sd    t2, ${at.RESULT_CSRS}(s1)
${COMPARED.map((name, n) => (n > 0 && has(name) ? `  csrr t2, ${name}\n  sd t2, ${at.RESULT_CSRS + n * 8}(s1)` : '')).join('\n')}
${floats('fsd', 's1', at.RESULT_F)}
${Array.from({ length: 31 }, (_, n) => `  ld t0, ${(n + 1) * 8}(sp)\n  sd t0, ${at.RESULT_X + (n + 1) * 8}(s1)`).join('\n')}
  ld    t0, 272(sp)
  sd    t0, ${at.RESULT_TRAPS}(s1)
  li    a0, ${at.DATA}
  li    a1, ${at.DATA + at.DATA_PAGES * at.PAGE}
  jal   digest
  sd    a2, ${at.RESULT_DATA}(s1)
  li    a0, ${at.TABLES}
  li    a1, ${at.TABLES + at.TABLE_PAGES * at.PAGE}
  jal   digest
  sd    a2, ${at.RESULT_TABLES}(s1)
  li    t0, ${at.RESULT_SIZE}
  add   s1, s1, t0
  ld    s0, ${at.BLOCK_NEXT}(s0)
  j     next

# FNV-1a by doublewords.
digest:
  li    a2, 0xcbf29ce484222325
  li    a3, 0x100000001b3
1:ld    t0, 0(a0)
  xor   a2, a2, t0
  mul   a2, a2, a3
  addi  a0, a0, 8
  bltu  a0, a1, 1b
  ret

finish:
  li    t0, 0x100000
  li    t1, 0x5555
  sw    t1, 0(t0)
1:j     1b

  .bss
  .balign 16
save:
  .zero 512
`;

/** The runtime's bytes, from RAM_BASE on, for harts with or without Smstateen. */
export function runtime(extensions: ReadonlySet<string>): Uint8Array {
  const has = (csr: string): boolean => csrByName.get(csr)!.extension !== 'Smstateen' || extensions.has('Smstateen');
  const image = link([assemble(source(has), 'runtime.S')], { base: BigInt(at.RAM_BASE) });
  const end = Math.max(...image.sections.map(({ address, bytes }) => Number(address) + bytes.length));
  const memory = new Uint8Array(end - at.RAM_BASE);
  for (const { address, bytes } of image.sections) memory.set(bytes, Number(address) - at.RAM_BASE);
  return memory;
}
