import { beforeAll } from 'vitest';
import { CONTEXTS, describePlic, type PlicModel } from '../../../devices/testing/plic-cases.ts';
import { startHeap } from '../../../test/bare-heap.ts';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const HEAP = 1 << 20;
const SOURCE = `
export { initializeAllocator, addMemory } from './bare/hypervisor/memory/allocator';
import { createPlic, readPlic, resetPlic, setSource, VirtualPlic, writePlic } from './bare/hypervisor/devices/vplic.ts';
export { readPlic, resetPlic, setSource, writePlic };
declare function wire(owner: usize, context: u32, level: bool): void;
function notify(owner: usize, context: u32, level: bool): void { wire(owner, context, level); }
export function create(contexts: u32, owner: usize): VirtualPlic { return createPlic(contexts, owner, notify); }`;

let bare: InV8;
const wires = new Map<bigint, boolean[]>();

beforeAll(async () => {
  bare = await loadInV8('plic.ts', {
    source: SOURCE,
    room: 2 * HEAP,
    imports: {
      'plic.wire': (owner: bigint, context: number, level: number) => {
        wires.get(owner)![context] = level !== 0;
        return undefined;
      },
    },
  });
  startHeap(bare, HEAP);
});

let owners = 0n;
describePlic((): PlicModel => {
  const owner = ++owners;
  wires.set(
    owner,
    Array.from({ length: CONTEXTS }, () => false),
  );
  const plic = bare.call('create', CONTEXTS, owner);
  return {
    wires: wires.get(owner)!,
    read: (offset) => bare.number('readPlic', plic, offset, 4),
    write: (offset, value) => void bare.call('writePlic', plic, offset, 4, BigInt(value)),
    setSource: (source, level) => void bare.call('setSource', plic, source, level ? 1 : 0),
    reset: () => void bare.call('resetPlic', plic),
  };
});
