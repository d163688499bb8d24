import { compileAssemblyScript } from '../toolchain/assemblyscript.ts';
import { FIXED_WASM_PAGES } from './core/layout.ts';
import { EXECUTE_PATH, FUNCTION_PATHS, FUSED_OPS_PATH, fuseCases, fusedOps, inlined } from './fuse.ts';

/** Most pages that a 32-bit memory can have. */
const MAX_WASM_PAGES = 65536;

/**
 * Compiles machine/core to wasm. `readFile` gives the text of a file by its path in the repository, or null.
 * @throws AssemblyScriptError with the compiler's own messages
 */
export async function buildCore(
  readFile: (path: string) => string | null | Promise<string | null>,
): Promise<Uint8Array> {
  const readFunctions = async () => {
    const texts = await Promise.all(FUNCTION_PATHS.map(readFile));
    return new Map(FUNCTION_PATHS.map((path, index) => [path, texts[index] ?? missing(path)]));
  };
  const { wasm } = await compileAssemblyScript({
    entry: 'machine/core/main.ts',
    readFile: async (path) => {
      const text = await readFile(path);
      if (text === null) return null;
      if (path === EXECUTE_PATH) return fuseCases(text, await readFunctions());
      return path === FUSED_OPS_PATH ? fusedOps() : inlined(path, text);
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

function missing(path: string): never {
  throw new Error(`${path} is missing`);
}
