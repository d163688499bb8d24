/*
 * The peer of the exit path: the least that answers the same guests in C, below the same trap.S. It does what
 * bare/hypervisor does for an SBI call: counts the exit, looks whether tracing is on, selects by cause, by extension and by
 * function, and writes error and value. And for a load from a device: looks for the region, gets the instruction, by htinst or from the
 * guest, expands c.lw, decodes, selects the register, extends the value.
 *
 * The guest is a raw binary at GUEST_IMAGE, which the loader put there; it sees that memory at 0x80000000.
 */
#include <stdint.h>

typedef uint64_t u64;

#define GUEST_IMAGE 0x88000000UL
#define GUEST_START 0x80000000UL
#define GUEST_ENTRY 0x80200000UL
#define GUEST_SIZE 0x400000UL
#define PTE_GUEST 0xdfUL /* V R W X U A D */

#define CSR_READ(name) ({ u64 v; __asm__ volatile("csrr %0, " #name : "=r"(v)); v; })
#define CSR_WRITE(name, v) __asm__ volatile("csrw " #name ", %0" ::"r"((u64)(v)) : "memory")

/* As trap.S wants it: see the offsets in the build command. */
struct vcpu {
  u64 x[32];
  u64 sepc, sstatus, hstatus;
  struct hart *hart;
  struct guest *guest;
};
struct hart {
  u64 id, stack_top, fault_expected, fault_cause, fault_address, fault_guest_address;
  u64 frame[32];
};
struct guest {
  u64 hgatp, exits[64];
  int state;
};

enum { A0 = 10, A1 = 11, A6 = 16, A7 = 17 };
enum outcome { RETRY, NEXT, YIELD, INJECTED, STOP };

struct hart boot_hart;
char emergency_stack_top[16];
int panic_lottery;
static struct guest guest;
static struct vcpu vcpu = {.hart = &boot_hart, .guest = &guest};
static int tracing;
static u64 root[2048] __attribute__((aligned(16384)));
static u64 middle[512] __attribute__((aligned(4096)));

extern char trap_vector[];
void enter_guest(struct vcpu *);

static u64 firmware(u64 a7, u64 arg) {
  register u64 a0 __asm__("a0") = arg, a1 __asm__("a1") = 0, a6 __asm__("a6") = 0, ext __asm__("a7") = a7;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(ext) : "memory");
  return a0;
}

static enum outcome succeed(struct vcpu *v, u64 value) {
  v->x[A0] = 0;
  v->x[A1] = value;
  return NEXT;
}

static enum outcome fail(struct vcpu *v, long error) {
  v->x[A0] = error;
  v->x[A1] = 0;
  return NEXT;
}

static enum outcome handle_base(struct vcpu *v) {
  switch (v->x[A6]) {
    case 0: return succeed(v, 0x03000000);
    case 1: return succeed(v, 0x54797065);
    case 2: return succeed(v, 1);
    default: return fail(v, -2);
  }
}

static enum outcome handle_legacy(struct vcpu *v) {
  if (v->x[A7] == 1) {
    firmware(1, v->x[A0]);
    v->x[A0] = 0;
    return NEXT;
  }
  v->guest->state = 1;
  return STOP;
}

static enum outcome handle_time(struct vcpu *v) {
  if (v->x[A6] != 0) return fail(v, -2);
  CSR_WRITE(0x24d, v->x[A0]); /* vstimecmp */
  return succeed(v, 0);
}

/* There is one hart. */
static enum outcome handle_ipi(struct vcpu *v) {
  if (v->x[A6] != 0) return fail(v, -2);
  if (v->x[A0] > 1 || v->x[A1] != 0) return fail(v, -3);
  if (v->x[A0]) __asm__ volatile("csrsi 0x645, 4" ::: "memory"); /* hvip.VSSIP */
  return succeed(v, 0);
}

static enum outcome handle_sbi(struct vcpu *v) {
  u64 extension = v->x[A7];
  if (extension == 0x10) return handle_base(v);
  if (extension == 0x54494d45) return handle_time(v);
  if (extension == 0x735049) return handle_ipi(v);
  if (extension <= 8) return handle_legacy(v);
  return fail(v, -2);
}


static enum outcome handle_unexpected(struct vcpu *v) {
  v->guest->state = 3;
  return STOP;
}

struct region {
  u64 start, size;
  unsigned widths;
  u64 (*read)(u64 offset, unsigned width);
};

static u64 read_nothing(u64 offset, unsigned width) {
  (void)offset, (void)width;
  return 0;
}

