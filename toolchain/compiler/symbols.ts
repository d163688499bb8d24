/** Names of functions in the object file. */
import type { WasmModule } from '../wasm/reader.ts';

/**
 * An exported function has its exported name, another the one that AssemblyScript gave it, such as
 * `bare/hypervisor/memory/gstage/GStage#map`. An import is the symbol of its name. Names that occur twice get a number.
 */
export function functionSymbols(module: WasmModule): string[] {
  const symbols = module.imports.map(({ name }) => name);
  const taken = new Set<string>();
  const exported = new Map<number, string>();
  for (const { kind, index, name } of module.exports) if (kind === 'function') exported.set(index, name);
  for (const name of exported.values()) taken.add(name);
  for (let i = 0; i < module.functions.length; i++) {
    const index = module.imports.length + i;
    const given = exported.get(index) ?? unique(module.functionNames.get(index) ?? `wasm.function.${index}`, taken);
    taken.add(given);
    symbols.push(given);
  }
  return symbols;
}

function unique(name: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name}.${i}`;
  return candidate;
}
