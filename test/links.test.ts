/** Every link of the documentation leads to a file that is there. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const PAGES = globSync(['README.md', 'docs/**/*.md'], { cwd: join(import.meta.dirname, '..') });
const LINK = /\]\(([^)\s#]+)(?:#[^)]*)?\)/g;

test.each(PAGES)('%s', (page) => {
  const path = join(import.meta.dirname, '..', page);
  const targets = [...readFileSync(path, 'utf8').matchAll(LINK)].map(([, target]) => target!);
  const dead = targets.filter((target) => !/^https?:/.test(target) && !existsSync(join(dirname(path), target)));
  expect(dead).toEqual([]);
});
