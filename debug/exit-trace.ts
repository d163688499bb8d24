/**
 * The exits of guests that the hypervisor has recorded (bare/hypervisor/report/trace.ts): out of the host's memory, into a table and into the
 * JSON that Perfetto and Chrome show ("Trace Event Format").
 */
import { exceptions, interrupts } from '../isa/causes.ts';
import { sbiExtensions } from '../isa/sbi.ts';

export interface ExitRecord {
  /** In microseconds of the host's time. */
  readonly start: number;
  readonly duration: number;
  /** That the hypervisor's hart has executed, the firmware's for it included, until it entered a guest again. */
  readonly instructions: number;
  readonly cause: string;
  /** Guest physical address of a device or other fault; undefined for what has none. */
  readonly address?: bigint | undefined;
  /** From 1. */
  readonly guest: number;
  readonly vcpu: number;
  readonly hart: number;
}

const RECORD_WORDS = 8;
const ECALL_FROM_VS = 10n;
const INTERRUPT = 1n << 63n;

/** @param read the host's memory; null for what is not there */
export function readExitTrace(address: bigint, read: (address: number, length: number) => Uint8Array): ExitRecord[] {
  const words = (at: bigint, count: number) => {
    const bytes = read(Number(at), count * 8);
    return new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  const ring = words(address, 1)[0]!;
  if (ring === 0n) return [];
  const [capacity, count, frequency] = words(ring, 3) as unknown as [bigint, bigint, bigint];
  const kept = count < capacity ? count : capacity;
  const all = words(ring + 64n, Number(kept) * RECORD_WORDS);
  const records: ExitRecord[] = [];
  for (let at = 0; at < all.length; at += RECORD_WORDS) {
    const record = readRecord(all.subarray(at, at + RECORD_WORDS), Number(frequency));
    if (record !== undefined) records.push(record);
  }
  return records.sort((a, b) => a.start - b.start);
}

/** Undefined for an exit that was under way when the run ended. */
function readRecord(words: BigUint64Array, frequency: number): ExitRecord | undefined {
  const [start, end, startInstructions, endInstructions, cause, detail, place, who] = words as unknown as bigint[];
  if (end! < start!) return undefined;
  const microseconds = (ticks: bigint) => (Number(ticks) * 1e6) / frequency;
  return {
    start: microseconds(start!),
    duration: microseconds(end! - start!),
    instructions: Number(endInstructions! - startInstructions!),
    cause: causeName(cause!, detail!, place!),
    address: cause === 21n || cause === 23n || cause === 20n ? detail : undefined,
    guest: Number(who! >> 32n),
    vcpu: Number((who! >> 16n) & 0xffffn),
    hart: Number(who! & 0xffffn),
  };
}

/** `SBI TIME set_timer`, `store or AMO guest-page fault`, … */
function causeName(cause: bigint, detail: bigint, place: bigint): string {
  if (cause === ECALL_FROM_VS) return callName(detail, place);
  const isInterrupt = cause >= INTERRUPT;
  const code = Number(cause & ~INTERRUPT);
  const known = (isInterrupt ? interrupts : exceptions).find((each) => each.code === code);
  return known?.title ?? `${isInterrupt ? 'interrupt' : 'exception'} ${code}`;
}

function callName(id: bigint, fn: bigint): string {
  const extension = sbiExtensions.find((each) => BigInt(each.id) === id);
  if (extension === undefined) return `SBI 0x${id.toString(16)} ${fn}`;
  const name = extension.functions[Number(fn)];
  if (extension.functions.length === 0) return `SBI ${extension.name}`;
  return `SBI ${extension.name} ${name === undefined ? fn : name.toLowerCase()}`;
}

/** For https://ui.perfetto.dev and chrome://tracing: a process for each guest, a thread for each vCPU. */
export function formatTraceEvents(records: readonly ExitRecord[], guestNames: readonly string[]): string {
  const names = guestNames.map((name, index) => ({
    name: 'process_name',
    ph: 'M',
    pid: index + 1,
    args: { name },
  }));
  const exits = records.map(({ start, duration, instructions, cause, address, guest, vcpu, hart }) => ({
    name: cause,
    ph: 'X',
    ts: start,
    dur: duration,
    pid: guest,
    tid: vcpu,
    args: { hart, instructions, ...(address === undefined ? {} : { address: `0x${address.toString(16)}` }) },
  }));
  const lines = [...names, ...exits].map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ns","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

/** A line for each cause, the most frequent first: how often, instructions and microseconds for one in the middle, and for all. */
export function formatExitTable(records: readonly ExitRecord[]): string {
  const byCause = Map.groupBy(records, ({ cause }) => cause);
  const rows = [...byCause].sort(([, a], [, b]) => b.length - a.length);
  const header = ['exits', 'instructions', 'us', 'all us', 'cause'];
  const cells = rows.map(([cause, exits]) => [
    String(exits.length),
    String(median(exits.map(({ instructions }) => instructions))),
    median(exits.map(({ duration }) => duration)).toFixed(1),
    exits.reduce((sum, { duration }) => sum + duration, 0).toFixed(0),
    cause,
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...cells].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < 4 ? cell.padStart(widths[column]!) : cell)).join('  ');
  return `${[header, ...cells].map(line).join('\n')}\n`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
