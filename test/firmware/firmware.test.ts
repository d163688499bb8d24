/** The firmware on our machine. */
import { artefact } from '../../cli/artefacts.ts';
import { Machine } from '../../machine/index.ts';
import { describeFirmware } from './describe-firmware.ts';

const TIMEOUT_MS = 60_000;

describeFirmware('our machine', async (payload, harts, firmware) => {
  const machine = await Machine.create({ core: await artefact('core.wasm'), harts, firmware, kernel: payload });
  let output = '';
  machine.on('output', (bytes) => {
    output += String.fromCharCode(...bytes);
  });
  const reason = await machine.run({ timeout: TIMEOUT_MS });
  machine.dispose();
  if (reason.kind !== 'pass') throw new Error(`the payload ended by ${reason.kind} after:\n${output.slice(-1000)}`);
  return output;
});
