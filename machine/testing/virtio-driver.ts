/** For tests: a driver of virtio devices in assembly. */

/** Registers, the driver's start of a device, and requests that are waited for by interrupt. */
export const DRIVER = `
#define SLOT(n)       (0x10001000 + (n) * 0x1000)
#define STATUS        0x70
#define QUEUE_NOTIFY  0x50

/* Sets the device at s0 up, with queue number a0 of 4 descriptors at a1: table, then rings 64 and 96 bytes behind. */
start_device:
      li   t0, 3
      sw   t0, STATUS(s0)
      li   t0, 1
      sw   t0, 0x24(s0)          /* DriverFeaturesSel */
      sw   t0, 0x20(s0)          /* VERSION_1 */
      li   t0, 11
      sw   t0, STATUS(s0)
      sw   a0, 0x30(s0)          /* QueueSel */
      li   t0, 4
      sw   t0, 0x38(s0)          /* QueueNum */
      sw   a1, 0x80(s0)
      addi t0, a1, 64
      sw   t0, 0x90(s0)
      addi t0, a1, 96
      sw   t0, 0xa0(s0)
      li   t0, 1
      sw   t0, 0x44(s0)          /* QueueReady */
      li   t0, 15
      sw   t0, STATUS(s0)
      ret

/* Makes descriptor 0 of queue a0 at a1 available, notifies, and waits for the interrupt of source a2. */
request:
      li   t0, PLIC
      slli t1, a2, 2
      add  t1, t1, t0
      li   t2, 1
      sw   t2, 0(t1)             /* priority */
      li   t1, PLIC + 0x2000
      sll  t2, t2, a2
      sw   t2, 0(t1)             /* enabled for M of hart 0 */
      li   t2, 1 << 11
      csrw mie, t2
      lhu  t2, 66(a1)
      addi t2, t2, 1
      sh   t2, 66(a1)            /* available idx; its ring is all zeroes */
      sw   a0, QUEUE_NOTIFY(s0)
      wfi
      li   t1, PLIC + 0x200004
      lw   a3, 0(t1)
      lw   a4, 0x60(s0)          /* InterruptStatus */
      sw   a4, 0x64(s0)          /* InterruptACK */
      sw   a3, 0(t1)
      ret
`;
