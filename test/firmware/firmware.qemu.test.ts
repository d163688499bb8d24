/** The firmware on QEMU, and OpenSBI under the same payload. */
import { describe, expect, test } from 'vitest';
import { sbiCalls } from './calls.ts';
import { buildFirmware, describeFirmware } from './describe-firmware.ts';
import { buildPayload, differences, readPayloadOutput } from './payload.ts';
import { runOnQemu } from './qemu.ts';
import { EXPECTED_FAULTS, expectedScenario } from './scenario.ts';

// QEMU's harts have 16 programmable counters.
describeFirmware({ name: 'QEMU', hardwareCounters: 18, run: runOnQemu });

test.each([
  ['rv64,h=false,sstc=false', 'with the machine timer and no hypervisor extension'],
  ['sifive-u54', 'of Priv. 1.10'],
])('our firmware on harts %s, %s', async (cpu) => {
  const calls = sbiCalls(2);
  const lines = readPayloadOutput(await runOnQemu(await buildPayload(calls), 2, await buildFirmware(), cpu));
  const unsupported = [...differences(lines, calls)].filter(([, what]) => what.startsWith('-2, 0 instead of'));
  expect([...differences(lines, calls)]).toEqual(unsupported);
  expect(unsupported.map(([name]) => name)).toEqual(
    calls.map(({ name }) => name).filter((name) => name.startsWith('RFENCE: HFENCE')),
  );
  const { 'remote-fence': _, ...expected } = expectedScenario(2);
  expect(Object.fromEntries(Object.keys(expected).map((word) => [word, lines.get(word)]))).toEqual(expected);
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
    const lines = readPayloadOutput(await runOnQemu(await buildPayload(calls, 0), 4));
    expect([...differences(lines, calls).keys()].sort()).toEqual(Object.values(reasons).flat().sort());
    const expected = expectedScenario(4);
    const answers = Object.fromEntries(Object.keys(expected).map((word) => [word, lines.get(word)]));
    expect(answers).toEqual({ ...expected, 'clear-ipi': [[0n, 0n]] });
    for (const [word, fault] of Object.entries(EXPECTED_FAULTS)) {
      expect([word, lines.get(word)?.[0]?.slice(0, fault.length)]).toEqual([word, fault]);
    }
  });
});
