/**
 * Writes the files that come from the tables: `node isa/generate.ts`. A test holds them to the tables, so they are never edited by hand.
 */
import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

for (const [path, text] of generatedFiles()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
