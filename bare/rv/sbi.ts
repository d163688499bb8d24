// Generated from isa/ by `npm run generate`; not to be edited.
// Numbers of the RISC-V Supervisor Binary Interface 3.0.

export const SBI_SUCCESS: i64 = 0;
export const SBI_ERR_FAILED: i64 = -1;
export const SBI_ERR_NOT_SUPPORTED: i64 = -2;
export const SBI_ERR_INVALID_PARAM: i64 = -3;
export const SBI_ERR_DENIED: i64 = -4;
export const SBI_ERR_INVALID_ADDRESS: i64 = -5;
export const SBI_ERR_ALREADY_AVAILABLE: i64 = -6;
export const SBI_ERR_ALREADY_STARTED: i64 = -7;
export const SBI_ERR_ALREADY_STOPPED: i64 = -8;
export const SBI_ERR_NO_SHMEM: i64 = -9;
export const SBI_ERR_INVALID_STATE: i64 = -10;
export const SBI_ERR_BAD_RANGE: i64 = -11;
export const SBI_ERR_TIMEOUT: i64 = -12;
export const SBI_ERR_IO: i64 = -13;
export const SBI_ERR_DENIED_LOCKED: i64 = -14;

export const SBI_LEGACY_SET_TIMER: u64 = 0x0;

export const SBI_LEGACY_CONSOLE_PUTCHAR: u64 = 0x1;

export const SBI_LEGACY_CONSOLE_GETCHAR: u64 = 0x2;

export const SBI_LEGACY_CLEAR_IPI: u64 = 0x3;

export const SBI_LEGACY_SEND_IPI: u64 = 0x4;

export const SBI_LEGACY_REMOTE_FENCE_I: u64 = 0x5;

export const SBI_LEGACY_REMOTE_SFENCE_VMA: u64 = 0x6;

export const SBI_LEGACY_REMOTE_SFENCE_VMA_ASID: u64 = 0x7;

export const SBI_LEGACY_SHUTDOWN: u64 = 0x8;

export const SBI_BASE: u64 = 0x10;
export const SBI_BASE_GET_SPEC_VERSION: u64 = 0;
export const SBI_BASE_GET_IMPL_ID: u64 = 1;
export const SBI_BASE_GET_IMPL_VERSION: u64 = 2;
export const SBI_BASE_PROBE_EXTENSION: u64 = 3;
export const SBI_BASE_GET_MVENDORID: u64 = 4;
export const SBI_BASE_GET_MARCHID: u64 = 5;
export const SBI_BASE_GET_MIMPID: u64 = 6;

export const SBI_TIME: u64 = 0x54494d45;
export const SBI_TIME_SET_TIMER: u64 = 0;

export const SBI_IPI: u64 = 0x735049;
export const SBI_IPI_SEND_IPI: u64 = 0;

export const SBI_RFENCE: u64 = 0x52464e43;
export const SBI_RFENCE_REMOTE_FENCE_I: u64 = 0;
export const SBI_RFENCE_REMOTE_SFENCE_VMA: u64 = 1;
export const SBI_RFENCE_REMOTE_SFENCE_VMA_ASID: u64 = 2;
export const SBI_RFENCE_REMOTE_HFENCE_GVMA_VMID: u64 = 3;
export const SBI_RFENCE_REMOTE_HFENCE_GVMA: u64 = 4;
export const SBI_RFENCE_REMOTE_HFENCE_VVMA_ASID: u64 = 5;
export const SBI_RFENCE_REMOTE_HFENCE_VVMA: u64 = 6;

export const SBI_HSM: u64 = 0x48534d;
export const SBI_HSM_HART_START: u64 = 0;
export const SBI_HSM_HART_STOP: u64 = 1;
export const SBI_HSM_HART_GET_STATUS: u64 = 2;
export const SBI_HSM_HART_SUSPEND: u64 = 3;

export const SBI_SRST: u64 = 0x53525354;
export const SBI_SRST_SYSTEM_RESET: u64 = 0;

