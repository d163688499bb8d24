import type { ObjectFile, ObjectSymbol } from '../object.ts';
import type { ImageSymbol } from './image.ts';
import type { Region } from './layout.ts';
import { LinkError } from './link-error.ts';

/** A symbol with its address. */
interface Resolved extends ImageSymbol {
  readonly object: ObjectFile;
  readonly weak: boolean;
}

/** Names that are of no use once a program is linked: `.L…`, numeric labels, and what the assembler made. */
const isPrivate = (name: string): boolean => /^(\.L|\.pcrel\$|\.\$|\d|\*ABS\*)/.test(name);

/** Strong before weak; of two weak ones the first that is not a mere reference. */
function wins(candidate: Resolved, other: Resolved): boolean {
  if (candidate.weak !== other.weak) return other.weak;
  return other.section === undefined && candidate.section !== undefined;
}

/** All symbols of a program, by object and by name. */
export class LinkedSymbols {
  readonly #locals = new Map<ObjectFile, Map<string, Resolved>>();
  readonly #globals = new Map<string, Resolved>();
  readonly #layout: ReadonlyMap<string, bigint>;

  /** `layout`: symbols that the linker defines, which give way to the objects'. */
  constructor(objects: readonly ObjectFile[], regions: readonly Region[], layout: ReadonlyMap<string, bigint>) {
    this.#layout = layout;
    const problems: string[] = [];
    for (const object of objects) {
      const places = new Map(
        regions.flatMap(({ name, placed }) =>
          placed
            .filter((one) => one.object === object)
            .map(({ section, address }) => [section.name, { address, region: name }]),
        ),
      );
      const locals = new Map<string, Resolved>();
      this.#locals.set(object, locals);
      for (const symbol of object.symbols) {
        const resolved = resolve(symbol, object, places);
        locals.set(symbol.name, resolved);
        if (!symbol.global) continue;
        const other = this.#globals.get(symbol.name);
        if (other && !other.weak && !resolved.weak) {
          problems.push(`'${symbol.name}' is defined twice: in ${other.object.name} and in ${object.name}`);
        } else if (!other || wins(resolved, other)) this.#globals.set(symbol.name, resolved);
      }
    }
    if (problems.length > 0) throw new LinkError(problems);
  }

  /** The address of the symbol that `object` calls `name`; undefined where nobody defines it. */
  find(name: string, object?: ObjectFile): bigint | undefined {
    const local = object && this.#locals.get(object)?.get(name);
    if (local && !local.global) return local.value;
    return this.#globals.get(name)?.value ?? this.#layout.get(name);
  }

  /** What goes into the image's symbol table, by address. */
  imageSymbols(): ImageSymbol[] {
    const all: ImageSymbol[] = [];
    for (const locals of this.#locals.values()) {
      for (const [name, symbol] of locals) {
        const replaced = symbol.global && this.#globals.get(name) !== symbol;
        if (!isPrivate(name) && !replaced) all.push(plain(symbol));
      }
    }
    for (const [name, value] of this.#layout) {
      if (!this.#globals.has(name)) all.push({ name, value, size: 0, type: 'none', global: true, section: undefined });
    }
    return all.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  }
}

function plain({ name, value, size, type, global, section }: Resolved): ImageSymbol {
  return { name, value, size, type, global, section };
}

function resolve(
  symbol: ObjectSymbol,
  object: ObjectFile,
  places: ReadonlyMap<string, { address: bigint; region: string }>,
): Resolved {
  const { name, size, type, global, weak = false } = symbol;
  if (symbol.section === undefined) {
    return { name, value: symbol.value, size, type, global, section: undefined, object, weak };
  }
  const place = places.get(symbol.section);
  if (!place)
    throw new LinkError([`${object.name}: '${name}' stands in ${symbol.section}, which the object does not have`]);
  return { name, value: place.address + symbol.value, size, type, global, section: place.region, object, weak };
}
