/** Numbers of the RISC-V Supervisor Binary Interface 3.0: "Binary Encoding" and the chapter of each extension. */

/** Standard error codes, returned in a0. */
export const sbiErrors = {
  SUCCESS: 0,
  ERR_FAILED: -1,
  ERR_NOT_SUPPORTED: -2,
  ERR_INVALID_PARAM: -3,
  ERR_DENIED: -4,
  ERR_INVALID_ADDRESS: -5,
  ERR_ALREADY_AVAILABLE: -6,
  ERR_ALREADY_STARTED: -7,
  ERR_ALREADY_STOPPED: -8,
  ERR_NO_SHMEM: -9,
  ERR_INVALID_STATE: -10,
  ERR_BAD_RANGE: -11,
  ERR_TIMEOUT: -12,
  ERR_IO: -13,
  ERR_DENIED_LOCKED: -14,
} as const;

/** Numbers of one table of an extension's chapter. */
export interface SbiTable {
  /** The table's title, or what the text says of them. */
  readonly title: string;
  /** By names that begin with the extension's. */
  readonly values: Readonly<Record<string, number | bigint>>;
}

/** Values in the order of names, from 0 or `first` on. */
const numbered = (prefix: string, names: string, first = 0): Record<string, number> =>
  Object.fromEntries(names.split(' ').map((name, index) => [prefix + name, first + index]));

/** Names of bits in the order of their numbers. */
const flags = (prefix: string, names: string): Record<string, number> =>
  Object.fromEntries(names.split(' ').map((name, bit) => [prefix + name, 2 ** bit]));

export const sbiTables: readonly SbiTable[] = [
  {
    title: 'HSM Hart States',
    values: numbered(
      'HSM_STATE_',
      'STARTED STOPPED START_PENDING STOP_PENDING SUSPENDED SUSPEND_PENDING RESUME_PENDING',
    ),
  },
  {
    title: 'HSM Hart Suspend Types: the default ones of each kind',
    values: { HSM_SUSPEND_RETENTIVE: 0, HSM_SUSPEND_NON_RETENTIVE: 0x8000_0000 },
  },
  { title: 'SRST System Reset Types', values: numbered('SRST_TYPE_', 'SHUTDOWN COLD_REBOOT WARM_REBOOT') },
  { title: 'SRST System Reset Reasons', values: numbered('SRST_REASON_', 'NONE SYSTEM_FAILURE') },
  {
    title: 'PMU: event_idx is a code of 16 bits below a type of 4 bits',
    values: { PMU_EVENT_CODE: 0xffff, PMU_EVENT_TYPE_SHIFT: 16, PMU_EVENT_BITS: 0xf_ffff },
  },
  {
    title: 'PMU Event Type',
    values: { ...numbered('PMU_TYPE_', 'HARDWARE CACHE RAW RAW_V2'), PMU_TYPE_FIRMWARE: 15 },
  },
  { title: 'PMU Hardware Events: some', values: numbered('PMU_HW_', 'CPU_CYCLES INSTRUCTIONS', 1) },
  {
    title: 'PMU Firmware Events, and their number',
    values: numbered(
      'PMU_FW_',
      'MISALIGNED_LOAD MISALIGNED_STORE ACCESS_LOAD ACCESS_STORE ILLEGAL_INSN SET_TIMER IPI_SENT IPI_RECEIVED ' +
        'FENCE_I_SENT FENCE_I_RECEIVED SFENCE_VMA_SENT SFENCE_VMA_RECEIVED SFENCE_VMA_ASID_SENT SFENCE_VMA_ASID_RECEIVED ' +
        'HFENCE_GVMA_SENT HFENCE_GVMA_RECEIVED HFENCE_GVMA_VMID_SENT HFENCE_GVMA_VMID_RECEIVED ' +
        'HFENCE_VVMA_SENT HFENCE_VVMA_RECEIVED HFENCE_VVMA_ASID_SENT HFENCE_VVMA_ASID_RECEIVED EVENTS',
    ),
  },
  {
    title: 'PMU: counter_info is the number of a CSR, the number of its bits less one, and a type',
    values: { PMU_INFO_CSR: 0xfff, PMU_INFO_WIDTH_SHIFT: 12, PMU_INFO_FIRMWARE: 1n << 63n },
  },
  {
    title: 'PMU Counter Config Match Flags',
    values: {
      ...flags('PMU_CONFIG_', 'SKIP_MATCH CLEAR_VALUE AUTO_START SET_VUINH SET_VSINH SET_UINH SET_SINH SET_MINH'),
      PMU_CONFIG_FLAGS: 0xff,
    },
  },
  {
    title: 'PMU Counter Start Flags',
    values: flags('PMU_START_', 'SET_INIT_VALUE INIT_SNAPSHOT'),
  },
  {
    title: 'PMU Counter Stop Flags',
    values: flags('PMU_STOP_', 'RESET TAKE_SNAPSHOT'),
  },
  {
    title: 'SBI PMU Snapshot shared memory layout: a bitmap of overflows, then a value for each counter; in bytes',
    values: { PMU_SNAPSHOT_SIZE: 4096, PMU_SNAPSHOT_VALUES: 8 },
  },
  {
    title: 'Event info entry format: event_idx, output, event_data; in bytes',
    values: { PMU_ENTRY_SIZE: 16, PMU_ENTRY_OUTPUT: 4, PMU_ENTRY_DATA: 8 },
  },
];

