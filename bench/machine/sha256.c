// SHA-256 (FIPS 180-4) of 8 MiB in one buffer of 64 KiB.
#include "kernel.h"

static u32 k[64];
static u8 buffer[65536];

static u32 rotate(u32 x, int n) { return x >> n | x << (32 - n); }

// The constants are the first 32 bits of the fractional parts of cube roots of primes: found by bisection.
static void make_constants(void) {
    int found = 0;
    for (u32 prime = 2; found < 64; prime++) {
        int composite = 0;
        for (u32 d = 2; d * d <= prime; d++) composite |= prime % d == 0;
        if (composite) continue;
        u64 low = 0, high = (u64)8 << 32;
        while (high - low > 1) {
            u64 middle = (low + high) / 2;
            __uint128_t cube = (__uint128_t)middle * middle * middle;
            if (cube >> 64 >> 32 < prime) low = middle;
            else high = middle;
        }
        k[found++] = (u32)low;
    }
}

static void compress(u32 *h, const u8 *block) {
    u32 w[64];
    for (int i = 0; i < 16; i++)
        w[i] = (u32)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        u32 x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] + (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
    }
    u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], s = h[7];
    for (int i = 0; i < 64; i++) {
        u32 t1 = s + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
        u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        s = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += s;
}

u64 work(void) {
    u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    make_constants();
    for (int i = 0; i < 65536; i++) buffer[i] = i * 7;
    for (int round = 0; round < 128; round++)
        for (int at = 0; at < 65536; at += 64) compress(h, buffer + at);
    return (u64)h[0] << 32 | h[7];
}
