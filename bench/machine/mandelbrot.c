// Points of the Mandelbrot set: chains of products and sums of doubles, and comparisons.
#include "kernel.h"

#define SIZE 400
#define LIMIT 200

u64 work(void) {
    u64 checksum = 0;
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            double re = 3.0 * column / SIZE - 2.0;
            double im = 3.0 * row / SIZE - 1.5;
            double x = 0, y = 0;
            int steps = 0;
            while (steps < LIMIT && x * x + y * y <= 4.0) {
                double next = x * x - y * y + re;
                y = 2.0 * x * y + im;
                x = next;
                steps++;
            }
            checksum = checksum * 31 + steps;
        }
    return checksum;
}
