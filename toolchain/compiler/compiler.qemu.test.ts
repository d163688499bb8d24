import { describe, expect, it } from 'vitest';
import { difference, generatedDifference } from './testing/differential.ts';
import { compileTest, type Optimize } from './testing/program.ts';
import { PROGRAMS } from './testing/programs.ts';
import { runInQemu } from './testing/qemu.ts';

const SEEDS = [11, 12, 13, 14, 15, 16];
const FUNCTIONS = 400;
const LEVELS: readonly Optimize[] = ['O0', 'Os', 'O3'];
const TIMEOUT_MS = 300_000;

describe('RV64 code under QEMU prints what the module prints in V8', () => {
  for (const seed of SEEDS) {
    for (const optimize of LEVELS) {
      const name = `${FUNCTIONS} generated functions, seed ${seed}, -${optimize}`;
      const check = async () => expect(await generatedDifference(seed, FUNCTIONS, optimize, runInQemu)).toBeUndefined();
      it(name, check, TIMEOUT_MS);
    }
  }

  for (const [name, source] of Object.entries(PROGRAMS)) {
    it(name, async () => {
      for (const optimize of LEVELS) {
        expect(await difference(await compileTest(source, optimize), runInQemu)).toBeUndefined();
      }
    });
  }
});
