/** The hypervisor's view of guests' image files, in V8. */
import { type InV8, loadInV8 } from './in-v8.ts';

const SEGMENT_FIELDS = ['address', 'source', 'fileSize', 'memorySize', 'flags'] as const;
const INFO_FIELDS = ['entry', 'lowest', 'highest', 'payload', 'payloadSize', 'unpackedSize', 'value', 'kind'] as const;

/** Kinds of images, and flags of segments. */
export const RAW = 0n;
export const ELF = 1n;
export const LINUX = 2n;
export const COMPRESSED = 3n;
export const EXECUTABLE = 1n;
export const WRITABLE = 2n;
export const READABLE = 4n;

/** `source` is an offset in the file. */
export type SegmentFields = Record<(typeof SEGMENT_FIELDS)[number], bigint>;
type InfoField = (typeof INFO_FIELDS)[number];

export async function imagesInV8(): Promise<ImagesInV8> {
  const offsets = [
    ...INFO_FIELDS.map((name) => `export const info_${name}: usize = offsetof<ImageInfo>('${name}');`),
    ...SEGMENT_FIELDS.map((name) => `export const segment_${name}: usize = offsetof<Segment>('${name}');`),
  ];
  const source = `import { ImageInfo, Segment, segmentOf, IMAGE_INFO_SIZE } from './image-info.ts';
    export { describeImage } from './image';
    export const infoSize: usize = IMAGE_INFO_SIZE;
    export function segmentCount(info: ImageInfo): u32 { return info.segmentCount; }
    export function segment(info: ImageInfo, index: u32): usize { return changetype<usize>(segmentOf(info, index)); }
    ${offsets.join('\n')}`;
  return new ImagesInV8(await loadInV8('bare/hypervisor/image/entry-of-test.ts', { source }));
}

export class ImagesInV8 {
  readonly #bare: InV8;
  readonly #info: bigint;
  readonly #infoSize: number;
  /** Where the file of the last `describe` lies. */
  #file = 0n;

  constructor(bare: InV8) {
    this.#bare = bare;
    this.#infoSize = Number(bare.constant('infoSize'));
    this.#info = bare.allocate(this.#infoSize);
  }

  /** The error as it is printed, or null. The file lies where a read past it traps. */
  describe(file: Uint8Array, base = 0x8000_0000n): string | null {
    const bare = this.#bare;
    bare.bytes.fill(0xee, Number(this.#info), Number(this.#info) + this.#infoSize);
    this.#file = bare.placeAtEnd(file);
    const message = bare.text('describeImage', this.#file, BigInt(file.length), base, this.#info);
    if (!bare.intact(this.#info, this.#infoSize)) throw new Error('describeImage wrote outside of its result');
    return message && `${message} 0x${this.get('value').toString(16)}`;
  }

  /** A field of the result; `payload` as an offset in the file. */
  get(name: InfoField): bigint {
    const at = this.#info + this.#bare.constant(`info_${name}`);
    if (name === 'kind') return BigInt(this.#bare.u32(at));
    return name === 'payload' ? this.#bare.u64(at) - this.#file : this.#bare.u64(at);
  }

  segments(): SegmentFields[] {
    const bare = this.#bare;
    return Array.from({ length: bare.number('segmentCount', this.#info) }, (_, index) => {
      const at = BigInt(bare.call('segment', this.#info, index));
      const field = (name: string) => bare.u64(at + bare.constant(`segment_${name}`));
      return {
        address: field('address'),
        source: field('source') - this.#file,
        fileSize: field('fileSize'),
        memorySize: field('memorySize'),
        flags: BigInt(bare.u32(at + bare.constant('segment_flags'))),
      };
    });
  }
}
