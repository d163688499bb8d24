/** Pages of 4 KiB: which ones a snapshot has, and what tells that they are whole. */

export const PAGE_SIZE = 4096;
const WORDS_A_PAGE = PAGE_SIZE / Int32Array.BYTES_PER_ELEMENT;

/** So many pages that follow each other, from the one with this number on. Page 0 is RAM's first. */
export interface PageRun {
  readonly first: number;
  readonly count: number;
}

export function alignUp(length: number): number {
  return Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;
}

/** The words of whole pages, in place. */
export function wordsOf(pages: Uint8Array): Int32Array {
  return new Int32Array(pages.buffer, pages.byteOffset, pages.length / Int32Array.BYTES_PER_ELEMENT);
}

export function isZeroPage(words: Int32Array, page: number): boolean {
  const end = (page + 1) * WORDS_A_PAGE;
  for (let index = page * WORDS_A_PAGE; index < end; index++) if (words[index] !== 0) return false;
  return true;
}

/** Neighbours become one run; runs are in the order of `pages`. */
export function runsOf(pages: Iterable<number>): PageRun[] {
  const runs: { first: number; count: number }[] = [];
  for (const page of pages) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === page) last.count++;
    else runs.push({ first: page, count: 1 });
  }
  return runs;
}

export function usedPages(ram: Uint8Array): number[] {
  const words = wordsOf(ram);
  const pages: number[] = [];
  for (let page = 0; page * WORDS_A_PAGE < words.length; page++) if (!isZeroPage(words, page)) pages.push(page);
  return pages;
}

/**
 * Xor, multiply, rotate for each word, as fast hashes do: a single word that has changed always shows. For damage, not against
 * somebody who means it: who can write a snapshot owns the guest.
 */
export function pageChecksum(words: Int32Array, page: number): number {
  return mix(words, page * WORDS_A_PAGE, (page + 1) * WORDS_A_PAGE);
}

/** Of several pages, by their checksums in order. */
export function bodyChecksum(pageChecksums: Int32Array): number {
  return mix(pageChecksums, 0, pageChecksums.length) >>> 0;
}

/** The checksums of all pages of `bytes`. */
export function checksumsOf(bytes: Uint8Array): Int32Array {
  const words = wordsOf(bytes);
  return Int32Array.from({ length: words.length / WORDS_A_PAGE }, (_, page) => pageChecksum(words, page));
}

function mix(words: Int32Array, start: number, end: number): number {
  let sum = 0x811c_9dc5 | 0;
  for (let index = start; index < end; index++) {
    sum = Math.imul(sum ^ words[index]!, 0x0100_0193);
    sum = (sum << 13) | (sum >>> 19);
  }
  return sum;
}
