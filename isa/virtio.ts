/** Numbers of Virtio 1.2 that drivers and devices need alike; numbers in brackets are its sections. */

/** Offsets of virtio-mmio's registers (4.2.2, table 4.1), in bytes. */
export const virtioRegisters = {
  MAGIC_VALUE: 0x000,
  VERSION: 0x004,
  DEVICE_ID: 0x008,
  VENDOR_ID: 0x00c,
  DEVICE_FEATURES: 0x010,
  DEVICE_FEATURES_SEL: 0x014,
  DRIVER_FEATURES: 0x020,
  DRIVER_FEATURES_SEL: 0x024,
  QUEUE_SEL: 0x030,
  QUEUE_NUM_MAX: 0x034,
  QUEUE_NUM: 0x038,
  QUEUE_READY: 0x044,
  QUEUE_NOTIFY: 0x050,
  INTERRUPT_STATUS: 0x060,
  INTERRUPT_ACK: 0x064,
  STATUS: 0x070,
  QUEUE_DESC_LOW: 0x080,
  QUEUE_DESC_HIGH: 0x084,
  QUEUE_DRIVER_LOW: 0x090,
  QUEUE_DRIVER_HIGH: 0x094,
  QUEUE_DEVICE_LOW: 0x0a0,
  QUEUE_DEVICE_HIGH: 0x0a4,
  SHM_LEN_LOW: 0x0b0,
  SHM_BASE_HIGH: 0x0bc,
  CONFIG_GENERATION: 0x0fc,
  CONFIG: 0x100,
} as const;

/** Of the legacy interface (4.2.4), where a queue's areas lie in one piece, in numbers of pages. */
export const virtioLegacyRegisters = { GUEST_PAGE_SIZE: 0x028, QUEUE_ALIGN: 0x03c, QUEUE_PFN: 0x040 } as const;

/** What MagicValue reads, "virt", and Version (4.2.2 and 4.2.4). */
export const virtioIdentity = { MAGIC: 0x7472_6976, LEGACY: 1, MODERN: 2 } as const;

/** Bits of the device status (2.1). */
export const virtioStatus = {
  ACKNOWLEDGE: 1,
  DRIVER: 2,
  DRIVER_OK: 4,
  FEATURES_OK: 8,
  DEVICE_NEEDS_RESET: 64,
  FAILED: 128,
} as const;

/** Bits of InterruptStatus (4.2.2). */
export const virtioInterrupts = { USED_BUFFER: 1, CONFIG_CHANGE: 2 } as const;

/** Device types (5). */
export const virtioTypes = { NET: 1, BLOCK: 2, CONSOLE: 3, ENTROPY: 4, NINE_P: 9 } as const;

/** Numbers of the feature bits that are not of one type of device (6). */
export const virtioFeatures = {
  ANY_LAYOUT: 27,
  INDIRECT_DESC: 28,
  EVENT_IDX: 29,
  VERSION_1: 32,
  RING_PACKED: 34,
} as const;

/** Flags of a descriptor (2.7.5 and 2.8.13). */
export const virtqDescriptorFlags = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;

/** Flags of the available ring (2.7.6). */
export const virtqAvailableFlags = { NO_INTERRUPT: 1 } as const;

/** Numbers of a network device's feature bits (5.1.3). */
export const netFeatures = {
  CSUM: 0,
  GUEST_CSUM: 1,
  MAC: 5,
  GUEST_TSO4: 7,
  HOST_TSO4: 11,
  MRG_RXBUF: 15,
  STATUS: 16,
} as const;

/** Numbers of a block device's feature bits (5.2.3). */
export const blkFeatures = {
  SEG_MAX: 2,
  RO: 5,
  BLK_SIZE: 6,
  FLUSH: 9,
  TOPOLOGY: 10,
  DISCARD: 13,
  WRITE_ZEROES: 14,
} as const;

/** Types of requests to a block device (5.2.6). */
export const blkRequests = { IN: 0, OUT: 1, FLUSH: 4, GET_ID: 8, DISCARD: 11, WRITE_ZEROES: 13 } as const;

/** How a request to a block device ends (5.2.6). */
export const blkResults = { OK: 0, IOERR: 1, UNSUPP: 2 } as const;
