/** Calls of the PMU extension, in their order, and what SBI 3.0 says they return. The hart has so many hardware counters. */
import { sbiErrors, sbiExtensionId } from '../../isa/sbi.ts';
import type { SbiCall } from './calls.ts';

const {
  SUCCESS,
  ERR_NOT_SUPPORTED,
  ERR_INVALID_PARAM,
  ERR_INVALID_ADDRESS,
  ERR_ALREADY_STARTED,
  ERR_ALREADY_STOPPED,
  ERR_NO_SHMEM,
} = sbiErrors;

const BASE = sbiExtensionId('BASE');
const TIME = sbiExtensionId('TIME');
const IPI = sbiExtensionId('IPI');
const RFENCE = sbiExtensionId('RFENCE');
const PMU = sbiExtensionId('PMU');

const FIRMWARE = 0x8000_0000;
const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const FIRMWARE_COUNTERS = 16;
const WIDTH_64 = 63 << 12;

/** Of counter_config_matching, counter_start and counter_stop. */
const SKIP_MATCH = 1;
const CLEAR_VALUE = 2;
const AUTO_START = 4;
const SET_INIT_VALUE = 1;
const INIT_SNAPSHOT = 2;
const RESET = 1;
const TAKE_SNAPSHOT = 2;

const CYCLES = 1;
const INSTRUCTIONS = 2;
const CACHE_MISSES = 4;
const firmwareEvent = (code: number) => 0xf_0000 + code;
const SET_TIMER = firmwareEvent(5);
const IPI_SENT = firmwareEvent(6);

