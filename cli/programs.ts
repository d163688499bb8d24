/** The programs that Typevisor ships, and what a user's guest program is linked like. */
import type { Program } from '../toolchain/program.ts';

const KIB = 1024;

/** Where RAM begins, and where the firmware's reset vector and so the firmware lies. */
export const firmware: Program = {
  name: 'firmware',
  entry: 'bare/firmware/main.ts',
  assembly: ['bare/firmware/boot.S', 'bare/firmware/trap.S', 'bare/firmware/counters.S'],
  base: 0x8000_0000n,
  dataBase: 0x8004_0000n,
  heapSize: 16 * KIB,
  stackSize: 8 * KIB,
  harts: 8,
};

/** Where OpenSBI's fw_jump and QEMU's `-kernel` start what comes behind the firmware. */
export const hypervisor: Program = {
  name: 'hypervisor',
  entry: 'bare/hypervisor/main.ts',
  assembly: [
    'bare/hypervisor/boot.S',
    'bare/hypervisor/trap.S',
    'bare/hypervisor/vcpu/fp.S',
    'bare/hypervisor/host/counters.S',
    'bare/hypervisor/embedded.S',
    'bare/lib/backtrace.S',
  ],
  base: 0x8020_0000n,
  dataBase: 0x8028_0000n,
  heapSize: 64 * KIB,
  stackSize: 16 * KIB,
  harts: 16,
};

/** Where the default says "no guest"; `typevisor build --guest` links another object in its place. */
export const EMBEDDED_GUEST = 'bare/hypervisor/embedded.S';

/** Guests start where Linux and the hypervisor itself do: 2 MiB into RAM. */
const GUEST_BASE = 0x8020_0000n;
const GUEST_DATA_BASE = 0x8028_0000n;
/** Of this package: see `readGuestFile`. */
const GUEST_RUNTIME = 'node_modules/typevisor/guests/runtime.S';

/** As the hypervisor has it; so many stacks. */
export const MOST_VCPUS = 8;

/** A guest in TypeScript: its `main(hart, dtb)` is called, and when it returns the guest shuts down. */
export function typescriptGuest(name: string, entry: string): Program {
  return {
    name,
    entry,
    assembly: [GUEST_RUNTIME],
    base: GUEST_BASE,
    dataBase: GUEST_DATA_BASE,
    heapSize: 1024 * KIB,
    stackSize: 64 * KIB,
    harts: MOST_VCPUS,
  };
}

/** A guest in assembly: starts at `_start`, or at its first instruction. */
export function assemblyGuest(name: string, file: string): Program {
  return { name, assembly: [file], base: GUEST_BASE };
}
