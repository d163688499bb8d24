/** The state of a whole machine but its RAM, by the names of its parts. */

import type { Bus } from '../../devices/bus.ts';
import { type State, StateError, type StateReader } from '../../devices/state.ts';
import type { Clock, TimeMode } from '../clock.ts';
import type { Core } from '../core-instance.ts';
import type { BootPlan } from '../loader.ts';
import type { Turns } from '../turns.ts';
import { loadBoot, saveBoot } from './boot-state.ts';
import type { SnapshotParts } from './format.ts';
import { loadHart, saveHart } from './hart-state.ts';

export interface StatefulParts {
  readonly core: Core;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly bus: Bus;
}

export function saveMachineState(boot: BootPlan, { core, clock, turns, bus }: StatefulParts): State {
  return {
    memory: core.memory,
    boot: saveBoot(boot),
    harts: Array.from({ length: core.harts }, (_, hart) => saveHart(core, hart)),
    clock: clock.save(),
    turns: turns.save(),
    devices: Object.fromEntries(bus.regions.map(({ name, device }) => [name, device.save()])),
  };
}

/** What a machine has to be made with before its state can be loaded. @throws StateError */
export function readMachineState({ state, blobs }: SnapshotParts) {
  const mode = state.state('clock').text('mode');
  const time: TimeMode = mode === 'real' ? 'real' : 'counted';
  return {
    harts: state.list('harts').length,
    memory: state.number('memory', Number.MAX_SAFE_INTEGER),
    time,
    boot: loadBoot(state.state('boot'), blobs),
  };
}

/** Into a machine that has just been made like this. @throws StateError for parts that are not the machine's. */
export function loadMachineState(state: StateReader, { core, clock, turns, bus }: StatefulParts): void {
  for (const [hart, saved] of state.list('harts', core.harts).entries()) loadHart(core, hart, saved);
  clock.load(state.state('clock'));
  turns.load(state.state('turns'));
  const devices = state.state('devices');
  const names = bus.regions.map(({ name }) => name);
  for (const name of devices.names.filter((each) => !names.includes(each))) {
    throw new StateError(
      `it has a device '${name}', and the machine ${names.join(', ')}: give it the same drives and devices`,
    );
  }
  for (const { name, device } of bus.regions) device.load(devices.state(name));
}
