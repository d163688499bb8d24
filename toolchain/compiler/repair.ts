/** After code was copied, a value has several definitions: uses have to ask which one reaches them. */
import { Builder } from './builder.ts';
import { isSignExtended } from './facts.ts';
import { type Block, type IrFunction, resolve, type Value } from './ir.ts';
import { Variables } from './variables.ts';

export interface Definition {
  readonly block: Block;
  readonly value: Value;
}

/**
 * Replaces uses of each key of `definitions` by the definition that reaches them, through new phis where several do. Uses in
 * `done`, and those in the body of `origin`, are right as they are.
 */
export function repairUses(
  ir: IrFunction,
  definitions: ReadonlyMap<Value, readonly Definition[]>,
  done: ReadonlySet<Block>,
  origin?: Block,
): void {
  const originals = [...definitions.keys()];
  const numbers = new Map(originals.map((value, i) => [value, i]));
  const types = originals.map((value) => (isSignExtended(value) ? 'i32' : 'i64'));
  const variables = new Variables(new Builder(ir, ir.entry), types);
  originals.forEach((value, i) => {
    for (const definition of definitions.get(value)!) variables.write(i, definition.block, definition.value);
  });
  const read = (value: Value, block: Block): Value => {
    const number = numbers.get(value);
    return number === undefined ? value : variables.read(number, block);
  };
  for (const block of [...ir.blocks]) {
    if (done.has(block)) continue;
    for (const phi of [...block.phis]) {
      phi.arguments.forEach((argument, i) => {
        phi.arguments[i] = read(resolve(argument), block.predecessors[i]!);
      });
    }
    if (block === origin) continue;
    for (const value of block.body) {
      value.arguments.forEach((argument, i) => {
        value.arguments[i] = read(resolve(argument), block);
      });
    }
    const { control } = block;
    if (control.kind === 'branch') control.condition = read(resolve(control.condition), block);
    else if (control.kind === 'switch') control.index = read(resolve(control.index), block);
    else if (control.kind === 'return' && control.value !== undefined) {
      control.value = read(resolve(control.value), block);
    }
  }
}
