/** Calls: of functions, of imported assembly, through the table, and of what is an instruction instead. */
import type { FunctionType } from '../wasm/reader.ts';
import { ABORT_SYMBOL, FUNCTION_TABLE_SYMBOL, TRAP, TRAP_SYMBOL } from './context.ts';
import { CompileError } from './errors.ts';
import { csrAccess, INTRINSICS, type Intrinsic } from './intrinsics.ts';
import type { Value, ValueType } from './ir.ts';
import type { Translator } from './translate.ts';

/** Modules (base names of files) whose imported functions are instructions. */
const CSR_MODULE = 'csr';
const INTRINSICS_MODULE = 'intrinsics';
/** Arguments of an SBI call: a0 to a5, the function, the extension. */
const SBI_REGISTERS = 8;
/** Bytes of an entry of the function table, as a shift count. */
const TABLE_ENTRY_SHIFT = 4n;

/** Says 'noreturn' where control does not come back. */
export function call(translator: Translator, index: number): 'returns' | 'noreturn' {
  const { context } = translator;
  const type = context.functionType(index);
  const args = translator.popMany(type.parameters.length);
  const result = type.results[0] === undefined ? 'none' : translator.integer(type.results[0]);
  for (const parameter of type.parameters) translator.integer(parameter);
  const imported = context.module.imports[index];
  if (imported?.module === CSR_MODULE || imported?.module === INTRINSICS_MODULE) {
    try {
      const value =
        imported.module === CSR_MODULE
          ? csrAccess(translator.builder, imported.name, args)
          : intrinsic(translator, imported.name, args);
      if (result !== 'none') translator.push(value ?? translator.builder.constant(0n));
    } catch (error) {
      if (error instanceof CompileError) translator.fail('an intrinsic', error.message);
      throw error;
    }
    return 'returns';
  }
  const symbol = context.symbols[index]!;
  const value = translator.builder.append('call', result, args, 0n, symbol);
  if (result !== 'none') translator.push(value);
  if (symbol !== ABORT_SYMBOL && symbol !== TRAP_SYMBOL) return 'returns';
  translator.builder.block.control = { kind: 'unreachable' };
  return 'noreturn';
}

export function callIndirect(translator: Translator, type: FunctionType): void {
  const { builder, context } = translator;
  const index = translator.pop();
  const args = translator.popMany(type.parameters.length);
  const result: ValueType = type.results[0] === undefined ? 'none' : translator.integer(type.results[0]);
  const inside = builder.compare('ltu', index, builder.constant(BigInt(context.module.tableSize)));
  translator.trapIf(builder.compare('eq', inside, builder.constant(0n)), TRAP.undefinedElement);
  const offset = builder.binary('sll', index, builder.constant(TABLE_ENTRY_SHIFT));
  const entry = builder.binary('add', builder.address(FUNCTION_TABLE_SYMBOL), offset);
  const signature = builder.load('ld', entry, 8n);
  const expected = builder.constant(BigInt(context.signature(type)));
  translator.trapIf(builder.compare('ne', signature, expected), TRAP.signatureMismatch);
  const target = builder.load('ld', entry, 0n);
  const value = builder.append('call.indirect', result, [target, ...args]);
  if (result !== 'none') translator.push(value);
}

function intrinsic(translator: Translator, name: string, args: Value[]): Value | undefined {
  const { builder } = translator;
  const found: Intrinsic | undefined = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  switch (found?.kind) {
    case 'instruction':
      return builder.machine(found.detail, args, found.result);
    case 'sbi':
      return sbiCall(translator, args);
    case 'register':
      if (found.write) return builder.append('register.write', 'none', args, BigInt(found.register));
      return builder.append('register.read', 'i64', [], BigInt(found.register));
    case 'frame':
      return builder.append('frame.address', 'i64', []);
    case undefined:
      throw new CompileError(`there is no intrinsic called '${name}'; bare/rv/intrinsics.ts lists them`);
  }
}

/** `sbi_call(a0, …, a5, function, extension, value)`: gives the error; the value goes where the last argument points, if not 0. */
function sbiCall({ builder }: Translator, args: Value[]): Value {
  const pointer = args[SBI_REGISTERS]!;
  const error = builder.append('sbi', 'i64', args.slice(0, SBI_REGISTERS));
  const value = builder.append('sbi.value', 'i64', [error]);
  if (!(pointer.isConstant && pointer.immediate === 0n)) builder.store('sd', pointer, 0n, value);
  return error;
}
