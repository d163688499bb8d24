/** Feature bits that all devices share: virtio 1.2, chapter 6. */
export const VIRTIO_F_INDIRECT_DESC: u64 = 1 << 28;
export const VIRTIO_F_EVENT_IDX: u64 = 1 << 29;
export const VIRTIO_F_VERSION_1: u64 = 1 << 32;
export const VIRTIO_F_RING_PACKED: u64 = 1 << 34;

/** What every device here offers. */
export const COMMON_FEATURES: u64 =
  VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 | VIRTIO_F_RING_PACKED;
