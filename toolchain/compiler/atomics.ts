/**
 * wasm's atomics, all sequentially consistent, on RV64A (Unpriv., "A" Extension; the mappings are those of the RVWMO appendix).
 * An instruction of 8 or 16 bits works on the aligned word around its bytes.
 */
import type { LoadOperation, StoreOperation, Value } from './ir.ts';
import { memoryOperand } from './memory.ts';
import type { Translator } from './translate.ts';

/** Bits of each access, in the order of the opcodes: i32, i64, then the narrow ones of both. */
const WIDTHS = [32, 64, 8, 16, 8, 16, 32] as const;
type Width = (typeof WIDTHS)[number];
const LOADS: Record<Width, LoadOperation> = { 8: 'lbu', 16: 'lhu', 32: 'lw', 64: 'ld' };
const STORES: Record<Width, StoreOperation> = { 8: 'sb', 16: 'sh', 32: 'sw', 64: 'sd' };
/** Read-modify-write groups of seven opcodes from 0x1e on. */
const GROUPS = ['add', 'sub', 'and', 'or', 'xor', 'swap', 'cmpxchg'] as const;

const NOTIFY = 0x00;
const WAIT32 = 0x01;
const WAIT64 = 0x02;
const FENCE = 0x03;
const FIRST_LOAD = 0x10;
const FIRST_STORE = 0x17;
const FIRST_RMW = 0x1e;
const LAST_RMW = 0x4e;
/** Only i64 accesses of 32 bits are zero-extended; the one at this place of a group. */
const I64_32 = 6;

const R = 2;
const W = 1;
const RW = R | W;

export function atomicInstruction(translator: Translator, opcode: number): void {
  if (opcode === FENCE) {
    translator.cursor.byte();
    fence(translator, RW, RW);
    return;
  }
  if (opcode === NOTIFY || opcode === WAIT32 || opcode === WAIT64) {
    translator.fail(
      'atomic.wait or atomic.notify',
      'bare-metal code has no threads to suspend; use wfi and an interrupt',
    );
  }
  const offset = memoryOperand(translator);
  if (opcode >= FIRST_LOAD && opcode < FIRST_STORE) {
    load(translator, opcode - FIRST_LOAD, offset);
    return;
  }
  if (opcode >= FIRST_STORE && opcode < FIRST_RMW) {
    store(translator, WIDTHS[opcode - FIRST_STORE]!, offset);
    return;
  }
  if (opcode >= FIRST_RMW && opcode <= LAST_RMW) {
    readModifyWrite(translator, opcode - FIRST_RMW, offset);
    return;
  }
  translator.fail(`the atomic instruction 0x${opcode.toString(16)}`, 'the compiler does not know it');
}

function fence(translator: Translator, pred: number, succ: number): void {
  const detail = { instruction: 'fence', operands: [], fields: { pred, succ }, ordered: false } as const;
  translator.builder.machine(detail, [], 'none');
}

function load(translator: Translator, kind: number, offset: bigint): void {
  const address = translator.pop();
  const width = WIDTHS[kind]!;
  fence(translator, RW, RW);
  const loaded = translator.builder.load(kind === I64_32 ? 'lwu' : LOADS[width], address, offset);
  fence(translator, R, RW);
  translator.push(loaded);
}

function store(translator: Translator, width: Width, offset: bigint): void {
  const value = translator.pop();
  const address = translator.pop();
  fence(translator, RW, W);
  translator.builder.store(STORES[width], address, offset, value);
  fence(translator, RW, RW);
}

function readModifyWrite(translator: Translator, index: number, offset: bigint): void {
  const { builder } = translator;
  const group = GROUPS[Math.floor(index / WIDTHS.length)]!;
  const kind = index % WIDTHS.length;
  const width = WIDTHS[kind]!;
  const replacement = group === 'cmpxchg' ? translator.pop() : undefined;
  const operand = translator.pop();
  const address = builder.binary('add', translator.pop(), builder.constant(offset));
  const narrow = width === 8 || width === 16;
  const old = narrow
    ? narrowAtomic(translator, group, width, address, operand, replacement)
    : wideAtomic(translator, group, width, address, operand, replacement);
  translator.push(kind === I64_32 ? builder.binary('and', old, builder.constant(0xffff_ffffn)) : old);
}

function wideAtomic(
  translator: Translator,
  group: (typeof GROUPS)[number],
  width: 32 | 64,
  address: Value,
  operand: Value,
  replacement: Value | undefined,
): Value {
  const { builder } = translator;
  const suffix = width === 32 ? 'w' : 'd';
  const type = width === 32 ? 'i32' : 'i64';
  if (replacement !== undefined) {
    // lr.w sign-extends what it loads, so the expected value has to be too.
    const expected = width === 32 ? builder.unary('sext.w', operand) : operand;
    const value = builder.append('atomic.cmpxchg', type, [address, expected, replacement]);
    value.machine = { instruction: suffix, operands: [], fields: {}, ordered: true };
    return value;
  }
  // There is no amosub.
  const negated = group === 'sub' ? builder.binary('sub', builder.constant(0n), operand) : operand;
  const instruction = `amo${group === 'sub' ? 'add' : group}.${suffix}`;
  return builder.machine(
    { instruction, operands: ['rs1', 'rs2'], fields: {}, ordered: true },
    [address, negated],
    type,
  );
}

function narrowAtomic(
  translator: Translator,
  group: (typeof GROUPS)[number],
  width: 8 | 16,
  address: Value,
  operand: Value,
  replacement: Value | undefined,
): Value {
  const { builder } = translator;
  const constant = (value: bigint): Value => builder.constant(value);
  const ones = constant((1n << BigInt(width)) - 1n);
  const word = builder.binary('and', address, constant(-4n));
  const shift = builder.binary('sll', builder.binary('and', address, constant(3n)), constant(3n));
  const mask = builder.binary('sllw', ones, shift);
  const place = (value: Value): Value => builder.binary('sllw', builder.binary('and', value, ones), shift);
  let old: Value;
  if (replacement === undefined) {
    old = builder.append('atomic.rmw.masked', 'i32', [word, place(operand), mask]);
    old.machine = { instruction: group, operands: [], fields: {}, ordered: true };
  } else {
    old = builder.append('atomic.cmpxchg.masked', 'i32', [word, place(operand), place(replacement), mask]);
  }
  return builder.binary('and', builder.binary('srlw', old, shift), ones);
}
