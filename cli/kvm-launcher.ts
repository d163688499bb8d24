/** The command in short: what a guest on KVM needs of it, and nothing else to load. An installed package asks here first. */
import { launchConfined } from './confine.ts';
import { reportError } from './errors.ts';
import { chooseHost } from './host.ts';
import { type RunArguments, readRunArguments } from './run-arguments.ts';
import { kvmJob } from './run-kvm.ts';

/**
 * Runs a guest on KVM, confined, if the arguments plainly ask for that.
 * @param args of the command
 * @returns false for everything else: that is for the whole command
 */
export function launch([command, ...args]: readonly string[]): boolean {
  const read = command === 'run' ? readRunArguments(args) : undefined;
  if (read === undefined || !isForKvm(read)) return false;
  void run(read);
  return true;
}

/** What is wrong with an option is for the whole command to say. */
function isForKvm({ guests, options: { on, raw, confine, dryRun } }: RunArguments): boolean {
  if (!confine || dryRun) return false;
  return on === 'kvm' || (on === 'auto' && chooseHost(on, guests, raw !== undefined) === 'kvm');
}

async function run({ guests, options }: RunArguments): Promise<void> {
  try {
    process.exitCode = await launchConfined(kvmJob(guests, options));
  } catch (error) {
    process.exitCode = reportError(error);
  }
}
