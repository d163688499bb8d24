// What every kernel has: it does `work`, and reports how long that took.
#ifndef KERNEL_H
#define KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

// The kernel: returns a checksum, the same wherever it runs.
u64 work(void);

#endif
