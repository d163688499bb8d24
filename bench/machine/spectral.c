// Spectral norm of a matrix that is computed on the way, in single precision: conversions, divisions, and dot products.
#include "kernel.h"

#define SIZE 300
#define ROUNDS 20

static float u[SIZE], v[SIZE], between[SIZE];

static float entry(int i, int j) {
    return 1.0f / (float)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(const float *from, float *to) {
    for (int i = 0; i < SIZE; i++) {
        float sum = 0;
        for (int j = 0; j < SIZE; j++) sum += entry(i, j) * from[j];
        to[i] = sum;
    }
}

static void multiply_transposed(const float *from, float *to) {
    for (int i = 0; i < SIZE; i++) {
        float sum = 0;
        for (int j = 0; j < SIZE; j++) sum += entry(j, i) * from[j];
        to[i] = sum;
    }
}

u64 work(void) {
    for (int i = 0; i < SIZE; i++) u[i] = 1;
    for (int round = 0; round < ROUNDS; round++) {
        multiply(u, between);
        multiply_transposed(between, v);
        multiply(v, between);
        multiply_transposed(between, u);
        // Keeps the numbers in range.
        for (int i = 0; i < SIZE; i++) u[i] *= 0.25f;
    }
    u64 checksum = 0;
    for (int i = 0; i < SIZE; i++) {
        union { float number; u32 bits; } entry = {u[i]};
        checksum = checksum * 31 + entry.bits;
    }
    return checksum;
}
