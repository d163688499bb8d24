/**
 * A hart's registers by name, as a snapshot has them. Storage of the core's own (layout.ts) is meant, so that a hart goes on exactly:
 * a CSR that is a view of another is not among them, and the counters are what they differ from `cycles` by.
 */

import { hex64, type State, StateError, type StateReader } from '../../devices/state.ts';
import { csrs } from '../../isa/csrs.ts';
import * as layout from '../core/layout.ts';
import type { Core } from '../core-instance.ts';

interface Field {
  readonly name: string;
  /** Offset in the hart's page. */
  readonly offset: number;
  readonly bits: 32 | 64;
}

const field = (name: string, offset: number, bits: 32 | 64): Field => ({ name, offset, bits });

const PMP_ENTRIES = 16;
const STATE_ENABLES = 4;
/** Counters 0 to 2 are others. */
const FIRST_COUNTER = 3;
const COUNTERS = 32;

/** Registers with a number at the end of their name, 64 bits each, of which the one with number 0 is or would be at `offset`. */
function numbered(name: string, offset: number, end: number, first = 0): Field[] {
  const numbers = Array.from({ length: end - first }, (_, index) => first + index);
  return numbers.map((number) => field(`${name}${number}`, offset + 8 * number, 64));
}

/** What is no register of the specification; all else in the hart's page is worked out anew. */
const OWN_FIELDS: readonly Field[] = [
  field('pc', layout.HART_PC, 64),
  field('privilege', layout.HART_PRIVILEGE, 32),
  field('virtual', layout.HART_VIRTUAL, 32),
  field('waiting', layout.HART_WAITING, 32),
  field('lines', layout.HART_LINES, 32),
  field('reservation', layout.HART_RESERVATION, 64),
  field('mtimecmp', layout.HART_MTIMECMP, 64),
  field('cycles', layout.HART_CYCLES, 64),
  field('traps', layout.HART_TRAPS, 64),
  field('hpmCounting', layout.HART_HPM_COUNTING, 32),
  field('hpmFiltered', layout.HART_HPM_FILTERED, 32),
  ...numbered('hpmSeen', layout.HART_HPM_SEEN, COUNTERS, FIRST_COUNTER),
];

/** The CSRs with storage: those that layout.ts has an offset for by their name, and those that it has as arrays. */
const CSR_FIELDS: readonly Field[] = [
  ...csrs.flatMap(({ name }) => {
    const offset = (layout as Readonly<Record<string, number>>)[`HART_${name.toUpperCase()}`];
    return offset === undefined ? [] : [field(name, offset, 64)];
  }),
  ...[0, 2].map((number) => field(`pmpcfg${number}`, layout.HART_PMPCFG + 4 * number, 64)),
  ...numbered('pmpaddr', layout.HART_PMPADDR, PMP_ENTRIES),
  ...numbered('mstateen', layout.HART_MSTATEEN, STATE_ENABLES),
  ...numbered('hstateen', layout.HART_HSTATEEN, STATE_ENABLES),
  ...numbered('mhpmevent', layout.HART_HPM_EVENT, COUNTERS, FIRST_COUNTER),
  ...numbered('mhpmcounter', layout.HART_HPM_COUNTER, COUNTERS, FIRST_COUNTER),
];

/** Every field of a hart, in groups. */
export const HART_FIELDS: Readonly<Record<string, readonly Field[]>> = {
  own: OWN_FIELDS,
  x: numbered('x', layout.HART_X, 32),
  f: numbered('f', layout.HART_F, 32),
  csrs: CSR_FIELDS,
};

export function saveHart(core: Core, hart: number): State {
  const read = ({ offset, bits }: Field) => {
    const address = core.hart(hart, offset);
    return hex64(bits === 64 ? core.u64(address) : BigInt(core.u32(address)));
  };
  const group = (fields: readonly Field[]) => Object.fromEntries(fields.map((each) => [each.name, read(each)]));
  return Object.fromEntries(Object.entries(HART_FIELDS).map(([name, fields]) => [name, group(fields)]));
}

/**
 * Into a hart that has just been reset: a register that the snapshot does not have, since it is older, keeps the value of reset.
 * @throws StateError for a register that harts do not have here.
 */
export function loadHart(core: Core, hart: number, state: StateReader): void {
  for (const [name, fields] of Object.entries(HART_FIELDS)) {
    const group = state.state(name);
    for (const unknown of group.names.filter((each) => !fields.some((known) => known.name === each))) {
      throw new StateError(`hart ${hart} has a register ${unknown}, which harts do not have here`);
    }
    for (const { name: register, offset, bits } of fields.filter((each) => group.has(each.name))) {
      const address = core.hart(hart, offset);
      const value = group.u64(register);
      if (bits === 64) core.setU64(address, value);
      else core.setU32(address, Number(value & 0xffff_ffffn));
    }
  }
  core.exports.hartLoaded(hart);
}
