// A virtual machine with a stack, which adds up Collatz lengths: an interpreter on an interpreter.
#include "kernel.h"

enum { PUSH, LOAD, STORE, ADD, MULTIPLY, AND, HALF, LESS, EQUAL, JUMP, JUMP_ZERO, HALT };
enum { N, LENGTH, X, SUM, VARIABLES };

static int program[100];
static int used;

// Appends an instruction; returns where its operand is, for jumps whose target comes later.
static int emit(int op, int operand) {
    program[used++] = op;
    program[used++] = operand;
    return used - 1;
}

// for (n = 1; n < limit; n++) for (x = n, length = 0; x != 1; length++) x = x & 1 ? 3 * x + 1 : x / 2; with sum += length
static void assemble(int limit) {
    used = 0;
    emit(PUSH, 1), emit(STORE, N);
    int outer = used;
    emit(LOAD, N), emit(PUSH, limit), emit(LESS, 0);
    int end = emit(JUMP_ZERO, 0);
    emit(PUSH, 0), emit(STORE, LENGTH), emit(LOAD, N), emit(STORE, X);
    int inner = used;
    emit(LOAD, X), emit(PUSH, 1), emit(EQUAL, 0);
    int step = emit(JUMP_ZERO, 0);
    emit(LOAD, SUM), emit(LOAD, LENGTH), emit(ADD, 0), emit(STORE, SUM);
    emit(LOAD, N), emit(PUSH, 1), emit(ADD, 0), emit(STORE, N), emit(JUMP, outer);
    program[step] = used;
    emit(LOAD, LENGTH), emit(PUSH, 1), emit(ADD, 0), emit(STORE, LENGTH);
    emit(LOAD, X), emit(PUSH, 1), emit(AND, 0);
    int even = emit(JUMP_ZERO, 0);
    emit(LOAD, X), emit(PUSH, 3), emit(MULTIPLY, 0), emit(PUSH, 1), emit(ADD, 0), emit(STORE, X), emit(JUMP, inner);
    program[even] = used;
    emit(LOAD, X), emit(HALF, 0), emit(STORE, X), emit(JUMP, inner);
    program[end] = used;
    emit(HALT, 0);
}

static u64 interpret(void) {
    u64 stack[16], variables[VARIABLES] = {0};
    u64 *sp = stack;
    for (const int *pc = program;; pc += 2) {
        switch (pc[0]) {
        case PUSH:
            *sp++ = pc[1];
            break;
        case LOAD:
            *sp++ = variables[pc[1]];
            break;
        case STORE:
            variables[pc[1]] = *--sp;
            break;
        case ADD:
            sp--, sp[-1] += sp[0];
            break;
        case MULTIPLY:
            sp--, sp[-1] *= sp[0];
            break;
        case AND:
            sp--, sp[-1] &= sp[0];
            break;
        case HALF:
            sp[-1] /= 2;
            break;
        case LESS:
            sp--, sp[-1] = sp[-1] < sp[0];
            break;
        case EQUAL:
            sp--, sp[-1] = sp[-1] == sp[0];
            break;
        case JUMP:
            pc = program + pc[1] - 2;
            break;
        case JUMP_ZERO:
            if (*--sp == 0) pc = program + pc[1] - 2;
            break;
        default:
            return variables[SUM];
        }
    }
}

u64 work(void) {
    assemble(10000);
    return interpret();
}
