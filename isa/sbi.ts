/** Numbers of the RISC-V Supervisor Binary Interface 3.0: "Binary Encoding" and the chapter of each extension. */

/** Standard error codes, returned in a0. */
export const sbiErrors: Readonly<Record<string, number>> = {
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
};

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
