// Generated from isa/ by `npm run generate`; not to be edited.
// Numbers of Virtio 1.2, with its sections.

// Offsets of the registers of virtio-mmio: 4.2.2, table 4.1; the last three are of version 1 (4.2.4).
export const VIRTIO_MMIO_MAGIC_VALUE: u32 = 0;
export const VIRTIO_MMIO_VERSION: u32 = 4;
export const VIRTIO_MMIO_DEVICE_ID: u32 = 8;
export const VIRTIO_MMIO_VENDOR_ID: u32 = 0xc;
export const VIRTIO_MMIO_DEVICE_FEATURES: u32 = 0x10;
export const VIRTIO_MMIO_DEVICE_FEATURES_SEL: u32 = 0x14;
export const VIRTIO_MMIO_DRIVER_FEATURES: u32 = 0x20;
export const VIRTIO_MMIO_DRIVER_FEATURES_SEL: u32 = 0x24;
export const VIRTIO_MMIO_QUEUE_SEL: u32 = 0x30;
export const VIRTIO_MMIO_QUEUE_NUM_MAX: u32 = 0x34;
export const VIRTIO_MMIO_QUEUE_NUM: u32 = 0x38;
export const VIRTIO_MMIO_QUEUE_READY: u32 = 0x44;
export const VIRTIO_MMIO_QUEUE_NOTIFY: u32 = 0x50;
export const VIRTIO_MMIO_INTERRUPT_STATUS: u32 = 0x60;
export const VIRTIO_MMIO_INTERRUPT_ACK: u32 = 0x64;
export const VIRTIO_MMIO_STATUS: u32 = 0x70;
export const VIRTIO_MMIO_QUEUE_DESC_LOW: u32 = 0x80;
export const VIRTIO_MMIO_QUEUE_DESC_HIGH: u32 = 0x84;
export const VIRTIO_MMIO_QUEUE_DRIVER_LOW: u32 = 0x90;
export const VIRTIO_MMIO_QUEUE_DRIVER_HIGH: u32 = 0x94;
export const VIRTIO_MMIO_QUEUE_DEVICE_LOW: u32 = 0xa0;
export const VIRTIO_MMIO_QUEUE_DEVICE_HIGH: u32 = 0xa4;
export const VIRTIO_MMIO_SHM_LEN_LOW: u32 = 0xb0;
export const VIRTIO_MMIO_SHM_BASE_HIGH: u32 = 0xbc;
export const VIRTIO_MMIO_CONFIG_GENERATION: u32 = 0xfc;
export const VIRTIO_MMIO_CONFIG: u32 = 0x100;
export const VIRTIO_MMIO_GUEST_PAGE_SIZE: u32 = 0x28;
export const VIRTIO_MMIO_QUEUE_ALIGN: u32 = 0x3c;
export const VIRTIO_MMIO_QUEUE_PFN: u32 = 0x40;

// What MagicValue and Version read: 4.2.2.
export const VIRTIO_MAGIC: u32 = 0x74726976;
export const VIRTIO_LEGACY: u32 = 1;
export const VIRTIO_MODERN: u32 = 2;

// Device status: 2.1.
export const VIRTIO_STATUS_ACKNOWLEDGE: u32 = 1;
export const VIRTIO_STATUS_DRIVER: u32 = 2;
export const VIRTIO_STATUS_DRIVER_OK: u32 = 4;
export const VIRTIO_STATUS_FEATURES_OK: u32 = 8;
export const VIRTIO_STATUS_DEVICE_NEEDS_RESET: u32 = 0x40;
export const VIRTIO_STATUS_FAILED: u32 = 0x80;

// Interrupt status: 4.2.2.
export const VIRTIO_INTERRUPT_USED_BUFFER: u32 = 1;
export const VIRTIO_INTERRUPT_CONFIG_CHANGE: u32 = 2;

// Device types: 5.
export const VIRTIO_ID_NET: u32 = 1;
export const VIRTIO_ID_BLOCK: u32 = 2;
export const VIRTIO_ID_CONSOLE: u32 = 3;
export const VIRTIO_ID_ENTROPY: u32 = 4;
export const VIRTIO_ID_NINE_P: u32 = 9;

// Features of all types: 6.
export const VIRTIO_F_ANY_LAYOUT: u64 = 0x8000000;
export const VIRTIO_F_INDIRECT_DESC: u64 = 0x10000000;
export const VIRTIO_F_EVENT_IDX: u64 = 0x20000000;
export const VIRTIO_F_VERSION_1: u64 = 0x100000000;
export const VIRTIO_F_RING_PACKED: u64 = 0x400000000;

// Flags of descriptors and of the available ring: 2.7.5, 2.8.13, 2.7.6.
export const VIRTQ_DESC_F_NEXT: u16 = 1;
export const VIRTQ_DESC_F_WRITE: u16 = 2;
export const VIRTQ_DESC_F_INDIRECT: u16 = 4;
export const VIRTQ_AVAIL_F_NO_INTERRUPT: u16 = 1;

// Features of a network device: 5.1.3.
export const VIRTIO_NET_F_CSUM: u64 = 0x1;
export const VIRTIO_NET_F_GUEST_CSUM: u64 = 0x2;
export const VIRTIO_NET_F_MAC: u64 = 0x20;
export const VIRTIO_NET_F_GUEST_TSO4: u64 = 0x80;
export const VIRTIO_NET_F_HOST_TSO4: u64 = 0x800;
export const VIRTIO_NET_F_MRG_RXBUF: u64 = 0x8000;
export const VIRTIO_NET_F_STATUS: u64 = 0x10000;

// Features of a block device, types of requests, and how they end: 5.2.3, 5.2.6.
export const VIRTIO_BLK_F_SEG_MAX: u64 = 0x4;
export const VIRTIO_BLK_F_RO: u64 = 0x20;
export const VIRTIO_BLK_F_BLK_SIZE: u64 = 0x40;
export const VIRTIO_BLK_F_FLUSH: u64 = 0x200;
export const VIRTIO_BLK_F_TOPOLOGY: u64 = 0x400;
export const VIRTIO_BLK_F_DISCARD: u64 = 0x2000;
export const VIRTIO_BLK_F_WRITE_ZEROES: u64 = 0x4000;
export const VIRTIO_BLK_T_IN: u32 = 0;
export const VIRTIO_BLK_T_OUT: u32 = 1;
export const VIRTIO_BLK_T_FLUSH: u32 = 4;
export const VIRTIO_BLK_T_GET_ID: u32 = 8;
export const VIRTIO_BLK_T_DISCARD: u32 = 0xb;
export const VIRTIO_BLK_T_WRITE_ZEROES: u32 = 0xd;
export const VIRTIO_BLK_S_OK: u32 = 0;
export const VIRTIO_BLK_S_IOERR: u32 = 1;
export const VIRTIO_BLK_S_UNSUPP: u32 = 2;
