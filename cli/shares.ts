/** The option `--share`: `FOLDER`, `FOLDER,tag=NAME`, `FOLDER,readonly`. */
import { LONGEST_TAG } from '../devices/virtio/9p.ts';
import { NodeFolder } from '../host/folder.ts';
import type { Share } from '../machine/index.ts';
import { UserError } from './errors.ts';

export interface ShareSpec {
  readonly path: string;
  readonly tag: string;
  readonly readOnly: boolean;
}

/** What the folder is called if nobody says, in help and examples too. */
const DEFAULT_TAG = 'share';

/**
 * A comma in a folder's name is doubled.
 * @throws UserError
 */
export function parseShare(text: string): ShareSpec {
  const fail = (what: string) => new UserError(`--share ${text}: ${what}; write FOLDER[,tag=NAME][,readonly]`);
  const [path = '', ...options] = text
    .replaceAll(',,', '\0')
    .split(',')
    .map((part) => part.replaceAll('\0', ','));
  if (path === '') throw fail('no folder');
  let tag = DEFAULT_TAG;
  let readOnly = false;
  for (const option of options) {
    if (option === 'readonly') readOnly = true;
    else if (option.startsWith('tag=')) tag = option.slice('tag='.length);
    else throw fail(`there is no option ${option}`);
  }
  if (!/^[\w.-]+$/.test(tag) || tag.length > LONGEST_TAG) {
    throw fail(`the tag ${tag} is not 1 to ${LONGEST_TAG} letters, digits, dots, hyphens and underscores`);
  }
  return { path, tag, readOnly };
}

/** @throws UserError for a folder that there is not, and for a tag that two have. */
export function openShares(texts: readonly string[]): Share[] {
  const tags = new Set<string>();
  return texts.map(parseShare).map(({ path, tag, readOnly }) => {
    if (tags.has(tag)) throw new UserError(`--share ${path}: two folders have the tag ${tag}; add ,tag=NAME to one`);
    tags.add(tag);
    return { folder: openFolder(path, readOnly), tag };
  });
}

function openFolder(path: string, readOnly: boolean): NodeFolder {
  try {
    return new NodeFolder(path, { readOnly });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`--share ${path}: there is no such folder`);
    if (code === 'ENOTDIR') throw new UserError(`--share ${path}: is not a folder`);
    throw new UserError(`--share ${path}: ${message}`);
  }
}
