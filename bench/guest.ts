/** What it costs a Linux to be a guest: the same kernel on QEMU bare and below the hypervisor, by turns in one run. */
import { hostPlan } from '../cli/boot.ts';
import { guestsOnQemu } from '../cli/run-qemu.ts';
import { BOOT_MEMORY, type Boot, bareOnQemu, boots } from './boots.ts';
import { instructionsUntil, secondsUntil } from './qemu-boot.ts';
import type { BenchRow } from './row.ts';

const PEER = 'bare';
/** The best of so many runs counts: anything else on the host only makes them slower. */
const ROUNDS = 7;

/** @throws UserError before `typevisor get linux`; Error naming the missing Debian package where there is no QEMU or gdb */
export async function runGuestBench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const boot of boots()) {
    const guest = await asGuest(boot);
    const bare = bareOnQemu(boot);
    const seconds: { guest: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      seconds.push({ bare: await secondsUntil(boot.mark, bare), guest: await secondsUntil(boot.mark, guest) });
    }
    const least = (of: 'guest' | 'bare') => Math.min(...seconds.map((round) => round[of]));
    const [value, peerValue] = [await instructionsUntil(boot.mark, guest), await instructionsUntil(boot.mark, bare)];
    rows.push(
      row(`guest: ${boot.name}`, 's', least('guest'), least('bare')),
      row(`guest: ${boot.name}, instructions`, 'M', value, peerValue),
    );
  }
  return rows;
}

/** The command line of `typevisor run --on qemu`. */
async function asGuest({ kernel, initrd, append }: Boot): Promise<string[]> {
  const run = { guests: [kernel], initrd, append, memory: BOOT_MEMORY };
  return guestsOnQemu(run, await hostPlan(run));
}

function row(name: string, unit: string, value: number, peerValue: number): BenchRow {
  return { name, unit, value, peer: PEER, peerValue, ratio: value / peerValue };
}
