/** For tests of devices that guests have: a guest with memory, in V8. */
import { startHeap } from './bare-heap.ts';
import { type InV8, type InV8Options, loadInV8 } from './in-v8.ts';

export const GUEST_BASE = 0x8000_0000;
export const GUEST_SIZE = 2 ** 20;
const HEAP = 2 ** 24;

const SOURCE = `
import { initializePageTable, PageTable } from './bare/hypervisor/memory/page-table.ts';
import { allocate } from './bare/hypervisor/memory/heap.ts';
import { Guest, GUEST_SIZE } from './bare/hypervisor/guest/guest.ts';
import { allocateGuestMemory, hostAddress } from './bare/hypervisor/memory/guest-memory.ts';
export { addMemory, initializeAllocator } from './bare/hypervisor/memory/allocator';
export { console_write_byte } from './bare/hypervisor/console/console';
export function createTestGuest(start: u64, size: u64): Guest {
  const guest = changetype<Guest>(allocate(GUEST_SIZE));
  guest.number = 1;
  guest.memoryStart = start;
  guest.memorySize = size;
  guest.gStage = changetype<PageTable>(allocate(offsetof<PageTable>()));
  initializePageTable(guest.gStage, 3, 2);
  assert(allocateGuestMemory(guest));
  // The test writes into it without the hypervisor.
  for (let page = start; page < start + size; page += 4096) hostAddress(guest, page);
  return guest;
}
export function memoryOf(guest: Guest): usize { return hostAddress(guest, guest.memoryStart); }
`;

export interface GuestInV8 {
  readonly bare: InV8;
  /** Address of a new guest. */
  create(): bigint;
  /** The guest's memory, from GUEST_BASE on. */
  memory(guest: bigint): Uint8Array;
  /** Lines that the hypervisor has printed. */
  readonly lines: string[];
}

/** Compiles the source, which exports what the test calls, together with what makes guests. */
export async function guestsInV8(source: string, imports: InV8Options['imports'] = {}): Promise<GuestInV8> {
  const lines: string[] = [];
  let line = '';
  const print = (byte: number): undefined => {
    if (byte === 10) lines.push(line);
    line = byte === 10 ? '' : line + String.fromCharCode(byte);
  };
  const bare = await loadInV8('guests.ts', {
    source: SOURCE + source,
    room: 2 * HEAP,
    imports: {
      'print.console_write_byte': print,
      'intrinsics.sbi_call': (byte: bigint) => {
        print(Number(byte));
        return 0n;
      },
      'intrinsics.fence_rw_rw': () => undefined,
      'intrinsics.fence_rw_w': () => undefined,
      'intrinsics.fence_w_w': () => undefined,
      ...imports,
    },
  });
  startHeap(bare, HEAP);
  return {
    bare,
    lines,
    create: () => bare.call('createTestGuest', BigInt(GUEST_BASE), BigInt(GUEST_SIZE)) as bigint,
    memory: (guest) => {
      const start = bare.number('memoryOf', guest);
      return new Uint8Array(bare.bytes.buffer, start, GUEST_SIZE);
    },
  };
}
