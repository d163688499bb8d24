/** Loads, stores and bulk memory ("Binary Format, Instructions, Memory Instructions"). Addresses are physical: nothing is added. */
import { HEAP_END_SYMBOL, TRAP } from './context.ts';
import type { LoadOperation, StoreOperation, Value } from './ir.ts';
import { callRuntime } from './runtime.ts';
import type { Translator } from './translate.ts';

/** log2 of the size of a wasm page. */
const PAGE_SHIFT = 16n;
const MEMORY_INIT = 8;
const DATA_DROP = 9;
const MEMORY_COPY = 10;
const MEMORY_FILL = 11;

/** The alignment hint says nothing that matters here; an index follows it where its bit 6 is set. */
export function memoryOperand(translator: Translator): bigint {
  const { cursor } = translator;
  if (cursor.unsigned() & 0x40) cursor.unsigned();
  return cursor.unsignedBig();
}

export function load(translator: Translator, operation: LoadOperation): void {
  const offset = memoryOperand(translator);
  translator.push(translator.builder.load(operation, translator.pop(), offset));
}

export function store(translator: Translator, operation: StoreOperation): void {
  const offset = memoryOperand(translator);
  const value = translator.pop();
  translator.builder.store(operation, translator.pop(), offset, value);
}

/** Pages up to the heap's end, which is what AssemblyScript's allocator compares with. */
export function memorySize(translator: Translator): Value {
  const { builder } = translator;
  return builder.binary('srl', builder.address(HEAP_END_SYMBOL), builder.constant(PAGE_SHIFT));
}

export function bulkInstruction(translator: Translator, opcode: number): void {
  const { cursor } = translator;
  switch (opcode) {
    case MEMORY_INIT: {
      const segment = cursor.unsigned();
      cursor.unsigned();
      memoryInit(translator, segment);
      return;
    }
    case DATA_DROP:
      // The bytes are in .rodata, where keeping them costs nothing.
      cursor.unsigned();
      return;
    case MEMORY_COPY:
      cursor.unsigned();
      cursor.unsigned();
      callRuntime(translator, 'copy', translator.popMany(3));
      return;
    case MEMORY_FILL:
      cursor.unsigned();
      callRuntime(translator, 'fill', translator.popMany(3));
      return;
    default:
      translator.fail(
        `the instruction 0xfc ${opcode}`,
        'conversions from float and tables that change are not supported',
      );
  }
}

/** Name of a passive data segment's bytes in .rodata. */
export const segmentSymbol = (segment: number): string => `wasm_data_${segment}`;

function memoryInit(translator: Translator, segment: number): void {
  const { builder } = translator;
  const [destination, source, length] = translator.popMany(3) as [Value, Value, Value];
  const size = builder.constant(BigInt(translator.context.module.data[segment]!.bytes.length));
  // Both are 32-bit values, so their sum does not wrap.
  const mask = builder.constant(0xffff_ffffn);
  const from = builder.binary('and', source, mask);
  const count = builder.binary('and', length, mask);
  const end = builder.binary('add', from, count);
  translator.trapIf(builder.compare('ltu', size, end), TRAP.outOfBounds);
  const bytes = builder.binary('add', builder.address(segmentSymbol(segment)), from);
  callRuntime(translator, 'copy', [destination, bytes, count]);
}
