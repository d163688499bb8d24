/** Routines for what wasm has as an instruction and RV64IMA has not. A program contains those that it uses. */
import { Builder } from './builder.ts';
import { addEdge, type Block, IrFunction, type Value, type ValueType } from './ir.ts';
import type { CountRow } from './numeric.ts';
import type { Translator } from './translate.ts';
import { Variables } from './variables.ts';

export type RuntimeRoutine = 'clz' | 'ctz' | 'popcnt' | 'copy' | 'fill';

export const routineSymbol = (routine: RuntimeRoutine): string => `wasm.${routine}`;

/** Calls the routine. Those that count have 64-bit operands: a 32-bit one is placed so that the count is right. */
export function callRuntime(translator: Translator, what: CountRow | 'copy' | 'fill', args: Value[]): Value {
  const { builder, context } = translator;
  if (typeof what === 'string') {
    context.runtime.add(what);
    return builder.append('call', 'none', args, 0n, routineSymbol(what));
  }
  context.runtime.add(what.name);
  const operand = what.bits === 64 ? args[0]! : widen(builder, what.name, args[0]!);
  return builder.append('call', what.bits === 64 ? 'i64' : 'i32', [operand], 0n, routineSymbol(what.name));
}

function widen(builder: Builder, routine: CountRow['name'], operand: Value): Value {
  const constant = (value: bigint): Value => builder.constant(value);
  switch (routine) {
    case 'popcnt':
      return builder.binary('and', operand, constant(0xffff_ffffn));
    case 'clz':
      // A 1 below the operand ends the count of 0 at 32.
      return builder.binary('or', builder.binary('sll', operand, constant(32n)), constant(1n << 31n));
    case 'ctz':
      return builder.binary('or', operand, constant(1n << 32n));
  }
}

export function buildRoutine(routine: RuntimeRoutine): IrFunction {
  switch (routine) {
    case 'popcnt':
      return count('popcnt', (_, x) => x);
    case 'ctz':
      // The zeros below the lowest 1, as ones: ~x & (x - 1).
      return count('ctz', (b, x) =>
        b.binary('and', b.binary('xor', x, b.constant(-1n)), b.binary('add', x, b.constant(-1n))),
      );
    case 'clz':
      return count('clz', zerosAbove);
    case 'fill':
      return fill();
    case 'copy':
      return copy();
  }
}

/** The zeros above the highest 1, as ones. */
function zerosAbove(builder: Builder, operand: Value): Value {
  let smeared = operand;
  for (const distance of [1n, 2n, 4n, 8n, 16n, 32n]) {
    smeared = builder.binary('or', smeared, builder.binary('srl', smeared, builder.constant(distance)));
  }
  return builder.binary('xor', smeared, builder.constant(-1n));
}

/** The number of ones in what `prepare` makes of the operand, by adding neighbours: pairs, nibbles, bytes, all. */
function count(routine: RuntimeRoutine, prepare: (builder: Builder, operand: Value) => Value): IrFunction {
  const ir = new IrFunction(routineSymbol(routine), ['i64'], 'i64');
  const b = new Builder(ir, ir.entry);
  const masked = (value: Value, mask: bigint): Value => b.binary('and', value, b.constant(mask));
  const right = (value: Value, distance: bigint): Value => b.binary('srl', value, b.constant(distance));
  const bits = prepare(b, ir.parameters[0]!);
  const pairs = b.binary('sub', bits, masked(right(bits, 1n), 0x5555_5555_5555_5555n));
  const lowPairs = masked(pairs, 0x3333_3333_3333_3333n);
  const nibbles = b.binary('add', lowPairs, masked(right(pairs, 2n), 0x3333_3333_3333_3333n));
  const bytes = masked(b.binary('add', nibbles, right(nibbles, 4n)), 0x0f0f_0f0f_0f0f_0f0fn);
  const sum = right(b.binary('mul', bytes, b.constant(0x0101_0101_0101_0101n)), 56n);
  ir.entry.control = { kind: 'return', value: sum };
  return ir;
}

/** Writes loops over variables: what wasm's structured control is for the other functions. */
class Routine {
  readonly ir: IrFunction;
  readonly builder: Builder;
  private readonly variables: Variables;

  constructor(routine: RuntimeRoutine, parameters: readonly ValueType[]) {
    this.ir = new IrFunction(routineSymbol(routine), parameters, 'none');
    this.builder = new Builder(this.ir, this.ir.entry);
    this.variables = new Variables(this.builder, parameters);
    this.ir.parameters.forEach((parameter, i) => {
      this.set(i, parameter);
    });
  }

  get(variable: number): Value {
    return this.variables.read(variable, this.builder.block);
  }

  set(variable: number, value: Value): void {
    this.variables.write(variable, this.builder.block, value);
  }

  advance(variable: number, bytes: bigint): void {
    this.set(variable, this.builder.binary('add', this.get(variable), this.builder.constant(bytes)));
  }

  while(condition: () => Value, body: () => void): void {
    const header = this.ir.newBlock();
    this.jump(header);
    this.variables.open(header);
    this.builder.block = header;
    const next = this.branch(condition());
    body();
    this.jump(header);
    this.variables.seal(header);
    this.builder.block = next;
  }

