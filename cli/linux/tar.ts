/** Reads tar archives as they come (POSIX.1-2001 "ustar Interchange Format", with GNU's long names). */

const BLOCK = 512;
const NAME_LENGTH = 100;
const SIZE = { start: 124, end: 136 };
const TYPE = 156;
const PREFIX = { start: 345, end: 500 };
const REGULAR_FILE = '0';
/** GNU: the contents are the next entry's name. */
const LONG_NAME = 'L';

/** The contents of the regular files whose paths (without a leading `./`) are `wanted`. */
export async function readTar(
  archive: AsyncIterable<Uint8Array>,
  wanted: (path: string) => boolean,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const source = new ByteSource(archive);
  let longName: string | undefined;
  for (;;) {
    const header = await source.take(BLOCK, true);
    // Two blocks of zeros end an archive.
    if (header === undefined || header[0] === 0) return files;
    const [type, size] = [String.fromCharCode(header[TYPE]!), Number.parseInt(text(header, SIZE), 8)];
    const path = (longName ?? shortName(header)).replace(/^\.\//, '');
    longName = undefined;
    const needed = type === LONG_NAME || (type === REGULAR_FILE && wanted(path));
    const contents = await source.take(Math.ceil(size / BLOCK) * BLOCK, needed);
    if (contents === undefined) throw new RangeError(`the archive ends within ${path}`);
    if (type === LONG_NAME) longName = text(contents, { start: 0, end: size });
    else if (needed) files.set(path, contents.subarray(0, size));
  }
}

function shortName(header: Uint8Array): string {
  const [name, prefix] = [text(header, { start: 0, end: NAME_LENGTH }), text(header, PREFIX)];
  const isPosix = text(header, { start: 257, end: 263 }) === 'ustar';
  return isPosix && prefix !== '' ? `${prefix}/${name}` : name;
}

/** Up to a zero. */
function text(bytes: Uint8Array, { start, end }: { start: number; end: number }): string {
  const zero = bytes.subarray(start, end).indexOf(0);
  return String(Buffer.from(bytes.subarray(start, zero < 0 ? end : start + zero)));
}

/** Bytes in the lengths that are asked for, from pieces as they come. */
class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** undefined at the end. What is not `kept` is passed over and comes as no bytes. */
  async take(length: number, kept: boolean): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      while (this.#piece.length === 0) {
        const { done, value } = await this.#pieces.next();
        if (done) return undefined;
        this.#piece = value;
      }
      const part = this.#piece.subarray(0, left);
      if (kept) parts.push(part);
      this.#piece = this.#piece.subarray(part.length);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }
}
