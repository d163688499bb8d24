/** Random AssemblyScript functions of integers, the same for the same seed. They end, and neither trap nor depend on addresses. */

const TYPES = ['i32', 'u32', 'i64', 'u64', 'i8', 'u8', 'i16', 'u16'] as const;
type Type = (typeof TYPES)[number] | 'bool';

interface GeneratedFunction {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** Calls below it; limited, since calls in calls multiply. */
  readonly level: number;
}

/** What an expression can name. */
interface Scope {
  readonly variables: { readonly name: string; readonly type: Type; readonly assignable: boolean }[];
  readonly callable: readonly GeneratedFunction[];
  /** Loops around this place. */
  loops: number;
  calls: number;
  names: number;
}

const INTERESTING = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  31n,
  32n,
  63n,
  64n,
  127n,
  128n,
  255n,
  2047n,
  2048n,
  -2048n,
  -2049n,
  0x7fffn,
  0x8000n,
];
const WIDE = [
  0x7fff_ffffn,
  -0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  -0x8000_0000_0000_0000n,
];
const GLOBALS: readonly Type[] = ['i32', 'u64', 'u8', 'i64'];
const BUFFER_BYTES = 256;
const MAX_LEVEL = 2;
const CALLS_PER_FUNCTION = 2;

/** Marsaglia's xorshift with 32 bits of state. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995) | 1;
  }

  /** 0 to limit - 1. */
  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x >>> 0) % limit;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

/** Source that exports `test()`, which prints the results of `count` functions, each called with `calls` sets of arguments. */
export function generateSource(seed: number, count: number, calls: number): string {
  return new Generator(new Random(seed)).source(count, calls);
}