export const SBI_PMU: u64 = 0x504d55;
export const SBI_PMU_NUM_COUNTERS: u64 = 0;
export const SBI_PMU_COUNTER_GET_INFO: u64 = 1;
export const SBI_PMU_COUNTER_CONFIG_MATCHING: u64 = 2;
export const SBI_PMU_COUNTER_START: u64 = 3;
export const SBI_PMU_COUNTER_STOP: u64 = 4;
export const SBI_PMU_COUNTER_FW_READ: u64 = 5;
export const SBI_PMU_COUNTER_FW_READ_HI: u64 = 6;
export const SBI_PMU_SNAPSHOT_SET_SHMEM: u64 = 7;
export const SBI_PMU_EVENT_GET_INFO: u64 = 8;

export const SBI_DBCN: u64 = 0x4442434e;
export const SBI_DBCN_CONSOLE_WRITE: u64 = 0;
export const SBI_DBCN_CONSOLE_READ: u64 = 1;
export const SBI_DBCN_CONSOLE_WRITE_BYTE: u64 = 2;

export const SBI_SUSP: u64 = 0x53555350;
export const SBI_SUSP_SYSTEM_SUSPEND: u64 = 0;

export const SBI_CPPC: u64 = 0x43505043;

export const SBI_NACL: u64 = 0x4e41434c;

export const SBI_STA: u64 = 0x535441;
export const SBI_STA_STEAL_TIME_SET_SHMEM: u64 = 0;

export const SBI_SSE: u64 = 0x535345;

export const SBI_FWFT: u64 = 0x46574654;
export const SBI_FWFT_SET: u64 = 0;
export const SBI_FWFT_GET: u64 = 1;

export const SBI_DBTR: u64 = 0x44425452;

export const SBI_MPXY: u64 = 0x4d505859;

/** HSM Hart States. */
export const SBI_HSM_STATE_STARTED: u64 = 0x0;
export const SBI_HSM_STATE_STOPPED: u64 = 0x1;
export const SBI_HSM_STATE_START_PENDING: u64 = 0x2;
export const SBI_HSM_STATE_STOP_PENDING: u64 = 0x3;
export const SBI_HSM_STATE_SUSPENDED: u64 = 0x4;
export const SBI_HSM_STATE_SUSPEND_PENDING: u64 = 0x5;
export const SBI_HSM_STATE_RESUME_PENDING: u64 = 0x6;

/** HSM Hart Suspend Types: the default ones of each kind. */
export const SBI_HSM_SUSPEND_RETENTIVE: u64 = 0x0;
export const SBI_HSM_SUSPEND_NON_RETENTIVE: u64 = 0x80000000;

/** SRST System Reset Types. */
export const SBI_SRST_TYPE_SHUTDOWN: u64 = 0x0;
export const SBI_SRST_TYPE_COLD_REBOOT: u64 = 0x1;
export const SBI_SRST_TYPE_WARM_REBOOT: u64 = 0x2;

/** SRST System Reset Reasons. */
export const SBI_SRST_REASON_NONE: u64 = 0x0;
export const SBI_SRST_REASON_SYSTEM_FAILURE: u64 = 0x1;

/** PMU: event_idx is a code of 16 bits below a type of 4 bits. */
export const SBI_PMU_EVENT_CODE: u64 = 0xffff;
export const SBI_PMU_EVENT_TYPE_SHIFT: u64 = 0x10;
export const SBI_PMU_EVENT_BITS: u64 = 0xfffff;

/** PMU Event Type. */
export const SBI_PMU_TYPE_HARDWARE: u64 = 0x0;
export const SBI_PMU_TYPE_CACHE: u64 = 0x1;
export const SBI_PMU_TYPE_RAW: u64 = 0x2;
export const SBI_PMU_TYPE_RAW_V2: u64 = 0x3;
export const SBI_PMU_TYPE_FIRMWARE: u64 = 0xf;

/** PMU Hardware Events: some. */
export const SBI_PMU_HW_CPU_CYCLES: u64 = 0x1;
export const SBI_PMU_HW_INSTRUCTIONS: u64 = 0x2;

