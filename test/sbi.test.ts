/** Random and extreme calls of a guest on 4 vCPUs, held to the model of SBI 3.0. */
import { expect, test } from 'vitest';
import { boot } from '../cli/boot.ts';
import { TemporaryFolder } from '../cli/files.ts';
import { randomCalls } from './sbi-calls.ts';
import { type Call, HARTS, MEMORY_SIZE, SbiModel } from './sbi-model.ts';

const GUEST = 'bare/guests/testing/sbi-calls.ts';
const SEEDS = [1, 2, 3, 4];

/** The answers of the hypervisor, error and value. */
async function makeCalls(calls: readonly Call[]): Promise<[bigint, bigint][]> {
  using folder = new TemporaryFolder();
  const words = calls.flatMap(({ hart, a, fn, extension }) => [BigInt(hart), ...a, fn, extension]);
  const initrd = folder.write('calls', new Uint8Array(BigUint64Array.from(words).buffer));
  const machine = await boot({ guests: [GUEST], initrd, memory: Number(MEMORY_SIZE), vcpus: HARTS, harts: HARTS });
  let output = '';
  machine.on('output', (bytes) => {
    output += String.fromCharCode(...bytes);
  });
  const stop = await machine.run({ instructions: 600_000_000 });
  machine.dispose();
  expect(stop.kind, output.slice(-2000)).toBe('pass');
  return [...output.matchAll(/^=([0-9a-f]{16})([0-9a-f]{16})\r?$/gm)].map((match) => [
    BigInt.asIntN(64, BigInt(`0x${match[1]}`)),
    BigInt(`0x${match[2]}`),
  ]);
}

const shown = ({ hart, a, fn, extension }: Call): string =>
  `hart ${hart}: extension 0x${extension.toString(16)}, function ${fn}, ${a.map((each) => `0x${each.toString(16)}`)}`;

test.each(SEEDS)('calls of seed %i', async (seed) => {
  const calls = randomCalls(seed);
  const answers = await makeCalls(calls);
  expect(answers).toHaveLength(calls.length);
  const model = new SbiModel(answers[0]![0] === 0n, Number(answers[1]![1]));
  const differences = calls.flatMap((call, index) => {
    const { error, value } = model.answer(call);
    const [gotError, gotValue] = answers[index]!;
    const isSame = gotError === error && (value === undefined || gotValue === BigInt.asUintN(64, value));
    return isSame ? [] : [`${index}: ${shown(call)}: ${gotError}, 0x${gotValue.toString(16)}, not ${error}, ${value}`];
  });
  expect(differences).toEqual([]);
  // Each kind of answer has been met: the model is not asked for errors alone.
  expect(answers.filter(([error]) => error === 0n).length).toBeGreaterThan(calls.length / 5);
});
