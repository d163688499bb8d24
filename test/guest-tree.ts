/** The hypervisor's writer of guests' device trees, in V8. */
import { type InV8, loadInV8 } from './in-v8.ts';

export interface GuestTreeFields {
  readonly memoryStart: bigint;
  readonly memorySize: bigint;
  readonly initrdStart?: bigint;
  readonly initrdEnd?: bigint;
  readonly bootargs?: string;
  /** Of 32 characters. */
  readonly seed?: string;
  readonly isa: string;
  readonly mmuType?: string;
  readonly timebaseFrequency: number;
  readonly vcpus: number;
  readonly hasDevices?: number;
  readonly virtioCount?: number;
}

const NUMBERS_64 = ['memoryStart', 'memorySize', 'initrdStart', 'initrdEnd'] as const;
const STRINGS = ['bootargs', 'seed', 'isa', 'mmuType'] as const;
const NUMBERS_32 = ['timebaseFrequency', 'vcpus', 'hasDevices', 'virtioCount'] as const;
const CAPACITY = 0x2000;

export async function guestTreeInV8(): Promise<GuestTreeInV8> {
  const offsets = [...NUMBERS_64, ...STRINGS, ...NUMBERS_32].map(
    (name) => `export const ${name}: usize = offsetof<GuestTree>('${name}');`,
  );
  const source = `import { GuestTree } from './guest-tree';
    export { writeGuestTree } from './guest-tree';
    export const size: usize = offsetof<GuestTree>();
    ${offsets.join('\n')}`;
  return new GuestTreeInV8(await loadInV8('bare/hypervisor/guest/entry-of-test.ts', { source }));
}

export class GuestTreeInV8 {
  readonly #bare: InV8;
  readonly #tree: bigint;
  readonly #buffer: bigint;

  constructor(bare: InV8) {
    this.#bare = bare;
    this.#tree = bare.allocate(Number(bare.constant('size')));
    this.#buffer = bare.allocate(CAPACITY);
  }

  /** The blob, or null where it does not fit. */
  write(fields: GuestTreeFields, capacity = CAPACITY): Uint8Array<ArrayBuffer> | null {
    const bare = this.#bare;
    const field = (name: string) => this.#tree + bare.constant(name);
    for (const name of NUMBERS_64) bare.setU64(field(name), fields[name] ?? 0n);
    for (const name of NUMBERS_32) bare.setU32(field(name), fields[name] ?? 0);
    for (const name of STRINGS) {
      const text = fields[name];
      bare.setU64(field(name), text === undefined ? 0n : bare.placeCString(text));
    }
    const size = bare.number('writeGuestTree', this.#tree, this.#buffer, BigInt(capacity));
    if (!bare.intact(this.#buffer, CAPACITY)) throw new Error('writeGuestTree wrote outside of its buffer');
    return size === 0 ? null : bare.slice(this.#buffer, size);
  }
}
