// Runs the kernel once and prints "CHECKSUM TICKS INSTRUCTIONS" on the UART. Ticks are those of `rdtime`, 10 MHz on both
// machines; only ours counts instructions without being slowed down by it.
#include "kernel.h"

static void print(u64 value, char end) {
    volatile u8 *uart = (u8 *)0x10000000;
    char digits[20];
    int count = 0;
    do {
        digits[count++] = '0' + value % 10;
        value /= 10;
    } while (value);
    while (count) *uart = digits[--count];
    *uart = end;
}

static u64 now(void) {
    u64 time;
    asm volatile("rdtime %0" : "=r"(time));
    return time;
}

static u64 retired(void) {
    u64 count;
    asm volatile("rdinstret %0" : "=r"(count));
    return count;
}

int main(void) {
    u64 start = now();
    u64 before = retired();
    u64 checksum = work();
    u64 after = retired();
    u64 end = now();
    print(checksum, ' ');
    print(end - start, ' ');
    print(after - before, '\n');
    return 0;
}

// The compiler may call these.
void *memset(void *to, int value, u64 size) {
    for (u8 *p = to; size--;) *p++ = value;
    return to;
}

void *memcpy(void *to, const void *from, u64 size) {
    const u8 *q = from;
    for (u8 *p = to; size--;) *p++ = *q++;
    return to;
}
