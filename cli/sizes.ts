import { UserError } from './errors.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const PAGE_SIZE = 4096;
const MIB = 2 ** 20;
export const LEAST_GUEST_MEMORY = MIB;
export const LEAST_HOST_MEMORY = 64 * MIB;

/**
 * Reads an amount of memory: `64M`, `1G`, `512K`, `0x8000000`, `134217728` (bytes), also `64MiB`.
 * @param option what the amount is of, for the message
 * @param least the smallest amount allowed, in bytes
 * @throws UserError for anything else, and for what is not a multiple of 4 KiB.
 */
export function parseMemorySize(text: string, option: string, least: number): number {
  const match = /^(0x[0-9a-f]+|[0-9]+)(?:([kmg])(?:i?b)?)?$/i.exec(text);
  if (match === null) {
    throw new UserError(`${option} ${text}: not a size; write it like 64M, 1G or 0x8000000`);
  }
  const size = Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()]!;
  if (size % PAGE_SIZE !== 0) {
    const up = Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
    throw new UserError(`${option} ${text}: ${size} bytes are not a multiple of 4 KiB; the next one is ${up}`);
  }
  if (size < least) throw new UserError(`${option} ${text}: too small; give at least ${formatSize(least)}`);
  return size;
}

/** In the largest unit that it is a whole number of, as `parseMemorySize` reads it. */
export function formatSize(bytes: number): string {
  for (const unit of ['G', 'M', 'K'] as const) {
    const size = UNITS[unit.toLowerCase()]!;
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** @throws UserError unless the text is a whole number from `least` to `most`. */
export function parseCount(text: string, option: string, least: number, most: number): number {
  const count = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= least && count <= most)) {
    throw new UserError(`${option} ${text}: give a whole number from ${least} to ${most}`);
  }
  return count;
}

/** @throws UserError unless the text is a decimal number from `least` to `most`, with a fraction or without. */
export function parseNumber(text: string, option: string, least: number, most: number): number {
  const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new UserError(`${option} ${text}: give a number from ${least} to ${most}`);
  }
  return value;
}

/** @throws UserError unless the text is a positive number of seconds. */
export function parseSeconds(text: string, option: string): number {
  const seconds = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0)) throw new UserError(`${option} ${text}: give a number of seconds above 0, such as 10 or 0.5`);
  return seconds;
}

/** @throws UserError unless the text is a whole number, decimal or hexadecimal. */
export function parseAddress(text: string, option: string): number {
  const address = /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(address)) throw new UserError(`${option} ${text}: not an address; write it like 0x1000`);
  return address;
}
