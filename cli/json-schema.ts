/** Checks data against a JSON Schema (2020-12), as far as ours use it: types, objects, arrays of one type, bounds and patterns. */

export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | JsonSchema;
  readonly propertyNames?: { readonly pattern: string };
  readonly minProperties?: number;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Null for data that conforms; otherwise where it does not, and what should be there: `guests.web.vcpus: 9 is not …`. */
export function findMistake(data: unknown, schema: JsonSchema, path = ''): string | null {
  const at = path === '' ? 'the file' : path;
  if (schema.type !== undefined && typeOf(data) !== schema.type) {
    return `${at}: ${shown(data)} is not ${schema.type === 'integer' ? 'a whole number' : `of type ${schema.type}`}`;
  }
  if (typeof data === 'number') return findNumberMistake(data, schema, at);
  if (Array.isArray(data)) {
    return first(data.map((item, index) => () => findMistake(item, schema.items ?? {}, `${path}[${index}]`)));
  }
  return typeof data === 'object' && data !== null ? findObjectMistake(data, schema, path, at) : null;
}

function findNumberMistake(value: number, { minimum, maximum }: JsonSchema, at: string): string | null {
  const isRight = value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  return isRight ? null : `${at}: ${value} is not from ${minimum} to ${maximum}`;
}

function findObjectMistake(data: object, schema: JsonSchema, path: string, at: string): string | null {
  const known = schema.properties ?? {};
  const missing = (schema.required ?? []).find((name) => !Object.hasOwn(data, name));
  if (missing !== undefined) return `${at}: ${missing} is missing`;
  if (Object.keys(data).length < (schema.minProperties ?? 0)) return `${at}: nothing is in it`;
  const pattern = schema.propertyNames?.pattern;
  return first(
    Object.entries(data).map(([name, value]) => () => {
      const place = path === '' ? name : `${path}.${name}`;
      if (pattern !== undefined && !new RegExp(pattern).test(name)) {
        return `${place}: a name has 1 to 31 letters, digits and . _ + -, and begins with a letter or digit`;
      }
      if (Object.hasOwn(known, name)) return findMistake(value, known[name]!, place);
      const others = schema.additionalProperties;
      if (others !== false) return findMistake(value, others ?? {}, place);
      return `${place}: there is no such setting; there are ${Object.keys(known).join(', ')}`;
    }),
  );
}

function first(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const mistake = check();
    if (mistake !== null) return mistake;
  }
  return null;
}

function typeOf(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'array';
  return Number.isInteger(data) ? 'integer' : typeof data;
}

function shown(data: unknown): string {
  const text = JSON.stringify(data) ?? String(data);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
