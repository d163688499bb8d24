// Quicksort of a million numbers through a comparison function, as the C library's qsort has it.
#include "kernel.h"

#define COUNT 1000000
static u64 numbers[COUNT];

typedef int (*compare)(const void *, const void *);

static __attribute__((noinline)) int ascending(const void *a, const void *b) {
    u64 x = *(const u64 *)a, y = *(const u64 *)b;
    return (x > y) - (x < y);
}

static void sort(u64 *from, long count, compare order) {
    while (count > 1) {
        u64 pivot = from[count / 2];
        long i = 0, j = count - 1;
        while (i <= j) {
            while (order(&from[i], &pivot) < 0) i++;
            while (order(&pivot, &from[j]) < 0) j--;
            if (i > j) break;
            u64 other = from[i];
            from[i++] = from[j];
            from[j--] = other;
        }
        sort(from, j + 1, order);
        from += i;
        count -= i;
    }
}

u64 work(void) {
    u64 seed = 88172645463325252;
    for (int i = 0; i < COUNT; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        numbers[i] = seed;
    }
    compare volatile order = ascending;
    sort(numbers, COUNT, order);
    u64 sum = 0;
    for (int i = 0; i < COUNT; i++) sum = sum * 31 + numbers[i];
    return sum;
}
