/** The contents of a disk that lives in memory, for a snapshot: pages of 4 KiB by number, in base64. */

import { type State, StateError, type StateReader } from '../state.ts';

export const DISK_PAGE_SIZE = 4096;

export function savePages(size: number, pages: Iterable<readonly [page: number, bytes: Uint8Array]>): State {
  return { size, pages: [...pages].map(([page, bytes]) => ({ page, bytes: btoa(String.fromCharCode(...bytes)) })) };
}

/** @throws StateError for a disk of another size, and for what is no such state. */
export function loadPages(size: number, state: StateReader): Map<number, Uint8Array> {
  const saved = state.number('size', Number.MAX_SAFE_INTEGER);
  if (saved !== size) throw new StateError(`the disk has ${size} bytes, and had ${saved}`);
  const last = Math.ceil(size / DISK_PAGE_SIZE) - 1;
  return new Map(state.list('pages').map((each) => [each.number('page', last), pageOf(each.text('bytes'))]));
}

/** The last page of a disk may be saved without what lies behind the end. */
function pageOf(text: string): Uint8Array {
  const bytes = Uint8Array.from(decoded(text), (character) => character.charCodeAt(0));
  if (bytes.length > DISK_PAGE_SIZE) throw new StateError(`a page of the disk has ${bytes.length} bytes`);
  const page = new Uint8Array(DISK_PAGE_SIZE);
  page.set(bytes);
  return page;
}

function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    throw new StateError('a page of the disk is not base64');
  }
}
