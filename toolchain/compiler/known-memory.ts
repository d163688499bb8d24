/** What is known to be in memory and in wasm globals at one place of a function. */
import type { Builder } from './builder.ts';
import type { Block, LoadOperation, StoreOperation, Value } from './ir.ts';
import { accessBytes, isLoad, isStore } from './operations.ts';

/** `value` was loaded from there or stored to there; stored ones may have more bits than the place. */
interface Entry {
  readonly base: Value;
  readonly offset: bigint;
  readonly bytes: number;
  readonly operation: LoadOperation | StoreOperation;
  readonly value: Value;
}

export class KnownMemory {
  private readonly entries = new Map<string, Entry>();
  private readonly globals = new Map<bigint, Value>();

  copy(): KnownMemory {
    const copy = new KnownMemory();
    for (const [place, entry] of this.entries) copy.entries.set(place, entry);
    for (const [index, value] of this.globals) copy.globals.set(index, value);
    return copy;
  }

  /** Keeps what the other knows too. */
  intersect(other: KnownMemory): void {
    for (const [place, entry] of this.entries) {
      const theirs = other.entries.get(place);
      if (theirs?.value !== entry.value || theirs.operation !== entry.operation) this.entries.delete(place);
    }
    for (const [index, value] of this.globals) if (other.globals.get(index) !== value) this.globals.delete(index);
  }

  clear(): void {
    this.entries.clear();
    this.globals.clear();
  }

  global(index: bigint): Value | undefined {
    return this.globals.get(index);
  }

  setGlobal(index: bigint, value: Value): void {
    this.globals.set(index, value);
  }

  /** The value that this load would give. */
  load(builder: Builder, operation: LoadOperation, base: Value, offset: bigint): Value | undefined {
    const entry = this.entries.get(placeOf(base, offset, accessBytes(operation)));
    if (entry === undefined) return undefined;
    if (isLoad(entry.operation)) return entry.operation === operation ? entry.value : undefined;
    return extend(builder, operation, entry.value);
  }

  loaded(value: Value): void {
    if (isLoad(value.operation)) this.add(value.operation, value, value);
  }

  store(value: Value): void {
    if (!isStore(value.operation)) return;
    this.forget(value);
    this.add(value.operation, value, value.arguments[1]!);
  }

  /** Forgets what running the block may change. */
  forgetStoresOf(block: Block): void {
    for (const value of block.body) {
      if (isStore(value.operation)) this.forget(value);
      else if (value.operation === 'global.set') this.globals.delete(value.immediate);
      else if (this.clobberedBy(value)) this.clear();
    }
  }

  /** Memory may be anything afterwards: calls, atomics, fences, device accesses, CSR writes. */
  clobberedBy(value: Value): boolean {
    switch (value.operation) {
      case 'call':
      case 'call.indirect':
      case 'sbi':
      case 'atomic.cmpxchg':
      case 'atomic.rmw.masked':
      case 'atomic.cmpxchg.masked':
        return true;
      case 'machine': {
        const { instruction, operands, fields } = value.machine!;
        const reads = instruction.startsWith('csrrs') && operands.length === 0 && (fields.imm ?? 0) === 0;
        return !reads;
      }
      default:
        return false;
    }
  }

  private add(operation: LoadOperation | StoreOperation, access: Value, value: Value): void {
    const base = access.arguments[0]!;
    const bytes = accessBytes(operation);
    const entry = { base, offset: access.immediate, bytes, operation, value };
    this.entries.set(placeOf(base, access.immediate, bytes), entry);
  }

  private forget(store: Value): void {
    const base = store.arguments[0]!;
    const start = store.immediate;
    const end = start + BigInt(accessBytes(store.operation as StoreOperation));
    for (const [place, entry] of this.entries) {
      // From the same base, offsets tell; from different ones nothing does.
      const apart = entry.base === base && (entry.offset >= end || entry.offset + BigInt(entry.bytes) <= start);
      if (!apart) this.entries.delete(place);
    }
  }
}

function placeOf(base: Value, offset: bigint, bytes: number): string {
  return `${base.id} ${offset} ${bytes}`;
}

/** What a load gives after a store of the value to the same bytes. */
function extend(builder: Builder, operation: LoadOperation, value: Value): Value {
  switch (operation) {
    case 'lb':
      return builder.unary('sext.b', value);
    case 'lh':
      return builder.unary('sext.h', value);
    case 'lw':
      return builder.unary('sext.w', value);
    case 'lbu':
      return builder.binary('and', value, builder.constant(0xffn));
    case 'lhu':
      return builder.binary('and', value, builder.constant(0xffffn));
    case 'lwu':
      return builder.binary('and', value, builder.constant(0xffff_ffffn));
    case 'ld':
      return value;
  }
}
