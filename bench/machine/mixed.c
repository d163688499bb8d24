// A mix like that of embedded benchmarks: linked lists, small matrices, a state machine over text, CRC.
#include "kernel.h"

struct node {
    struct node *next;
    u16 key, value;
};

static struct node nodes[128];
static short a[16][16], b[16][16];
static int product[16][16];
static const char text[] = "12 -7 +3.25 0x1f 9e5 .5 abc 77, 1.5e-3; 4096 -0x7f +12345 6.02e23 nan 31415";

static u16 crc16(u16 crc, u32 value) {
    for (int bit = 0; bit < 16; bit++) {
        crc = ((crc ^ value) & 1) ? (crc >> 1) ^ 0xa001 : crc >> 1;
        value >>= 1;
    }
    return crc;
}

static struct node *reverse(struct node *list) {
    struct node *done = 0;
    while (list) {
        struct node *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct node *insertion_sort(struct node *list) {
    struct node *sorted = 0;
    while (list) {
        struct node *node = list;
        list = list->next;
        struct node **at = &sorted;
        while (*at && (*at)->key < node->key) at = &(*at)->next;
        node->next = *at;
        *at = node;
    }
    return sorted;
}

static u32 multiply(void) {
    u32 sum = 0;
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            int cell = 0;
            for (int k = 0; k < 16; k++) cell += a[i][k] * b[k][j];
            product[i][j] = cell;
            sum += (cell >> 2) ^ j;
        }
    return sum;
}

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT, HEX, INVALID };

static u32 scan(void) {
    u32 counts[7] = {0};
    enum state state = START;
    for (const char *p = text; *p; p++) {
        char c = *p;
        int digit = c >= '0' && c <= '9';
        if (c == ' ' || c == ',' || c == ';') {
            counts[state]++;
            state = START;
            continue;
        }
        switch (state) {
        case START:
            state = digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : INVALID;
            break;
        case SIGN:
            state = digit ? INTEGER : c == '.' ? FRACTION : INVALID;
            break;
        case INTEGER:
            state = digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : c == 'x' ? HEX : INVALID;
            break;
        case FRACTION:
            state = digit ? FRACTION : c == 'e' ? EXPONENT : INVALID;
            break;
        case EXPONENT:
            state = digit || c == '-' ? EXPONENT : INVALID;
            break;
        case HEX:
            state = digit || (c >= 'a' && c <= 'f') ? HEX : INVALID;
            break;
        default:
            break;
        }
    }
    u32 sum = 0;
    for (int i = 0; i < 7; i++) sum = sum * 31 + counts[i];
    return sum;
}

u64 work(void) {
    u16 crc = 0;
    u32 seed = 1;
    for (int round = 0; round < 2000; round++) {
        for (int i = 0; i < 128; i++) {
            seed = seed * 1103515245 + 12345;
            nodes[i].key = seed >> 16;
            nodes[i].value = i;
            nodes[i].next = i < 127 ? &nodes[i + 1] : 0;
        }
        for (int i = 0; i < 256; i++) {
            a[i >> 4][i & 15] = seed + i;
            b[i >> 4][i & 15] = seed - i;
        }
        struct node *list = insertion_sort(reverse(nodes));
        for (; list; list = list->next) crc = crc16(crc, list->value);
        for (int i = 0; i < 8; i++) crc = crc16(crc, multiply() + scan());
    }
    return crc;
}
