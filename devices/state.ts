/**
 * What a device remembers, for a snapshot: fields with names, in plain JSON, so that later versions of the device read what
 * earlier ones have written.
 */

export type StateValue = number | boolean | string | readonly StateValue[] | State;
export interface State {
  readonly [name: string]: StateValue | undefined;
}

/** A state that its device cannot have; one line. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Reads a state that nobody vouches for. Every method throws a StateError for a field that is missing or not as described. */
export class StateReader {
  readonly #state: State;
  readonly #path: string;

  /** `path` is what the state is of, for messages. */
  constructor(state: unknown, path: string) {
    this.#path = path;
    if (typeof state !== 'object' || state === null || Array.isArray(state)) throw this.#error('', 'has no fields');
    this.#state = state as State;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#state, name);
  }

  /** Of the fields that there are. */
  get names(): readonly string[] {
    return Object.keys(this.#state);
  }

  /** A whole number from 0 to `most`. */
  number(name: string, most: number): number {
    return this.#whole(name, this.#field(name), most);
  }

  /** Any finite number. */
  real(name: string): number {
    const value = this.#field(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#error(name, 'is not a number');
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#field(name);
    if (typeof value !== 'boolean') throw this.#error(name, 'is neither true nor false');
    return value;
  }

  text(name: string): string {
    const value = this.#field(name);
    if (typeof value !== 'string') throw this.#error(name, 'is not a text');
    return value;
  }

  /** 64 bits, unsigned, as `hex64` writes them. */
  u64(name: string): bigint {
    const value = this.text(name);
    if (!/^0x[0-9a-f]{1,16}$/.test(value)) throw this.#error(name, 'is not a hexadecimal number of 64 bits');
    return BigInt(value);
  }

  /** Whole numbers from 0 to `most`; exactly `length` of them if it is given. */
  numbers(name: string, most: number, length?: number): number[] {
    return this.#list(name, length).map((value) => this.#whole(name, value, most));
  }

  /** Pairs of whole numbers. */
  pairs(name: string): [number, number][] {
    return this.#list(name).map((value) => {
      if (!Array.isArray(value) || value.length !== 2) throw this.#error(name, 'is not a list of pairs');
      const [first, second] = value as [StateValue, StateValue];
      return [this.#whole(name, first, Number.MAX_SAFE_INTEGER), this.#whole(name, second, Number.MAX_SAFE_INTEGER)];
    });
  }

  texts(name: string): string[] {
    return this.#list(name).map((value) => {
      if (typeof value !== 'string') throw this.#error(name, 'is not a list of texts');
      return value;
    });
  }

  /** States within this one. */
  list(name: string, length?: number): StateReader[] {
    return this.#list(name, length).map((value, index) => new StateReader(value, `${this.#path}.${name}[${index}]`));
  }

  state(name: string): StateReader {
    return new StateReader(this.#field(name), `${this.#path}.${name}`);
  }

  #list(name: string, length?: number): readonly StateValue[] {
    const value = this.#field(name);
    if (!Array.isArray(value)) throw this.#error(name, 'is not a list');
    if (length !== undefined && value.length !== length) {
      throw this.#error(name, `has ${value.length} elements, where there are ${length} here`);
    }
    return value;
  }

  #whole(name: string, value: StateValue, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw this.#error(name, `is not a whole number from 0 to ${most}`);
  }

  #field(name: string): StateValue {
    const value = this.has(name) ? this.#state[name] : undefined;
    if (value === undefined) throw this.#error(name, 'is missing');
    return value;
  }

  #error(name: string, what: string): StateError {
    return new StateError(`${name === '' ? this.#path : `${this.#path}.${name}`} ${what}`);
  }
}

export function hex64(value: bigint): string {
  return `0x${value.toString(16)}`;
}
