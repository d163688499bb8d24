/** Runs a program on our own machine, so that `npm test` holds the compiler to V8 without other tools. */
import { Machine } from '../../../machine/index.ts';
import { describeStop } from '../../../machine/stop-reason.ts';
import { testCore } from '../../../machine/testing/test-machine.ts';

const MEMORY = 16 << 20;
const INSTRUCTIONS = 200_000_000;

/** The console output of an M-mode program that ends by the test finisher. */
export async function runOnMachine(elf: Uint8Array): Promise<string> {
  const machine = await Machine.create({ core: await testCore(), kernel: elf, memory: MEMORY });
  try {
    const reason = await machine.run({ instructions: INSTRUCTIONS });
    if (reason.kind !== 'pass') throw new Error(`${describeStop(reason)}; output:\n${machine.console.output}`);
    return machine.console.output;
  } finally {
    machine.dispose();
  }
}