  if(condition: Value, body: () => void): void {
    const otherwise = this.branch(condition);
    body();
    const next = this.ir.newBlock();
    this.jump(next);
    this.builder.block = otherwise;
    this.jump(next);
    this.builder.block = next;
  }

  return(): void {
    this.builder.block.control = { kind: 'return', value: undefined };
    this.builder.block = this.ir.newBlock();
  }

  private jump(to: Block): void {
    this.builder.block.control = { kind: 'jump' };
    addEdge(this.builder.block, to);
  }

  /** Goes on in the block for a true condition and gives the other. */
  private branch(condition: Value): Block {
    const [yes, no] = [this.ir.newBlock(), this.ir.newBlock()];
    this.builder.block.control = { kind: 'branch', condition };
    addEdge(this.builder.block, yes);
    addEdge(this.builder.block, no);
    this.builder.block = yes;
    return no;
  }
}

const WORD = 8n;
const WORDS_IN_A_TURN = 8n;

/** `memory.fill(destination, byte, length)` */
function fill(): IrFunction {
  const r = new Routine('fill', ['i64', 'i32', 'i64']);
  const b = r.builder;
  const [TO, BYTE, LENGTH] = [0, 1, 2];
  const end = b.binary('add', r.get(TO), r.get(LENGTH));
  const byte = b.binary('and', r.get(BYTE), b.constant(0xffn));
  const pattern = b.binary('mul', byte, b.constant(0x0101_0101_0101_0101n));
  const room = (bytes: bigint) => b.compare('geu', end, b.binary('add', r.get(TO), b.constant(bytes)));
  const store = (words: bigint) => {
    for (let i = 0n; i < words; i++) b.store('sd', r.get(TO), i * WORD, pattern);
    r.advance(TO, words * WORD);
  };
  const storeByte = () => {
    b.store('sb', r.get(TO), 0n, pattern);
    r.advance(TO, 1n);
  };
  r.while(() => b.binary('and', unaligned(b, r.get(TO)), b.compare('ltu', r.get(TO), end)), storeByte);
  r.while(
    () => room(WORDS_IN_A_TURN * WORD),
    () => store(WORDS_IN_A_TURN),
  );
  r.while(
    () => room(WORD),
    () => store(1n),
  );
  r.while(() => b.compare('ltu', r.get(TO), end), storeByte);
  r.return();
  return r.ir;
}

/** `memory.copy(destination, source, length)`, which may overlap either way. */
function copy(): IrFunction {
  const r = new Routine('copy', ['i64', 'i64', 'i64']);
  const b = r.builder;
  const [TO, FROM, LENGTH] = [0, 1, 2];
  const length = r.get(LENGTH);
  const start = r.get(TO);
  const end = b.binary('add', start, length);
  const distance = b.binary('sub', start, r.get(FROM));
  const together = b.compare('eq', unaligned(b, distance), b.constant(0n));
  // Backwards only where the destination begins inside the source.
  r.if(b.compare('ltu', distance, length), () => {
    r.set(TO, end);
    r.set(FROM, b.binary('add', r.get(FROM), length));
    copyBackwards(r, start, together);
    r.return();
  });
  const room = (bytes: bigint) => b.compare('geu', end, b.binary('add', r.get(TO), b.constant(bytes)));
  const byte = () => {
    b.store('sb', r.get(TO), 0n, b.load('lbu', r.get(FROM), 0n));
    r.advance(TO, 1n);
    r.advance(FROM, 1n);
  };
  const words = (count: bigint) => {
    const loaded: Value[] = [];
    for (let i = 0n; i < count; i++) loaded.push(b.load('ld', r.get(FROM), i * WORD));
    loaded.forEach((value, i) => {
      b.store('sd', r.get(TO), BigInt(i) * WORD, value);
    });
    r.advance(TO, count * WORD);
    r.advance(FROM, count * WORD);
  };
  r.if(together, () => {
    r.while(() => b.binary('and', unaligned(b, r.get(TO)), b.compare('ltu', r.get(TO), end)), byte);
    r.while(
      () => room(WORDS_IN_A_TURN * WORD),
      () => words(WORDS_IN_A_TURN),
    );
    r.while(
      () => room(WORD),
      () => words(1n),
    );
  });
  r.while(() => b.compare('ltu', r.get(TO), end), byte);
  r.return();
  return r.ir;
}

function copyBackwards(r: Routine, start: Value, together: Value): void {
  const b = r.builder;
  const [TO, FROM] = [0, 1];
  const byte = () => {
    r.advance(TO, -1n);
    r.advance(FROM, -1n);
    b.store('sb', r.get(TO), 0n, b.load('lbu', r.get(FROM), 0n));
  };
  r.if(together, () => {
    r.while(() => b.binary('and', unaligned(b, r.get(TO)), b.compare('ltu', start, r.get(TO))), byte);
    r.while(
      () => b.compare('geu', b.binary('sub', r.get(TO), start), b.constant(WORD)),
      () => {
        r.advance(TO, -WORD);
        r.advance(FROM, -WORD);
        b.store('sd', r.get(TO), 0n, b.load('ld', r.get(FROM), 0n));
      },
    );
  });
  r.while(() => b.compare('ltu', start, r.get(TO)), byte);
}

/** 1 where the address is not that of a word. */
function unaligned(builder: Builder, address: Value): Value {
  return builder.compare('ne', builder.binary('and', address, builder.constant(WORD - 1n)), builder.constant(0n));
}
