// Memory streaming: copy, scale, add and triad over arrays of 4 MB (no power of two: their pages spread over any TLB).
#include "kernel.h"

#define COUNT 500000
static u64 a[COUNT], b[COUNT], c[COUNT];

u64 work(void) {
    for (int i = 0; i < COUNT; i++) a[i] = i, b[i] = 2 * i;
    for (u64 round = 0; round < 10; round++) {
        for (int i = 0; i < COUNT; i++) c[i] = a[i];
        for (int i = 0; i < COUNT; i++) b[i] = 3 * c[i];
        for (int i = 0; i < COUNT; i++) c[i] = a[i] + b[i];
        for (int i = 0; i < COUNT; i++) a[i] = b[i] + round * c[i];
    }
    u64 sum = 0;
    for (int i = 0; i < COUNT; i++) sum += a[i];
    return sum;
}
