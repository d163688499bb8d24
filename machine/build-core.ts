import { compileAssemblyScript } from '../toolchain/assemblyscript.ts';
import { FIXED_WASM_PAGES } from './core/layout.ts';
import { EXECUTE_PATH, FUSED_OPS_PATH, fuseCases, fusedOps } from './fuse.ts';

/** Most pages that a 32-bit memory can have. */
const MAX_WASM_PAGES = 65536;

/**
 * Compiles machine/core to wasm. `readFile` gives the text of a file by its path in the repository, or null.
 * @throws AssemblyScriptError with the compiler's own messages
 */
export async function buildCore(
  readFile: (path: string) => string | null | Promise<string | null>,
): Promise<Uint8Array> {
  const { wasm } = await compileAssemblyScript({
    entry: 'machine/core/main.ts',
    readFile: async (path) => {
      const text = await readFile(path);
      if (path === EXECUTE_PATH && text !== null) return fuseCases(text);
      return path === FUSED_OPS_PATH ? fusedOps() : text;
    },
    target: 'wasm32',
    optimize: 'O3',
    memoryBase: 4096n,
    flags: [
      ...['--importMemory', '--noExportMemory', '--importTable'],
      ...['--initialMemory', String(FIXED_WASM_PAGES), '--maximumMemory', String(MAX_WASM_PAGES)],
    ],
  });
  return wasm;
}
