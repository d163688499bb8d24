/** Compares what modules print as RV64 code with what they print in V8. */
import { generateSource } from './generate.ts';
import { compileTest, linkTest, type Optimize, type Runner, runInV8, type TestModule } from './program.ts';

const CALLS_PER_FUNCTION = 3;

/** Where the two outputs differ first; undefined where they are the same. */
export async function difference(module: TestModule, run: Runner): Promise<string | undefined> {
  const expected = (await runInV8(module)).split('\n');
  const actual = (await run(linkTest(module))).split('\n');
  const line = expected.findIndex((text, i) => text !== actual[i]);
  if (line >= 0) return `line ${line + 1}: V8 prints '${expected[line]}', RV64 '${actual[line]}'`;
  return expected.length === actual.length ? undefined : 'RV64 prints more';
}

/** `functions` generated functions, each called with three sets of arguments. The line tells the function that differs. */
export async function generatedDifference(
  seed: number,
  functions: number,
  optimize: Optimize,
  run: Runner,
): Promise<string | undefined> {
  const module = await compileTest(generateSource(seed, functions, CALLS_PER_FUNCTION), optimize);
  return difference(module, run);
}
