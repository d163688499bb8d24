/** The firmware on our machine. */
import { expect, test } from 'vitest';
import { artefact } from '../../cli/artefacts.ts';
import { type FdtNode, Machine, readFdt, type StopReason, writeFdt } from '../../machine/index.ts';
import { sbiCalls } from './calls.ts';
import { buildFirmware, describeFirmware } from './describe-firmware.ts';
import { buildPayload } from './payload.ts';

const TIMEOUT_MS = 60_000;

interface Run {
  readonly payload: Uint8Array;
  readonly harts: number;
  readonly firmware: Uint8Array;
  /** Changes the device tree that the firmware is given. */
  readonly change?: (root: FdtNode) => void;
}

async function runOnMachine(run: Run): Promise<{ output: string; reason: StopReason }> {
  const { payload, harts, firmware, change } = run;
  const machine = await Machine.create({ core: await artefact('core.wasm'), harts, firmware, kernel: payload });
  let output = '';
  machine.on('output', (bytes) => {
    output += String.fromCharCode(...bytes);
  });
  if (change !== undefined) {
    const address = machine.boot.deviceTreeAddress;
    const { root } = readFdt(machine.memory.read(address, 0x4000));
    change(root);
    machine.memory.write(address, writeFdt(root));
  }
  const reason = await machine.run({ timeout: TIMEOUT_MS });
  machine.dispose();
  return { output, reason };
}

describeFirmware({
  name: 'our machine',
  hardwareCounters: 31,
  run: async (payload, harts, firmware) => {
    const { output, reason } = await runOnMachine({ payload, harts, firmware });
    if (reason.kind !== 'pass') throw new Error(`the payload ended by ${reason.kind} after:\n${output.slice(-1000)}`);
    return output;
  },
});

test.each([
  [
    'a device that is not there',
    0x3000_0000,
    /store or AMO access fault in M-mode, mcause 0x7, mepc 0x8000\w{4}, mtval 0x30000000, hart 0\n/,
  ],
  ['no timer', undefined, /firmware: the device tree has no CLINT and no ACLINT, hart 0\n/],
])('%s ends with a report and a failure', async (_, clint, report) => {
  const change = (root: FdtNode) => {
    const node = root.find('soc')!.children.find(({ name }) => name.startsWith('clint@'))!;
    if (clint === undefined) node.setStrings('compatible', 'none');
    else node.setCells64('reg', clint, 0x1_0000);
  };
  const { output, reason } = await runOnMachine({
    payload: await buildPayload(sbiCalls(2)),
    harts: 2,
    firmware: await buildFirmware(),
    change,
  });
  expect(output).toMatch(report);
  expect(reason).toEqual({ kind: 'fail', code: 1 });
});
