/** The pages of a snapshot's body, as they are written: some of them more than once, each in its place. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { BODY_OFFSET } from '../machine/snapshot/format.ts';
import { isZeroPage, PAGE_SIZE, type PageRun, pageChecksum, runsOf, wordsOf } from '../machine/snapshot/pages.ts';

/** Pages that go out by one system call. */
const MOST_AT_ONCE = 256;
const NOWHERE = -1;

export class PageFile {
  readonly #file: number;
  readonly #ram: Uint8Array;
  readonly #words: Int32Array;
  /** The place of each page in the body, counted in pages. */
  readonly #places: Int32Array;
  /** The page in each place, and its checksum. */
  readonly #pages: number[] = [];
  readonly #checksums: number[] = [];

  /** @throws NodeJS.ErrnoException, as all of the methods. */
  constructor(path: string, ram: Uint8Array) {
    this.#file = openSync(path, 'w');
    this.#ram = ram;
    this.#words = wordsOf(ram);
    this.#places = new Int32Array(ram.length / PAGE_SIZE).fill(NOWHERE);
  }

  get descriptor(): number {
    return this.#file;
  }

  get runs(): PageRun[] {
    return runsOf(this.#pages);
  }

  /** Of all that is in the body. */
  get checksums(): Int32Array {
    return Int32Array.from(this.#checksums);
  }

  /** Pages of RAM as they are now. Pages of zeros get no place, but may have one. */
  writePages(pages: Iterable<number>): void {
    let [first, count, place] = [0, 0, 0];
    const flush = () => this.#write(this.#ram.subarray(first * PAGE_SIZE, (first + count) * PAGE_SIZE), place);
    for (const page of pages) {
      const at = this.#placeOf(page);
      if (at === NOWHERE) continue;
      this.#checksums[at] = pageChecksum(this.#words, page);
      if (count > 0 && count < MOST_AT_ONCE && page === first + count && at === place + count) {
        count++;
      } else {
        flush();
        [first, count, place] = [page, 1, at];
      }
    }
    flush();
  }

  #placeOf(page: number): number {
    const place = this.#places[page]!;
    if (place !== NOWHERE || isZeroPage(this.#words, page)) return place;
    this.#places[page] = this.#pages.push(page) - 1;
    return this.#places[page]!;
  }

  /** Whole pages behind all others; no page of RAM gets a place after that. */
  append(bytes: Uint8Array, checksums: Int32Array): void {
    this.#write(bytes, this.#checksums.length);
    this.#checksums.push(...checksums);
  }

  #write(bytes: Uint8Array, place: number): void {
    this.writeAt(bytes, BODY_OFFSET + place * PAGE_SIZE);
  }

  writeAt(bytes: Uint8Array, offset: number): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, offset + done);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
