/** Who uses each value of a function. */
import { LOW_WORD } from './fold.ts';
import type { IrFunction, Value } from './ir.ts';

export class Uses {
  private readonly users = new Map<Value, Value[]>();
  private readonly usedByControl = new Set<Value>();

  constructor(ir: IrFunction) {
    const use = (value: Value, user: Value): void => {
      const users = this.users.get(value);
      if (users === undefined) this.users.set(value, [user]);
      else users.push(user);
    };
    for (const block of ir.blocks) {
      for (const value of block.phis) for (const argument of value.arguments) use(argument, value);
      for (const value of block.body) for (const argument of value.arguments) use(argument, value);
      const { control } = block;
      if (control.kind === 'branch') this.usedByControl.add(control.condition);
      if (control.kind === 'switch') this.usedByControl.add(control.index);
      if (control.kind === 'return' && control.value !== undefined) this.usedByControl.add(control.value);
    }
  }

  isUsedOnce(value: Value): boolean {
    return !this.usedByControl.has(value) && this.users.get(value)?.length === 1;
  }

  /** All that is ever asked of this sign-extending load is its zero extension. */
  isOnlyZeroExtended(load: Value): boolean {
    if (this.usedByControl.has(load)) return false;
    return this.users.get(load)?.every((user) => isZeroExtension(user)) === true;
  }
}

function isZeroExtension(value: Value): boolean {
  const [, mask] = value.arguments;
  return value.operation === 'and' && mask!.isConstant && mask!.immediate === LOW_WORD;
}