static u64 read_virtio(u64 offset, unsigned width) {
  if (width != 4) return 0;
  switch (offset) {
    case 0x00: return 0x74726976;
    case 0x04: return 2;
    case 0x08: return 3;
    case 0x0c: return 0x56505954;
    default: return 0;
  }
}

static const struct region regions[] = {
  {0xc000000, 0x600000, 4, read_nothing},
  {0x10000000, 0x100, 7, read_nothing},
  {0x10001000, 0x1000, 7, read_virtio},
};

static u64 fetch(u64 address) {
  u64 parcel;
  __asm__ volatile(".insn r 0x73, 4, 0x32, %0, %1, x3" : "=r"(parcel) : "r"(address)); /* hlvx.hu */
  return parcel;
}

/* A long load as htinst has it, or a compressed one with bit 1 clear; 0 for what is none. */
static u64 trapped_instruction(struct vcpu *v) {
  u64 instruction = CSR_READ(0x64a); /* htinst */
  if (instruction) return instruction;
  instruction = fetch(v->sepc);
  if ((instruction & 3) == 3) return (instruction | fetch(v->sepc + 2) << 16) & 0x7fff;
  if ((instruction & 0xe003) != 0x4000) return 0;
  return 0x2001 | ((instruction >> 2 & 7) + 8) << 7; /* c.lw */
}

__attribute__((noinline)) static enum outcome handle_load_fault(struct vcpu *v) {
  u64 address = CSR_READ(0x643) << 2 | (CSR_READ(stval) & 3); /* htval */
  u64 instruction = trapped_instruction(v);
  for (unsigned i = 0; i < sizeof regions / sizeof *regions; i++) {
    const struct region *region = &regions[i];
    u64 offset = address - region->start;
    if (offset >= region->size) continue;
    unsigned width = 1u << (instruction >> 12 & 3), rd = instruction >> 7 & 31;
    if (!(instruction & 1) || ((instruction | 2) & 0x7f) != 3) return handle_unexpected(v);
    if (instruction >> 15 & 31 || offset & (width - 1) || !(region->widths & width)) return handle_unexpected(v);
    u64 value = region->read(offset, width) << (64 - 8 * width);
    value = instruction & 0x4000 ? value >> (64 - 8 * width) : (u64)((long)value >> (64 - 8 * width));
    if (rd) v->x[rd] = value;
    if (instruction & 2) return NEXT;
    v->sepc += 2; /* it was compressed */
    return RETRY;
  }
  return handle_unexpected(v);
}

static enum outcome handle_exception(struct vcpu *v, u64 cause) {
  v->guest->exits[cause & 31]++;
  switch (cause) {
    case 1: case 5: case 7: return handle_unexpected(v);
    case 10: return handle_sbi(v);
    case 21: return handle_load_fault(v);
    case 20: case 23: return handle_unexpected(v);
    default: return handle_unexpected(v);
  }
}

static enum outcome handle_interrupt(struct vcpu *v, u64 cause) {
  v->guest->exits[32 + (cause & 31)]++;
  return handle_unexpected(v);
}

struct vcpu *handle_exit(struct vcpu *v) {
  u64 cause = CSR_READ(scause);
  if (tracing) firmware(1, '.');
  enum outcome outcome = (long)cause < 0 ? handle_interrupt(v, cause) : handle_exception(v, cause);
  if (outcome == NEXT) {
    v->sepc += 4;
    return v;
  }
  if (outcome == STOP) firmware(8, 0);
  return v;
}

void panic_trap(u64 *frame) {
  (void)frame;
  firmware(1, '!');
  firmware(8, 0);
}

void start(u64 stack_top) {
  boot_hart.stack_top = stack_top;
  root[GUEST_START >> 30] = ((u64)middle >> 2) | 1;
  for (u64 at = 0; at < GUEST_SIZE; at += 0x200000) middle[at >> 21] = ((GUEST_IMAGE + at) >> 2) | PTE_GUEST;
  CSR_WRITE(0x680, (8UL << 60) | ((u64)root >> 12)); /* hgatp */
  CSR_WRITE(0x606, 7);                               /* hcounteren */
  __asm__ volatile(".word 0x62000073" ::: "memory"); /* hfence.gvma */
  CSR_WRITE(stvec, trap_vector);
  vcpu.sepc = GUEST_ENTRY;
  vcpu.hstatus = 2UL << 32 | 1 << 8 | 1 << 7;
  vcpu.sstatus = 2UL << 32 | 1 << 8 | 1 << 5;
  enter_guest(&vcpu);
}
