/** C structures as tables: the fields' names and types in order give the offsets, by the rules of the x86-64 and RISC-V ABIs. */

/** How values of a type lie in memory, little-endian. `W` is what may be written: fields left out of a structure are zero. */
export interface Type<T, W = T> {
  /** Bytes. */
  readonly size: number;
  readonly alignment: number;
  read(view: DataView, at: number): T;
  write(view: DataView, at: number, value: W): void;
}

export const u8: Type<number> = {
  size: 1,
  alignment: 1,
  read: (view, at) => view.getUint8(at),
  write: (view, at, value) => view.setUint8(at, value),
};

export const u16: Type<number> = {
  size: 2,
  alignment: 2,
  read: (view, at) => view.getUint16(at, true),
  write: (view, at, value) => view.setUint16(at, value, true),
};

export const u32: Type<number> = {
  size: 4,
  alignment: 4,
  read: (view, at) => view.getUint32(at, true),
  write: (view, at, value) => view.setUint32(at, value, true),
};

export const s32: Type<number> = {
  size: 4,
  alignment: 4,
  read: (view, at) => view.getInt32(at, true),
  write: (view, at, value) => view.setInt32(at, value, true),
};

export const u64: Type<bigint> = {
  size: 8,
  alignment: 8,
  read: (view, at) => view.getBigUint64(at, true),
  write: (view, at, value) => view.setBigUint64(at, value, true),
};

/** `__u8 name[length]`. Read as a copy; a shorter array is written with zeros behind it. */
export function bytes(length: number): Type<Uint8Array> {
  return {
    size: length,
    alignment: 1,
    read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, length).slice(),
    write: (view, at, value) => new Uint8Array(view.buffer, view.byteOffset + at, length).set(value),
  };
}

export function array<T, W>(type: Type<T, W>, length: number): Type<T[], readonly W[]> {
  return {
    size: type.size * length,
    alignment: type.alignment,
    read: (view, at) => Array.from({ length }, (_, index) => type.read(view, at + index * type.size)),
    write: (view, at, values) => {
      for (const [index, value] of values.entries()) type.write(view, at + index * type.size, value);
    },
  };
}

type AnyType = Type<unknown, never>;
export type Fields = Readonly<Record<string, AnyType>>;
export type Values<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Type<infer T, never> ? T : never };
type Writable<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Type<unknown, infer W> ? W : never };

export interface Struct<F extends Fields> extends Type<Values<F>, Writable<F>> {
  /** Of each field, in bytes. */
  readonly offsets: { readonly [K in keyof F]: number };
  /** The bytes of a structure; fields left out are zero. `extra` bytes of zeros follow, for a flexible array. */
  encode(values: Writable<F>, extra?: number): Uint8Array<ArrayBuffer>;
  decode(bytes: Uint8Array): Values<F>;
}

/** What reading a structure gives. */
export type ValuesOf<S> = S extends Struct<infer F> ? Values<F> : never;

export function struct<const F extends Fields>(fields: F): Struct<F> {
  const entries: (readonly [name: string, type: AnyType, offset: number])[] = [];
  let end = 0;
  let alignment = 1;
  for (const [name, type] of Object.entries(fields)) {
    const offset = alignUp(end, type.alignment);
    entries.push([name, type, offset]);
    end = offset + type.size;
    alignment = Math.max(alignment, type.alignment);
  }
  const size = alignUp(end, alignment);
  const result: Struct<F> = {
    size,
    alignment,
    offsets: Object.fromEntries(entries.map(([name, , offset]) => [name, offset])) as Struct<F>['offsets'],
    read(view, at) {
      return Object.fromEntries(
        entries.map(([name, type, offset]) => [name, type.read(view, at + offset)]),
      ) as Values<F>;
    },
    write(view, at, values) {
      for (const [name, type, offset] of entries) {
        const value = values[name];
        if (value !== undefined) type.write(view, at + offset, value as never);
      }
    },
    encode(values, extra = 0) {
      const encoded = new Uint8Array(size + extra);
      result.write(new DataView(encoded.buffer), 0, values);
      return encoded;
    },
    decode(encoded) {
      return result.read(new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength), 0);
    },
  };
  return result;
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