/** PMU Firmware Events, and their number. */
export const SBI_PMU_FW_MISALIGNED_LOAD: u64 = 0x0;
export const SBI_PMU_FW_MISALIGNED_STORE: u64 = 0x1;
export const SBI_PMU_FW_ACCESS_LOAD: u64 = 0x2;
export const SBI_PMU_FW_ACCESS_STORE: u64 = 0x3;
export const SBI_PMU_FW_ILLEGAL_INSN: u64 = 0x4;
export const SBI_PMU_FW_SET_TIMER: u64 = 0x5;
export const SBI_PMU_FW_IPI_SENT: u64 = 0x6;
export const SBI_PMU_FW_IPI_RECEIVED: u64 = 0x7;
export const SBI_PMU_FW_FENCE_I_SENT: u64 = 0x8;
export const SBI_PMU_FW_FENCE_I_RECEIVED: u64 = 0x9;
export const SBI_PMU_FW_SFENCE_VMA_SENT: u64 = 0xa;
export const SBI_PMU_FW_SFENCE_VMA_RECEIVED: u64 = 0xb;
export const SBI_PMU_FW_SFENCE_VMA_ASID_SENT: u64 = 0xc;
export const SBI_PMU_FW_SFENCE_VMA_ASID_RECEIVED: u64 = 0xd;
export const SBI_PMU_FW_HFENCE_GVMA_SENT: u64 = 0xe;
export const SBI_PMU_FW_HFENCE_GVMA_RECEIVED: u64 = 0xf;
export const SBI_PMU_FW_HFENCE_GVMA_VMID_SENT: u64 = 0x10;
export const SBI_PMU_FW_HFENCE_GVMA_VMID_RECEIVED: u64 = 0x11;
export const SBI_PMU_FW_HFENCE_VVMA_SENT: u64 = 0x12;
export const SBI_PMU_FW_HFENCE_VVMA_RECEIVED: u64 = 0x13;
export const SBI_PMU_FW_HFENCE_VVMA_ASID_SENT: u64 = 0x14;
export const SBI_PMU_FW_HFENCE_VVMA_ASID_RECEIVED: u64 = 0x15;
export const SBI_PMU_FW_EVENTS: u64 = 0x16;

/** PMU: counter_info is the number of a CSR, the number of its bits less one, and a type. */
export const SBI_PMU_INFO_CSR: u64 = 0xfff;
export const SBI_PMU_INFO_WIDTH_SHIFT: u64 = 0xc;
export const SBI_PMU_INFO_FIRMWARE: u64 = 0x8000000000000000;

/** PMU Counter Config Match Flags. */
export const SBI_PMU_CONFIG_SKIP_MATCH: u64 = 0x1;
export const SBI_PMU_CONFIG_CLEAR_VALUE: u64 = 0x2;
export const SBI_PMU_CONFIG_AUTO_START: u64 = 0x4;
export const SBI_PMU_CONFIG_SET_VUINH: u64 = 0x8;
export const SBI_PMU_CONFIG_SET_VSINH: u64 = 0x10;
export const SBI_PMU_CONFIG_SET_UINH: u64 = 0x20;
export const SBI_PMU_CONFIG_SET_SINH: u64 = 0x40;
export const SBI_PMU_CONFIG_SET_MINH: u64 = 0x80;
export const SBI_PMU_CONFIG_FLAGS: u64 = 0xff;

/** PMU Counter Start Flags. */
export const SBI_PMU_START_SET_INIT_VALUE: u64 = 0x1;
export const SBI_PMU_START_INIT_SNAPSHOT: u64 = 0x2;

/** PMU Counter Stop Flags. */
export const SBI_PMU_STOP_RESET: u64 = 0x1;
export const SBI_PMU_STOP_TAKE_SNAPSHOT: u64 = 0x2;

/** SBI PMU Snapshot shared memory layout: a bitmap of overflows, then a value for each counter; in bytes. */
export const SBI_PMU_SNAPSHOT_SIZE: u64 = 0x1000;
export const SBI_PMU_SNAPSHOT_VALUES: u64 = 0x8;

/** Event info entry format: event_idx, output, event_data; in bytes. */
export const SBI_PMU_ENTRY_SIZE: u64 = 0x10;
export const SBI_PMU_ENTRY_OUTPUT: u64 = 0x4;
export const SBI_PMU_ENTRY_DATA: u64 = 0x8;
