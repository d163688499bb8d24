/**
 * `npm test`: every test that needs only Node. `npm run test:qemu` (`--qemu`): those named `x.qemu.test.ts`, which need QEMU,
 * gdb or GNU as. More arguments select test files by a part of their path.
 */
import { startVitest } from 'vitest/node';

const QEMU_TESTS = '**/*.qemu.test.ts';

const args = process.argv.slice(2);
const qemu = args.includes('--qemu');
const filters = args.filter((each) => each !== '--qemu');

const vitest = await startVitest('test', filters, {
  watch: false,
  ...(qemu ? { include: [QEMU_TESTS] } : { exclude: ['**/node_modules/**', 'build/**', 'dist/**', QEMU_TESTS] }),
});

let passed = 0;
let failed = 0;
for (const module of vitest.state.getTestModules()) {
  // A file that does not load, or whose hooks fail, counts as one failure: its tests never ran.
  failed += module.errors().length;
  for (const test of module.children.allTests()) {
    if (test.result().state === 'passed') passed++;
    else failed++;
  }
}
const unhandled = vitest.state.getUnhandledErrors().length;
failed += unhandled;
await vitest.close();

if (failed > 0 || passed === 0) process.exitCode = 1;
console.log(`tests: ${passed} passed, ${failed} failed`);
