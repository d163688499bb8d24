import { describe, expect, it } from 'vitest';
import { difference, generatedDifference } from './testing/differential.ts';
import { runOnMachine } from './testing/machine.ts';
import { compileTest, type Optimize } from './testing/program.ts';
import { PROGRAMS } from './testing/programs.ts';

const LEVELS: readonly Optimize[] = ['O0', 'Os', 'O3'];

describe('RV64 code on the machine prints what the module prints in V8', () => {
  for (const optimize of LEVELS) {
    it(`generated functions at -${optimize}`, async () => {
      expect(await generatedDifference(1, 150, optimize, runOnMachine)).toBeUndefined();
    });
  }

  for (const [name, source] of Object.entries(PROGRAMS)) {
    it(name, async () => {
      for (const optimize of LEVELS) {
        expect(await difference(await compileTest(source, optimize), runOnMachine)).toBeUndefined();
      }
    });
  }

  it('notices a difference', async () => {
    const source = 'export function test(): void { printHex(7); }';
    const wrong = async (): Promise<string> => '0000000000000008\n';
    expect(await difference(await compileTest(source, 'O0'), wrong)).toContain("RV64 '0000000000000008'");
  });
});
