/**
 * Where the devices of a guest lie, and their interrupts: as on QEMU's virt board, so that what runs there runs here.
 *
 *   0x0c00_0000  PLIC              95 sources; one context, S-mode, for each vCPU
 *   0x1000_0000  UART 16550A       source 10
 *   0x1000_1000  virtio-mmio       up to 8 devices, 0x1000 bytes each; sources 1 to 8
 *   0x8000_0000  memory
 */

export const PLIC_BASE: u64 = 0xc00_0000;
export const PLIC_SIZE: u64 = 0x60_0000;
/** The highest source (`riscv,ndev`). */
export const PLIC_SOURCES: u32 = 95;
export const UART_BASE: u64 = 0x1000_0000;
export const UART_SIZE: u64 = 0x100;
export const UART_SOURCE: u32 = 10;
export const VIRTIO_BASE: u64 = 0x1000_1000;
export const VIRTIO_SIZE: u64 = 0x1000;
export const VIRTIO_SOURCE: u32 = 1;
export const VIRTIO_SLOTS: u32 = 8;
const DEVICES_END: u64 = 0x1000_9000;

/** Whether the guest's memory leaves room for them: one that is linked far below 0x80000000 has memory where devices would be. */
export function hasRoomForDevices(memoryStart: u64, memorySize: u64): bool {
  return memoryStart >= DEVICES_END || memoryStart + memorySize <= PLIC_BASE;
}
