/** Builds the supervisor of payload.S, runs nothing, and reads what it has printed. */
import { existsSync, readFileSync } from 'node:fs';
import { assemble } from '../../toolchain/assembler/assemble.ts';
import { buildProgram } from '../../toolchain/program.ts';
import { isLegacy, type SbiCall } from './calls.ts';

const SOURCE = 'test/firmware/payload.S';
const PAYLOAD_BASE = 0x8020_0000n;
const ARGUMENTS = 6;
const A0 = 10;
const A1 = 11;

/** The text of a file of this repository; null where there is none. */
export const readSource = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** How often each hart interrupts and fences all others while they do so too. */
const STORM_LENGTH = 10;

export async function buildPayload(calls: readonly SbiCall[], stormLength = STORM_LENGTH): Promise<Uint8Array> {
  const rows = calls.map(({ extension, functionId, args }) => {
    const padded = [...args, ...new Array<number>(ARGUMENTS - args.length).fill(0)];
    return `.dword ${[extension, functionId, ...padded].join(', ')}`;
  });
  const table = ['.section .rodata', '.balign 8', '.globl calls, calls_end, storm_length', 'calls:', ...rows];
  const end = ['calls_end:', `storm_length: .dword ${stormLength}`, ''];
  const objects = [assemble([...table, ...end].join('\n'), 'calls.S', {})];
  const program = { name: 'payload', assembly: [SOURCE], base: PAYLOAD_BASE };
  return (await buildProgram(program, { readFile: readSource, objects })).elf;
}

/** The numbers of each line, by its words: those before the first number that has 16 digits. */
export function readPayloadOutput(output: string): Map<string, bigint[][]> {
  const lines = new Map<string, bigint[][]>();
  for (const line of output.split(/\r?\n/)) {
    const match = /^([a-z-]+)((?: [0-9a-f]{16})*)$/.exec(line);
    if (match === null) continue;
    const numbers = match[2]!.split(' ').filter((each) => each !== '');
    const rows = lines.get(match[1]!) ?? [];
    rows.push(numbers.map((each) => BigInt(`0x${each}`)));
    lines.set(match[1]!, rows);
  }
  return lines;
}

/** The blob that the payload was given. */
export function readPayloadTree(output: string): Uint8Array {
  const digits = /^tree ([0-9a-f]+)\r?$/m.exec(output)?.[1];
  if (digits === undefined) throw new Error(`no device tree in the output:\n${output}`);
  return Uint8Array.from(digits.match(/../g)!, (each) => Number.parseInt(each, 16));
}

interface CallResult {
  readonly error: number;
  readonly value: bigint;
  /** Registers that the call has changed and must not. */
  readonly clobbered: readonly number[];
}

function callResults(lines: Map<string, bigint[][]>, calls: readonly SbiCall[]): Map<SbiCall, CallResult> {
  const results = new Map<SbiCall, CallResult>();
  for (const [index, error, value, changed] of lines.get('call') ?? []) {
    const call = calls[Number(index)]!;
    const own = isLegacy(call) ? [A0] : [A0, A1];
    const clobbered = Array.from({ length: 32 }, (_, n) => n).filter((n) => ((changed! >> BigInt(n)) & 1n) === 1n);
    results.set(call, {
      error: Number(BigInt.asIntN(64, error!)),
      value: value!,
      clobbered: clobbered.filter((n) => !own.includes(n)),
    });
  }
  return results;
}

/** The calls that have not returned what they were to return, or have changed other registers, each with what happened. */
export function differences(lines: Map<string, bigint[][]>, calls: readonly SbiCall[]): Map<string, string> {
  const results = callResults(lines, calls);
  const found = new Map<string, string>();
  for (const call of calls) {
    const result = results.get(call);
    const anyValue = call.value === null || isLegacy(call);
    const asked = {
      error: call.error,
      value: anyValue ? (result?.value ?? 0n) : BigInt(call.value ?? 0),
      clobbered: [],
    };
    const [is, was] = [show(result), show(asked)];
    if (is !== was) found.set(call.name, `${is} instead of ${was}`);
  }
  return found;
}

function show(result: CallResult | undefined): string {
  if (result === undefined) return 'no result';
  const { error, value, clobbered } = result;
  return [`${error}`, `${value}`, ...clobbered.map((n) => `x${n} changed`)].join(', ');
}