export interface SbiExtension {
  readonly name: string;
  readonly id: number;
  /** Function names in the order of their numbers. */
  readonly functions: readonly string[];
}

const extension = (name: string, id: number, functions = ''): SbiExtension => ({
  name,
  id,
  functions: functions.split(' ').filter(Boolean),
});

export const sbiExtensions: readonly SbiExtension[] = [
  extension('LEGACY_SET_TIMER', 0),
  extension('LEGACY_CONSOLE_PUTCHAR', 1),
  extension('LEGACY_CONSOLE_GETCHAR', 2),
  extension('LEGACY_CLEAR_IPI', 3),
  extension('LEGACY_SEND_IPI', 4),
  extension('LEGACY_REMOTE_FENCE_I', 5),
  extension('LEGACY_REMOTE_SFENCE_VMA', 6),
  extension('LEGACY_REMOTE_SFENCE_VMA_ASID', 7),
  extension('LEGACY_SHUTDOWN', 8),
  extension(
    'BASE',
    0x10,
    'GET_SPEC_VERSION GET_IMPL_ID GET_IMPL_VERSION PROBE_EXTENSION GET_MVENDORID GET_MARCHID GET_MIMPID',
  ),
  extension('TIME', 0x54494d45, 'SET_TIMER'),
  extension('IPI', 0x735049, 'SEND_IPI'),
  extension(
    'RFENCE',
    0x52464e43,
    'REMOTE_FENCE_I REMOTE_SFENCE_VMA REMOTE_SFENCE_VMA_ASID REMOTE_HFENCE_GVMA_VMID REMOTE_HFENCE_GVMA REMOTE_HFENCE_VVMA_ASID REMOTE_HFENCE_VVMA',
  ),
  extension('HSM', 0x48534d, 'HART_START HART_STOP HART_GET_STATUS HART_SUSPEND'),
  extension('SRST', 0x53525354, 'SYSTEM_RESET'),
  extension(
    'PMU',
    0x504d55,
    'NUM_COUNTERS COUNTER_GET_INFO COUNTER_CONFIG_MATCHING COUNTER_START COUNTER_STOP COUNTER_FW_READ COUNTER_FW_READ_HI SNAPSHOT_SET_SHMEM EVENT_GET_INFO',
  ),
  extension('DBCN', 0x4442434e, 'CONSOLE_WRITE CONSOLE_READ CONSOLE_WRITE_BYTE'),
  extension('SUSP', 0x53555350, 'SYSTEM_SUSPEND'),
  extension('CPPC', 0x43505043),
  extension('NACL', 0x4e41434c),
  extension('STA', 0x535441, 'STEAL_TIME_SET_SHMEM'),
  extension('SSE', 0x535345),
  extension('FWFT', 0x46574654, 'SET GET'),
  extension('DBTR', 0x44425452),
  extension('MPXY', 0x4d505859),
];

/** The extension's number, for what is said of it by its name. */
export function sbiExtensionId(name: string): number {
  const found = sbiExtensions.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`SBI 3.0 has no extension ${name}`);
  return found.id;
}
