// The sieve of Eratosthenes over a million numbers, a byte each.
#include "kernel.h"

#define LIMIT 1000000
static u8 composite[LIMIT];

u64 work(void) {
    u64 sum = 0;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < LIMIT; i++) composite[i] = 0;
        for (int i = 2; i < LIMIT; i++) {
            if (composite[i]) continue;
            sum += i;
            for (int j = i + i; j < LIMIT; j += i) composite[j] = 1;
        }
    }
    return sum;
}
