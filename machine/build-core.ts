import { compileAssemblyScript } from '../toolchain/assemblyscript.ts';
import { FIXED_WASM_PAGES } from './core/layout.ts';
import {
  ACCESSING_PATH,
  COMPUTING_PATHS,
  EXECUTE_PATH,
  FUSED_OPS_PATH,
  fuseCases,
  fusedOps,
  inlineFunctions,
} from './fuse.ts';

/** Most pages that a 32-bit memory can have. */
const MAX_WASM_PAGES = 65536;

/**
 * Compiles machine/core to wasm. `readFile` gives the text of a file by its path in the repository, or null.
 * @throws AssemblyScriptError with the compiler's own messages
 */
export async function buildCore(
  readFile: (path: string) => string | null | Promise<string | null>,
): Promise<Uint8Array> {
  const readAll = async (paths: readonly string[]) =>
    new Map(await Promise.all(paths.map(async (path) => [path, (await readFile(path)) ?? ''] as const)));
  const { wasm } = await compileAssemblyScript({
    entry: 'machine/core/main.ts',
    readFile: async (path) => {
      const text = await readFile(path);
      if (text === null) return null;
      if (path === EXECUTE_PATH) return fuseCases(text, await readAll(COMPUTING_PATHS));
      if (path === ACCESSING_PATH || COMPUTING_PATHS.includes(path)) return inlineFunctions(text);
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
