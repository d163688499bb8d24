/** `typevisor objdump`: what is in an ELF, as text. */
import { checkElf, loadGuest } from './guests.ts';

/** @throws UserError, and the compiler's and assembler's errors for a source. */
export async function objdump(path: string): Promise<void> {
  const { disassembleElf } = await import('../toolchain/objdump.ts');
  const { bytes } = await loadGuest(path);
  process.stdout.write(disassembleElf(checkElf(path, bytes)));
}
