/** The tests of our firmware, for whatever board it runs on. */
import { beforeAll, describe, expect, test } from 'vitest';
import { firmware } from '../../cli/programs.ts';
import { readFdt } from '../../machine/fdt.ts';
import { buildProgram } from '../../toolchain/program.ts';
import { sbiCalls } from './calls.ts';
import { buildPayload, differences, readPayloadOutput, readPayloadTree, readSource } from './payload.ts';
import { pmuCalls } from './pmu-calls.ts';
import { EXPECTED_FAULTS, expectedScenario } from './scenario.ts';

export async function buildFirmware(): Promise<Uint8Array> {
  return (await buildProgram(firmware, { readFile: readSource })).elf;
}

/** What a board is like. */
export interface FirmwareBoard {
  readonly name: string;
  /** Counters of each hart: `cycle`, `instret`, and those that are programmable. */
  readonly hardwareCounters: number;
  /** Gives what the payload prints on a board with so many harts. */
  readonly run: (payload: Uint8Array, harts: number, firmware: Uint8Array) => Promise<string>;
}

export function describeFirmware({ name: board, hardwareCounters, run }: FirmwareBoard): void {
  describe.each([1, 4])(`our firmware on ${board} with %i hart(s)`, (harts) => {
    const calls = [...sbiCalls(harts), ...pmuCalls(hardwareCounters)];
    let output: string;
    let lines: Map<string, bigint[][]>;

    beforeAll(async () => {
      output = await run(await buildPayload(calls), harts, await buildFirmware());
      lines = readPayloadOutput(output);
    });

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
}
