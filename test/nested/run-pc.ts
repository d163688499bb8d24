/** For tests: a PC that runs until it stops by itself, or its time is over. */
import assert from 'node:assert/strict';
import type { StopReason } from '../../kvm/stop-reason.ts';
import { Pc, type PcOptions } from '../../kvm/x86/pc.ts';
import { CODE, RAM } from './flat.ts';

export interface Outcome {
  readonly reason: StopReason;
  readonly printed: string;
}

/** @param after called when it has stopped, before the machine is given back */
export async function runPc(
  options: Partial<PcOptions> & Pick<PcOptions, 'boot'>,
  timeout = 20_000,
  after: (pc: Pc) => void = () => {},
): Promise<Outcome> {
  let printed = '';
  const output = (bytes: Uint8Array) => {
    printed += Buffer.from(bytes).toString('latin1');
  };
  const pc = new Pc({ memory: RAM, vcpus: 1, output, warn: assert.fail, ...options });
  const reason = await pc.run({ timeout });
  after(pc);
  await pc.close();
  return { reason, printed };
}

/** A flat real-mode program at 0x1000, in 64 KiB. */
export function runFlat(code: readonly number[], timeout = 2000): Promise<Outcome> {
  return runPc({ boot: { flat: { bytes: Uint8Array.from(code), address: CODE, mode: 'real' } } }, timeout);
}