class Generator {
  private readonly random: Random;
  private readonly functions: GeneratedFunction[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  source(count: number, calls: number): string {
    const lines = [
      `const buffer = memory.data(${BUFFER_BYTES}, 8);`,
      ...GLOBALS.map((type, i) => `let global${i}: ${type} = ${i};`),
      'type Transform = (x: i64, y: u32) => i64;',
      'const transforms: Transform[] = [',
      ...[0, 1, 2, 3].map((i) => `  (x: i64, y: u32): i64 => ${this.transform(i)},`),
      '];',
    ];
    for (let i = 0; i < count; i++) lines.push(...this.function(i));
    lines.push('export function test(): void {');
    for (const { name, parameters } of this.functions) {
      for (let i = 0; i < calls; i++) {
        lines.push(`  printHex(<u64>${name}(${parameters.map((type) => this.constant(type)).join(', ')}));`);
      }
    }
    lines.push('}', '');
    return lines.join('\n');
  }

  private transform(index: number): string {
    return ['x + y', 'x * 3 - y', '(x >> 3) ^ y', '-x'][index]!;
  }

  private function(index: number): string[] {
    const { random } = this;
    const count = random.chance(10) ? 9 + random.below(4) : random.below(6);
    const parameters = Array.from({ length: count }, () => random.pick(TYPES));
    const result = random.pick(TYPES);
    const callable = this.functions.filter(({ level }) => level < MAX_LEVEL);
    const variables = parameters.map((type, i) => ({ name: `p${i}`, type, assignable: true }));
    const scope: Scope = { variables, callable, loops: 0, calls: 0, names: 0 };
    const name = `f${index}`;
    const header = `function ${name}(${parameters.map((type, i) => `p${i}: ${type}`).join(', ')}): ${result} {`;
    const body = this.statements(scope, 2 + random.below(5), 2);
    body.push(`return ${this.expression(scope, result, 3)};`);
    this.functions.push({ name, parameters, result, level: scope.calls > 0 ? MAX_LEVEL : random.below(2) });
    return [header, ...body.map((line) => `  ${line}`), '}'];
  }

  private statements(scope: Scope, count: number, depth: number): string[] {
    const lines: string[] = [];
    const outer = scope.variables.length;
    for (let i = 0; i < count; i++) lines.push(...this.statement(scope, depth));
    scope.variables.length = outer;
    return lines;
  }

  private statement(scope: Scope, depth: number): string[] {
    const { random } = this;
    if (random.chance(12)) return this.accesses(scope);
    const kind = random.below(depth > 0 ? 12 : 7);
    if (kind < 2) {
      const type = random.pick(TYPES);
      const name = `v${scope.names++}`;
      const line = `let ${name}: ${type} = ${this.expression(scope, type, 3)};`;
      scope.variables.push({ name, type, assignable: true });
      return [line];
    }
    if (kind < 4) {
      const assignable = scope.variables.filter((variable) => variable.assignable);
      if (assignable.length === 0) return [];
      const { name, type } = random.pick(assignable);
      return [`${name} = ${this.expression(scope, type, 4)};`];
    }
    if (kind === 4) {
      const global = random.below(GLOBALS.length);
      return [`global${global} = ${this.expression(scope, GLOBALS[global]!, 3)};`];
    }
    if (kind < 7) {
      const type = random.pick(TYPES);
      return [`store<${type}>(${this.address(scope)}, ${this.expression(scope, type, 3)}, ${4 * random.below(4)});`];
    }
    if (kind < 9) {
      const yes = this.statements(scope, 1 + random.below(3), depth - 1);
      const no = random.chance(50) ? this.statements(scope, 1 + random.below(2), depth - 1) : [];
      return [`if (${this.condition(scope)}) {`, ...yes, ...(no.length > 0 ? ['} else {', ...no] : []), '}'];
    }
    if (kind < 11) return this.loop(scope, depth);
    return this.switch(scope, depth);
  }

  /** A load before and after a store that may be to the same place. */
  private accesses(scope: Scope): string[] {
    const { random } = this;
    const [type, stored] = [random.pick(TYPES), random.pick(TYPES)];
    const load = `load<${type}>(${this.address(scope)}, ${4 * random.below(3)})`;
    const name = `v${scope.names++}`;
    const store = `store<${stored}>(${this.address(scope)}, ${this.expression(scope, stored, 2)}, ${4 * random.below(3)});`;
    scope.variables.push({ name, type, assignable: true });
    return [`let ${name}: ${type} = ${load};`, store, `${name} = <${type}>(${name} * 5 + ${load});`];
  }

  private loop(scope: Scope, depth: number): string[] {
    const { random } = this;
    const name = `i${scope.names++}`;
    const type = random.pick(['i32', 'u32', 'u64', 'i64'] as const);
    scope.loops++;
    scope.variables.push({ name, type, assignable: false });
    const body = this.statements(scope, 1 + random.below(3), depth - 1);
    const leave = random.chance(30) ? [`if (${this.condition(scope)}) ${random.pick(['break', 'continue'])};`] : [];
    const more = this.statements(scope, random.below(2), depth - 1);
    scope.loops--;
    scope.variables.pop();
    return [
      `for (let ${name}: ${type} = 0; ${name} < ${1 + random.below(9)}; ${name}++) {`,
      ...body,
      ...leave,
      ...more,
      '}',
    ];
  }

  private switch(scope: Scope, depth: number): string[] {
    const { random } = this;
    const lines = [`switch (${this.expression(scope, 'i32', 2)} & 7) {`];
    for (let i = 0; i < 2 + random.below(6); i++) {
      lines.push(`case ${i}: {`, ...this.statements(scope, 1, depth - 1), '}');
      if (random.chance(70)) lines.push('break;');
    }
    if (random.chance(60)) lines.push('default: {', ...this.statements(scope, 1, depth - 1), '}');
    return [...lines, '}'];
  }

  /** Mostly one of few places, by one of few expressions, so that accesses meet and repeat. */
  private address(scope: Scope): string {
    const { random } = this;
    if (random.chance(20)) return 'buffer';
    const near = random.chance(75) && scope.variables.length > 0;
    const offset = near ? random.pick(scope.variables).name : this.expression(scope, 'u32', 1);
    return `buffer + (<usize>${offset} & ${near ? 8 : BUFFER_BYTES - 32})`;
  }

  private condition(scope: Scope): string {
    return this.expression(scope, 'bool', 3);
  }

  private expression(scope: Scope, type: Type, depth: number): string {
    const { random } = this;
    if (type === 'bool') return this.truth(scope, depth);
    if (depth <= 0 || random.chance(15)) return this.leaf(scope, type);
    const operand = (of: Type = type): string => this.expression(scope, of, depth - 1);
    switch (random.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.cast(type, `(${operand()} ${random.pick(['+', '-', '*', '&', '|', '^'])} ${operand()})`);
      case 4:
      case 5:
        return this.cast(type, `(${operand()} ${random.pick(['<<', '>>', '>>>'])} ${operand()})`);
      case 6: {
        // Positive and not 0, so that nothing overflows.
        const divisor = random.chance(50) ? `((${operand()} & 63) | 1)` : `${1 + random.below(100)}`;
        return this.cast(type, `(${operand()} ${random.pick(['/', '%'])} <${type}>${divisor})`);
      }
      case 7:
        return `<${type}>(${operand(random.pick(TYPES))})`;
      case 8:
        return `<${type}>(${operand('bool')})`;
      case 9:
        return `(${operand('bool')} ? ${operand()} : ${operand()})`;
      case 10:
        return this.cast(type, `(${random.pick(['-', '~'])}${operand()})`);
      case 11:
        return this.builtin(type, operand);
      case 12:
        return `load<${type}>(${this.address(scope)}, ${4 * random.below(4)})`;
      case 13:
        return `select<${type}>(${operand()}, ${operand()}, ${operand('bool')})`;
      case 14:
        return this.call(scope, type, depth);
      default:
        return `<${type}>global${random.below(GLOBALS.length)}`;
    }
  }

  private truth(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth > 1 && random.chance(25)) {
      return `(${this.truth(scope, depth - 1)} ${random.pick(['&&', '||'])} ${this.truth(scope, depth - 1)})`;
    }
    if (random.chance(10)) return `(!${this.truth(scope, depth - 1)})`;
    const type = random.pick(TYPES);
    const comparison = random.pick(['==', '!=', '<', '<=', '>', '>=']);
    const operand = (): string => `<${type}>(${this.expression(scope, type, depth - 1)})`;
    return `(${operand()} ${comparison} ${operand()})`;
  }

