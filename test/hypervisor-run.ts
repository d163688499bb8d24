/** For tests: guests under the hypervisor on the built-in machine in counted time, so that every run is the same. */
import { artefact } from '../cli/artefacts.ts';
import { guestNames, loadGuest } from '../cli/guests.ts';
import { type GuestFile, planGuests } from '../cli/plan.ts';
import type { Disk } from '../devices/disk/disk.ts';
import { Machine, type StopReason } from '../machine/index.ts';

const MIB = 2 ** 20;

export interface HypervisorRun {
  /** Everything that was printed. */
  readonly output: string;
  readonly stop: StopReason;
}

export interface HypervisorRunOptions {
  /** Guest RAM in bytes, each. */
  readonly memory?: number;
  readonly harts?: number;
  /** Harts of each guest. */
  readonly vcpus?: number;
  /** The run ends after so many instructions, if the machine is not off before. */
  readonly instructions?: number;
  /** In place of the shipped one. */
  readonly hypervisor?: Uint8Array;
  /** In place of the shipped firmware. */
  readonly firmware?: Uint8Array;
  readonly hostMemory?: number;
  /** The guests get them in turn. */
  readonly disks?: readonly Disk[];
  /** The host does not have the first guest's disk. */
  readonly missingDisk?: boolean;
  /** Each guest has a network card: all are on one network. */
  readonly net?: boolean;
  /** Typed before anything runs. */
  readonly input?: string;
}

/** Runs the guests, which are named as on the command line, until the machine is off or the instructions are used up. */
export async function runGuests(
  guests: readonly (string | GuestFile)[],
  options: HypervisorRunOptions = {},
): Promise<HypervisorRun> {
  const { disks = [] } = options;
  const files: GuestFile[] = [];
  for (const guest of guests) files.push(typeof guest === 'string' ? await loadGuest(guest) : guest);
  const names = guestNames(files.map(({ path }) => path));
  const specs = files.map((image, index) => ({
    name: names[index]!,
    image,
    memory: options.memory ?? 16 * MIB,
    vcpus: options.vcpus ?? 1,
    disks:
      options.missingDisk && index === 0
        ? [disks.length]
        : disks.map((_, disk) => disk).filter((disk) => disk % files.length === index),
    networks: options.net ? [0] : [],
  }));
  const plan = planGuests(specs, { hostMemory: options.hostMemory });
  const machine = await Machine.create({
    core: await artefact('core.wasm'),
    harts: options.harts ?? 1,
    memory: plan.hostMemory,
    firmware: options.firmware ?? (await artefact('firmware.elf')),
    kernel: options.hypervisor ?? (await artefact('hypervisor.elf')),
    modules: plan.modules.map(({ kind, address, file }) => ({ kind, address, bytes: file.bytes })),
    drives: disks.map((disk) => ({ disk })),
    rng: true,
    time: 'counted',
  });
  let output = '';
  machine.on('output', (bytes) => {
    output += String.fromCharCode(...bytes);
  });
  if (options.input !== undefined) machine.console.write(new TextEncoder().encode(options.input));
  const stop = await machine.run({ instructions: options.instructions ?? 200_000_000 });
  machine.dispose();
  return { output, stop };
}

/** How the guest ended, as its line in the report says: `shut down`, `stopped: …`; undefined while it runs. */
export function endOf(output: string, guest: string): string | undefined {
  const escaped = guest.replaceAll(/[.+]/g, '\\$&');
  return new RegExp(`^typevisor: guest ${escaped}: ((?:shut down|stopped|refused).*)\\r?$`, 'm')
    .exec(output)?.[1]
    ?.trimEnd();
}
