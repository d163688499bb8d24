/** How breakpoints and watchpoints are made to work: planted in memory, by debug registers, or by stepping up to them. */
import { DEBUG_REGISTERS, type HardwareBreakpoint } from './guest-debug.ts';
import type { DebugSupport } from './support.ts';

/** What a debugger asks for. Addresses are linear: the guest's own page tables lead from them to memory. */
export interface StopPoint {
  /** `software` may become any of the three; `hardware` changes no memory. Watchpoints need debug registers. */
  readonly kind: 'software' | 'hardware' | 'write' | 'access';
  readonly address: bigint;
  /** Bytes; of no meaning for the first two. */
  readonly length: number;
}

export interface Plan {
  /** Where an `int3` is put while the guest runs. */
  readonly planted: readonly bigint[];
  readonly registers: readonly HardwareBreakpoint[];
  /** Where a guest stops that is single-stepped all the way, as nothing else works on this KVM. */
  readonly steppedTo: readonly bigint[];
  /** What cannot be had. */
  readonly refused: readonly StopPoint[];
}

/** @param isMapped whether a linear address leads to memory now */
export function planStops(
  points: readonly StopPoint[],
  support: DebugSupport,
  isMapped: (address: bigint) => boolean,
): Plan {
  const registers: HardwareBreakpoint[] = [];
  const refused: StopPoint[] = [];
  const take = (point: StopPoint, needed: readonly HardwareBreakpoint[]): boolean => {
    const possible = needed.every(({ kind }) => support[kind]) && registers.length + needed.length <= DEBUG_REGISTERS;
    if (possible) registers.push(...needed);
    else refused.push(point);
    return possible;
  };
  const watched = points.filter(({ kind }) => kind === 'write' || kind === 'access');
  for (const point of watched) take(point, alignedPieces(point));

  const planted = new Set<bigint>();
  for (const point of points) {
    const { kind, address } = point;
    if (kind === 'write' || kind === 'access') continue;
    if (planted.has(address) || registers.some((each) => each.kind === 'execute' && each.address === address)) continue;
    if (kind === 'software' && support.software && isMapped(address)) planted.add(address);
    else take(point, [{ kind: 'execute', address, length: 1 }]);
  }
  // A KVM that emulates itself may keep its word about nothing else.
  if (!support.software && support.singleStep && watched.length === 0 && refused.length > 0) {
    const steppedTo = [...new Set(points.map(({ address }) => address))];
    return { planted: [], registers: [], steppedTo, refused: [] };
  }
  return { planted: [...planted], registers, steppedTo: [], refused };
}

/** A debug register watches 1, 2, 4 or 8 bytes at a multiple of that. */
function alignedPieces({ kind, address, length }: StopPoint): HardwareBreakpoint[] {
  const pieces: HardwareBreakpoint[] = [];
  for (let at = address; at < address + BigInt(length) && pieces.length <= DEBUG_REGISTERS; ) {
    const left = address + BigInt(length) - at;
    const size = ([8, 4, 2, 1] as const).find((each) => at % BigInt(each) === 0n && BigInt(each) <= left)!;
    pieces.push({ kind: kind === 'write' ? 'write' : 'access', address: at, length: size });
    at += BigInt(size);
  }
  return pieces;
}
