// Five bodies that attract each other: additions, products, square roots and divisions of doubles.
#include "kernel.h"

#define BODIES 5
#define STEPS 100000

struct body {
    double position[3], velocity[3], mass;
};

// Masses of the sun and the outer planets in solar masses, positions and velocities on circles around it.
static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 39.47841760435743},
    {{4.841431442464721, -1.1603200440274284, -0.10362204447112311}, {0.6063263929958, 2.81198684491626, -0.02521836165988763}, 0.03769367487038949},
    {{8.34336671824458, 4.124798564124305, -0.4035234171143214}, {-1.0107743461787924, 1.8256623712304119, 0.008415761376584154}, 0.011286326131968767},
    {{12.894369562139131, -15.111151401698631, -0.22330757889265573}, {1.0827910064415354, 0.8687130181696082, -0.010832637401363636}, 0.0017237240570597112},
    {{15.379697114850917, -25.919314609987964, 0.17925877295037118}, {0.979090732243898, 0.5946989986476762, -0.034755955504078104}, 0.0020336868699246304},
};

static double square_root(double x) {
    asm("fsqrt.d %0, %0" : "+f"(x));
    return x;
}

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++)
        for (int j = i + 1; j < BODIES; j++) {
            double difference[3], square = 0;
            for (int k = 0; k < 3; k++) {
                difference[k] = bodies[i].position[k] - bodies[j].position[k];
                square += difference[k] * difference[k];
            }
            double magnitude = dt / (square * square_root(square));
            for (int k = 0; k < 3; k++) {
                bodies[i].velocity[k] -= difference[k] * bodies[j].mass * magnitude;
                bodies[j].velocity[k] += difference[k] * bodies[i].mass * magnitude;
            }
        }
    for (int i = 0; i < BODIES; i++)
        for (int k = 0; k < 3; k++) bodies[i].position[k] += dt * bodies[i].velocity[k];
}

u64 work(void) {
    for (int step = 0; step < STEPS; step++) advance(0.01);
    u64 checksum = 0;
    for (int i = 0; i < BODIES; i++)
        for (int k = 0; k < 3; k++) {
            union { double number; u64 bits; } place = {bodies[i].position[k]};
            checksum = checksum * 31 + place.bits;
        }
    return checksum;
}