  private builtin(type: Type, operand: (of: Type) => string): string {
    const of = this.random.pick(['i32', 'u32', 'i64', 'u64'] as const);
    const [a, b] = [operand(of), operand(of)];
    const name = this.random.pick(['clz', 'ctz', 'popcnt', 'rotl', 'rotr']);
    return `<${type}>${name}<${of}>(${name.startsWith('rot') ? `${a}, ${b}` : a})`;
  }

  private call(scope: Scope, type: Type, depth: number): string {
    const { random } = this;
    if (random.chance(30)) {
      const index = this.expression(scope, 'i32', 1);
      const [x, y] = [this.expression(scope, 'i64', depth - 1), this.expression(scope, 'u32', 1)];
      return `<${type}>transforms[${index} & 3](${x}, ${y})`;
    }
    if (scope.callable.length === 0 || scope.loops > 0 || scope.calls >= CALLS_PER_FUNCTION)
      return this.leaf(scope, type);
    scope.calls++;
    const { name, parameters } = random.pick(scope.callable);
    return `<${type}>${name}(${parameters.map((of) => this.expression(scope, of, Math.min(depth - 1, 1))).join(', ')})`;
  }

  private leaf(scope: Scope, type: Type): string {
    if (scope.variables.length === 0 || this.random.chance(30)) return this.constant(type);
    const variable = this.random.pick(scope.variables);
    return variable.type === type ? variable.name : `<${type}>${variable.name}`;
  }

  private cast(type: Type, expression: string): string {
    return `<${type}>${expression}`;
  }

  private constant(type: Type): string {
    const { random } = this;
    const bits = Number.parseInt(type.slice(1), 10);
    const value = bits > 16 && random.chance(40) ? random.pick(WIDE) : random.pick(INTERESTING);
    const fitting = type.startsWith('i') ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
    return `<${type}>${fitting < 0n ? `(${fitting})` : fitting}`;
  }
}
