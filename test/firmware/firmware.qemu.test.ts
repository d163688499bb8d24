/** The firmware on QEMU, and OpenSBI under the same payload. */
import { beforeAll, describe, expect, test } from 'vitest';
import { firmware } from '../../cli/programs.ts';
import { readFdt } from '../../machine/fdt.ts';
import { buildProgram } from '../../toolchain/program.ts';
import { sbiCalls } from './calls.ts';
import { buildPayload, differences, readPayloadOutput, readPayloadTree, readSource } from './payload.ts';
import { runOnQemu } from './qemu.ts';
import { EXPECTED_FAULTS, expectedScenario } from './scenario.ts';

describe.each([1, 4])('our firmware with %i hart(s)', (harts) => {
  const calls = sbiCalls(harts);
  let output: string;
  let lines: Map<string, bigint[][]>;

  beforeAll(async () => {
    const { elf } = await buildProgram(firmware, { readFile: readSource });
    output = await runOnQemu(await buildPayload(calls), harts, elf);
    lines = readPayloadOutput(output);
  }, 60_000);

  test('every call returns what SBI 3.0 says, and changes no other register', () => {
    expect(differences(lines, calls)).toEqual(new Map());
  });

  test('timer, interrupts between harts, suspend, start and stop', () => {
    const expected = expectedScenario(harts);
    expect(Object.fromEntries(Object.keys(expected).map((word) => [word, lines.get(word)]))).toEqual(expected);
  });

  test.each(Object.entries(EXPECTED_FAULTS))('%s: S-mode gets its own exception', (word, expected) => {
    expect(lines.get(word)?.[0]?.slice(0, expected.length)).toEqual(expected);
  });

  test('the device tree keeps the firmware reserved', () => {
    const { root } = readFdt(readPayloadTree(output));
    const reserved = root.find('reserved-memory');
    expect([reserved?.cells('#address-cells'), reserved?.cells('#size-cells')]).toEqual([[2], [2]]);
    const node = reserved?.find('mmode_resv0@80000000');
    expect(node?.cells('reg')?.slice(0, 3)).toEqual([0, 0x8000_0000, 0]);
    expect(node?.cells('reg')?.[3]).toBeLessThanOrEqual(0x20_0000);
    expect(node?.properties.has('no-map')).toBe(true);
    expect(root.find('cpus')?.children.filter(({ name }) => name.startsWith('cpu@')).length).toBe(harts);
  });

  test('the banner names harts and next stage', () => {
    expect(output).toMatch(
      new RegExp(`^Typevisor firmware: SBI 3\\.0, ${harts} harts?, H, Sstc; hart 0 starts 0x80200000 in S-mode`),
    );
  });
});

describe('OpenSBI 1.1 with 4 harts', () => {
  /** It does these: starts a hart where nothing is, and prints whatever lies at an address without end. */
  const unchecked = [
    'HSM: start where no memory is',
    'HSM: start beyond every address',
    'HSM: start at an odd address',
    'DBCN: write more than there is',
    'DBCN: write round the end of the address space',
  ];
  const calls = sbiCalls(4).filter(({ name }) => !unchecked.includes(name));
  const named = (pattern: RegExp) => calls.map(({ name }) => name).filter((name) => pattern.test(name));

  /** Why it differs from SBI 3.0. */
  const reasons: Readonly<Record<string, readonly string[]>> = {
    'is another implementation, of SBI 1.0': [
      'BASE: specification version',
      'BASE: implementation id',
      'BASE: implementation version',
    ],
    'DBCN came with SBI 2.0': ['BASE: probe 0x4442434e', ...named(/^DBCN: (?!no such)/)],
    'a hart of a mask that is not there is left out, not refused': [
      'IPI: one hart too many',
      ...named(/^RFENCE: .*a hart that is not there$/),
    ],
    'a range that passes the end of the address space is taken': named(/^RFENCE: [SH].*a range that wraps$/),
    'hart ids are 32 bits wide': ['HSM: start hart 2 ** 63', 'HSM: status of hart 2 ** 32'],
    'a suspend type of the platform is not supported, where SBI 3.0 has "invalid parameter"': named(
      /^HSM: suspend, a type of the platform/,
    ),
    'clears the interrupt and does not say whether there was one': ['legacy: clear IPI after one'],
  };

  test('differs in nothing but what is known', async () => {
    const lines = readPayloadOutput(await runOnQemu(await buildPayload(calls), 4));
    expect([...differences(lines, calls).keys()].sort()).toEqual(Object.values(reasons).flat().sort());
    const expected = expectedScenario(4);
    const answers = Object.fromEntries(Object.keys(expected).map((word) => [word, lines.get(word)]));
    expect(answers).toEqual({ ...expected, 'clear-ipi': [[0n, 0n]] });
    for (const [word, fault] of Object.entries(EXPECTED_FAULTS)) {
      expect([word, lines.get(word)?.[0]?.slice(0, fault.length)]).toEqual([word, fault]);
    }
  });
});
