/** Everything but the code: jump tables, the function table, passive data, globals, static data at its addresses. */
import type { ObjectSymbol, Relocation, Section } from '../object.ts';
import { FUNCTION_TABLE_SYMBOL, GLOBAL_BYTES, GLOBALS_SYMBOL, type ModuleContext } from './context.ts';
import { segmentSymbol } from './memory.ts';

const TABLE_ENTRY_BYTES = 16;

export interface PendingTable {
  readonly symbol: string;
  /** The function whose code the targets are offsets in. */
  readonly function: string;
  readonly targets: readonly number[];
}

export function dataSections(
  context: ModuleContext,
  tables: readonly PendingTable[],
): { sections: Section[]; symbols: ObjectSymbol[] } {
  const symbols: ObjectSymbol[] = [];
  const sections = [readOnly(context, tables, symbols), globals(context, symbols)];
  const data = staticData(context);
  if (data !== undefined) sections.push(data);
  return { sections, symbols };
}

function section(name: string, kind: Section['kind'], bytes: Uint8Array, relocations: Relocation[] = []): Section {
  return { name, kind, align: 8, bytes, size: bytes.length, relocations, lines: [], frames: [] };
}

function readOnly(context: ModuleContext, tables: readonly PendingTable[], symbols: ObjectSymbol[]): Section {
  const { module } = context;
  const chunks: Uint8Array[] = [];
  const relocations: Relocation[] = [];
  let size = 0;
  const place = (name: string, bytes: Uint8Array): number => {
    const start = size;
    chunks.push(bytes);
    size += bytes.length;
    if (size % 8 !== 0) {
      chunks.push(new Uint8Array(8 - (size % 8)));
      size += 8 - (size % 8);
    }
    symbols.push({ name, section: '.rodata', value: BigInt(start), size: bytes.length, type: 'object', global: false });
    return start;
  };
  if (module.tableSize > 0) functionTable(context, place, relocations);
  module.data.forEach(({ offset, bytes }, i) => {
    if (offset === undefined) place(segmentSymbol(i), bytes);
  });
  for (const table of tables) {
    const start = place(table.symbol, new Uint8Array(4 * table.targets.length));
    table.targets.forEach((target, i) => {
      // The entry is the target minus the table.
      const offset = start + 4 * i;
      relocations.push({ offset, type: 'R_RISCV_ADD32', symbol: table.function, addend: BigInt(target) });
      relocations.push({ offset, type: 'R_RISCV_SUB32', symbol: table.symbol, addend: 0n });
    });
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return section('.rodata', 'rodata', bytes, relocations);
}

function functionTable(
  context: ModuleContext,
  place: (name: string, bytes: Uint8Array) => number,
  relocations: Relocation[],
): void {
  const { module, symbols } = context;
  const bytes = new Uint8Array(TABLE_ENTRY_BYTES * module.tableSize);
  const view = new DataView(bytes.buffer);
  const start = place(FUNCTION_TABLE_SYMBOL, bytes);
  for (const { offset, functions } of module.elements) {
    functions.forEach((index, i) => {
      const entry = TABLE_ENTRY_BYTES * (offset + i);
      relocations.push({ offset: start + entry, type: 'R_RISCV_64', symbol: symbols[index]!, addend: 0n });
      view.setBigUint64(entry + 8, BigInt(context.signature(context.functionType(index))), true);
    });
  }
}

function globals(context: ModuleContext, symbols: ObjectSymbol[]): Section {
  const { module } = context;
  const bytes = new Uint8Array(GLOBAL_BYTES * context.globalCount);
  const view = new DataView(bytes.buffer);
  const symbol = (name: string, value: bigint, global: boolean, absolute: boolean): ObjectSymbol => ({
    name,
    section: absolute ? undefined : '.data.globals',
    value,
    size: absolute ? 0 : GLOBAL_BYTES,
    type: absolute ? 'none' : 'object',
    global,
  });
  module.globals.forEach(({ initial, mutable }, i) => {
    if (!mutable) return;
    const offset = GLOBAL_BYTES * context.globalSlot(i);
    view.setBigInt64(offset, initial, true);
    const name = module.globalNames.get(i);
    if (name !== undefined) symbols.push(symbol(name, BigInt(offset), false, false));
  });
  for (const { name, kind, index } of module.exports) {
    if (kind !== 'global') continue;
    const { initial, mutable } = module.globals[index]!;
    if (mutable) symbols.push(symbol(name, BigInt(GLOBAL_BYTES * context.globalSlot(index)), true, false));
    else symbols.push(symbol(name, initial, true, true));
  }
  symbols.push({ name: GLOBALS_SYMBOL, section: '.data.globals', value: 0n, size: 0, type: 'none', global: true });
  return section('.data.globals', 'data', bytes);
}

/** One section from the first byte of static data to the last, at the address that the program was compiled for. */
function staticData(context: ModuleContext): Section | undefined {
  const active = context.module.data.flatMap(({ offset, bytes }) => (offset === undefined ? [] : [{ offset, bytes }]));
  if (active.length === 0) return undefined;
  const start = active.reduce((least, { offset }) => (offset < least ? offset : least), active[0]!.offset);
  const ends = active.map(({ offset, bytes }) => offset + BigInt(bytes.length));
  const end = ends.reduce((most, each) => (each > most ? each : most), start);
  const bytes = new Uint8Array(Number(end - start));
  for (const segment of active) bytes.set(segment.bytes, Number(segment.offset - start));
  return { ...section('.data.static', 'data', bytes), address: start };
}
