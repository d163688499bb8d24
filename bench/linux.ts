/** Linux from power-on to a prompt, on the machine and on QEMU's translator, by turns in one run: seconds and guest instructions. */
import { readFileSync } from 'node:fs';
import { artefact } from '../cli/artefacts.ts';
import { Machine } from '../machine/index.ts';
import { BOOT_MEMORY, type Boot, bareOnQemu, boots } from './boots.ts';
import { instructionsUntil, secondsUntil } from './qemu-boot.ts';
import type { BenchRow } from './row.ts';

const PEER = 'QEMU TCG';
const TIMEOUT = 900_000;

interface Result {
  readonly seconds: number;
  /** Millions. */
  readonly instructions: number;
}

/** @throws UserError before `typevisor get linux`; Error naming the missing Debian package where there is no QEMU or gdb */
export async function runLinuxBench(): Promise<BenchRow[]> {
  const core = await WebAssembly.compile(await artefact('core.wasm'));
  const rows: BenchRow[] = [];
  for (const boot of boots()) {
    const ours = await runOurs(boot, core);
    const bare = bareOnQemu(boot);
    rows.push(
      row(`linux: ${boot.name}`, 's', ours.seconds, await secondsUntil(boot.mark, bare)),
      row(`linux: ${boot.name}, instructions`, 'M', ours.instructions, await instructionsUntil(boot.mark, bare)),
    );
  }
  return rows;
}

function row(name: string, unit: string, value: number, peerValue: number): BenchRow {
  return { name, unit, value, peer: PEER, peerValue, ratio: value / peerValue };
}

async function runOurs({ kernel, initrd, append, mark }: Boot, core: WebAssembly.Module): Promise<Result> {
  using machine = await Machine.create({
    core,
    memory: BOOT_MEMORY,
    time: 'real',
    firmware: await artefact('firmware.elf'),
    kernel: readFileSync(kernel),
    initrd: readFileSync(initrd),
    append,
  });
  const start = performance.now();
  await machine.console.expect(mark, { timeout: TIMEOUT });
  return { seconds: (performance.now() - start) / 1000, instructions: machine.statistics.instructions / 1e6 };
}
