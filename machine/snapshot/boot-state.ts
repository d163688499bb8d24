/** What a machine was booted from, in a snapshot: a reset loads it again. */

import type { State, StateReader } from '../../devices/state.ts';
import type { BootPlan } from '../loader.ts';

const MOST_ADDRESS = Number.MAX_SAFE_INTEGER;

/** The bytes of the parts are kept apart, in their order. */
export function saveBoot({ parts, start, next, deviceTreeAddress, htif }: BootPlan): State {
  return {
    start,
    next,
    deviceTreeAddress,
    htif: htif && { tohost: htif.tohost, fromhost: htif.fromhost },
    parts: parts.map(({ name, address, memorySize }) => ({ name, address, memorySize })),
  };
}

/** @throws StateError */
export function loadBoot(state: StateReader, blobs: readonly Uint8Array[]): BootPlan {
  const address = (from: StateReader, name: string) => from.number(name, MOST_ADDRESS);
  const htif = state.has('htif') ? state.state('htif') : undefined;
  return {
    start: address(state, 'start'),
    next: address(state, 'next'),
    deviceTreeAddress: address(state, 'deviceTreeAddress'),
    htif: htif && { tohost: address(htif, 'tohost'), fromhost: address(htif, 'fromhost') },
    parts: state.list('parts', blobs.length).map((part, index) => ({
      name: part.text('name'),
      address: address(part, 'address'),
      memorySize: address(part, 'memorySize'),
      bytes: blobs[index]!,
    })),
  };
}