export function pmuCalls(hardware: number): SbiCall[] {
  const calls: SbiCall[] = [];
  const group =
    (functionId: number, title: string) =>
    (name: string, args: SbiCall['args'], error: number, value: number | bigint = 0) => {
      calls.push({ name: `PMU ${title}: ${name}`, extension: PMU, functionId, args, error, value });
    };
  const other = (extension: number, args: SbiCall['args']) => {
    calls.push({ name: 'something to count', extension, functionId: 0, args, error: SUCCESS });
  };
  const total = hardware + FIRMWARE_COUNTERS;
  const [first, second, last] = [hardware, hardware + 1, total - 1];

  calls.push({ name: 'probe PMU', extension: BASE, functionId: 3, args: [PMU], error: SUCCESS, value: 1 });
  group(0, 'num_counters')('all', [], SUCCESS, total);

  const info = group(1, 'counter_get_info');
  info('cycle', [0], SUCCESS, 0xc00 + WIDTH_64);
  info('instret', [1], SUCCESS, 0xc02 + WIDTH_64);
  info('hpmcounter3', [2], SUCCESS, 0xc03 + WIDTH_64);
  info("the hardware's last", [hardware - 1], SUCCESS, 0xc00 + hardware + WIDTH_64);
  info("the firmware's first", [first], SUCCESS, 1n << 63n);
  info("the firmware's last", [last], SUCCESS, 1n << 63n);
  info('one too many', [total], ERR_INVALID_PARAM);
  info('a huge one', [ALL_ONES], ERR_INVALID_PARAM);

  const configure = group(2, 'counter_config_matching');
  configure('no counter', [0, 0, 0, CYCLES], ERR_NOT_SUPPORTED);
  configure('an invalid counter', [0, 1n << BigInt(total), 0, CYCLES], ERR_INVALID_PARAM);
  configure('a set beyond 64 counters', [1, ALL_ONES, 0, CYCLES], ERR_INVALID_PARAM);
  configure('a huge base', [ALL_ONES, 1, 0, CYCLES], ERR_INVALID_PARAM);
  configure('a reserved flag', [0, 1, 0x100, CYCLES], ERR_INVALID_PARAM);
  configure('no event', [0, ALL_ONES >> BigInt(64 - total), 0, 0], ERR_NOT_SUPPORTED);
  configure('an event that nothing counts', [0, 1, 0, CACHE_MISSES], ERR_NOT_SUPPORTED);
  configure('event data of a general event', [0, 1, 0, CYCLES, 1], ERR_NOT_SUPPORTED);
  configure('an event of more than 20 bits', [0, 1, 0, 0x10_0001], ERR_NOT_SUPPORTED);
  configure('a raw event', [2, 1, 0, 0x2_0000, 1], ERR_NOT_SUPPORTED);
  configure('a reserved firmware event', [first, 1, 0, firmwareEvent(22)], ERR_NOT_SUPPORTED);
  configure('a hardware event on a firmware counter', [first, 1, 0, CYCLES], ERR_NOT_SUPPORTED);
  configure('cycles on instret', [1, 1, 0, CYCLES], ERR_NOT_SUPPORTED);
  configure('cycles', [0, 1, 0, CYCLES], SUCCESS, 0);
  configure('a counter in use', [0, 1, 0, CYCLES], ERR_NOT_SUPPORTED);
  configure('a counter in use, skipping the match', [0, 3, SKIP_MATCH, CYCLES], SUCCESS, 0);
  configure('instructions on a programmable one', [2, 1, CLEAR_VALUE, INSTRUCTIONS], SUCCESS, 2);

  const start = group(3, 'counter_start');
  start('no counter', [0, 0, 0], SUCCESS);
  start('one without an event', [1, 1, 0], ERR_INVALID_PARAM);
  start('an invalid counter', [total, 1, 0], ERR_INVALID_PARAM);
  start('a reserved flag', [2, 1, 4], ERR_INVALID_PARAM);
  start('a value and a snapshot', [2, 1, SET_INIT_VALUE + INIT_SNAPSHOT], ERR_INVALID_PARAM);
  start('from a snapshot that is not there', [2, 1, INIT_SNAPSHOT], ERR_NO_SHMEM);
  start('instructions', [2, 1, SET_INIT_VALUE, 5], SUCCESS);
  start('what counts already', [2, 1, 0], ERR_ALREADY_STARTED);
  start('what counts already, and another', [0, 5, 0], ERR_ALREADY_STARTED);
  configure('a counter that counts, skipping the match', [2, 1, SKIP_MATCH, CYCLES], ERR_NOT_SUPPORTED);

  const stop = group(4, 'counter_stop');
  stop('no counter', [0, 0, 0], SUCCESS);
  stop('an invalid counter', [total, 1, 0], ERR_INVALID_PARAM);
  stop('a reserved flag', [2, 1, 4], ERR_INVALID_PARAM);
  stop('for a snapshot that is not there', [2, 1, TAKE_SNAPSHOT], ERR_NO_SHMEM);
  stop('both', [0, 5, 0], SUCCESS);
  stop('what is stopped', [2, 1, 0], ERR_ALREADY_STOPPED);
  stop('what is stopped, for good', [0, 5, RESET], ERR_ALREADY_STOPPED);
  start('what was stopped for good', [2, 1, 0], ERR_INVALID_PARAM);
  configure('cycles, on the counter given back', [0, 1, 0, CYCLES], SUCCESS, 0);
  stop('that too', [0, 1, RESET], ERR_ALREADY_STOPPED);

  const read = group(5, 'counter_fw_read');
  const high = group(6, 'counter_fw_read_hi');
  read('a hardware counter', [0], ERR_INVALID_PARAM);
  read('an invalid counter', [total], ERR_INVALID_PARAM);
  high('a hardware counter', [0], ERR_INVALID_PARAM);
  configure('timers set, at once', [first, 1, CLEAR_VALUE + AUTO_START, SET_TIMER], SUCCESS, first);
  configure('interrupts sent, on the next', [first, 3, CLEAR_VALUE, IPI_SENT], SUCCESS, second);
  read('nothing yet', [first], SUCCESS, 0);
  other(TIME, [ALL_ONES]);
  other(TIME, [ALL_ONES]);
  other(IPI, [1, 0]);
  read('two timers', [first], SUCCESS, 2);
  read('interrupts, not started', [second], SUCCESS, 0);
  high('two timers', [first], SUCCESS, 0);
  start('interrupts', [second, 1, SET_INIT_VALUE, 100], SUCCESS);
  other(IPI, [1, 0]);
  other(IPI, [0, 0]);
  other(TIME, [ALL_ONES]);
  stop('both firmware counters', [first, 3, 0], SUCCESS);
  other(IPI, [1, 0]);
  other(TIME, [ALL_ONES]);
  read('three timers', [first], SUCCESS, 3);
  read('one interrupt on top', [second], SUCCESS, 101);
  start('timers, going on', [first, 1, 0], SUCCESS);
  other(TIME, [ALL_ONES]);
  other(RFENCE, [1, 0, 0, 0]);
  read('four timers', [first], SUCCESS, 4);
  stop('timers', [first, 1, RESET], SUCCESS);

  const snapshot = group(7, 'snapshot_set_shmem');
  snapshot('a page', ['page', 0, 0], SUCCESS);
  snapshot('an odd address', [FIRMWARE + 0x20_0008, 0, 0], ERR_INVALID_PARAM);
  snapshot('flags', [ALL_ONES, ALL_ONES, 1], ERR_INVALID_PARAM);
  snapshot('in the firmware', [FIRMWARE, 0, 0], ERR_INVALID_ADDRESS);
  snapshot('where no memory is', [0x4000_0000, 0, 0], ERR_INVALID_ADDRESS);
  snapshot('beyond 64 bits', ['page', 1, 0], ERR_INVALID_ADDRESS);
  stop('into a snapshot', [second, 1, TAKE_SNAPSHOT], ERR_ALREADY_STOPPED);
  configure('timers once more', [first, 1, 0, SET_TIMER], SUCCESS, first);
  start('from the snapshot of another', [first, 1, INIT_SNAPSHOT], SUCCESS);
  read('what the snapshot had first', [first], SUCCESS, 101);
  snapshot('none', [ALL_ONES, ALL_ONES, 0], SUCCESS);
  stop('for a snapshot that is not there any more', [first, 1, TAKE_SNAPSHOT], ERR_NO_SHMEM);
  stop('all', [first, 3, RESET], ERR_ALREADY_STOPPED);

  const events = group(8, 'event_get_info');
  events('nothing', ['page', 0, 0, 0], SUCCESS);
  events('flags', ['page', 0, 1, 1], ERR_INVALID_PARAM);
  events('an odd address', [FIRMWARE + 0x20_0008, 0, 1, 0], ERR_INVALID_PARAM);
  events('in the firmware', [FIRMWARE, 0, 1, 0], ERR_INVALID_ADDRESS);
  events('more than there is', ['page', 0, ALL_ONES >> 4n, 0], ERR_INVALID_ADDRESS);
  events('more than 64 bits of it', ['page', 0, ALL_ONES, 0], ERR_INVALID_ADDRESS);
  events('beyond 64 bits', ['page', 1, 1, 0], ERR_INVALID_ADDRESS);

  group(9, '')('no such function', [], ERR_NOT_SUPPORTED);
  return calls;
}
