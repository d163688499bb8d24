// The kernels of hash.ts and page-table.ts in C, for clang: what the compiler is measured against.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

static u64 instructions(void) {
  u64 value;
  __asm__ volatile("csrr %0, minstret" : "=r"(value) : : "memory");
  return value;
}

static void put(char c) { *(volatile u8 *)0x10000000 = c; }

static void print_number(u64 value) {
  if (value >= 10) print_number(value / 10);
  put('0' + value % 10);
}

static void report(const char *name, u64 count, u64 value) {
  while (*name) put(*name++);
  put(' ');
  print_number(count);
  put(' ');
  print_number(value);
  put('\n');
}

void *memset(void *to, int byte, u64 length) {
  u64 pattern = (u8)byte * 0x0101010101010101;
  for (u64 *word = to, *end = word + length / 8; word < end; word++) *word = pattern;
  return to;
}

enum { BUFFER_SIZE = 4096, PAGE_SIZE = 4096, POOL_PAGES = 64 };
static u8 buffer[BUFFER_SIZE];
static u32 crc_table[256];

__attribute__((noinline)) static u64 fnv(const u8 *bytes, u64 length) {
  u64 hash = 0xcbf29ce484222325;
  for (u64 i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
  return hash;
}

static void make_crc_table(void) {
  for (u32 i = 0; i < 256; i++) {
    u32 crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    crc_table[i] = crc;
  }
}

__attribute__((noinline)) static u32 crc(const u8 *bytes, u64 length) {
  u32 crc = ~0u;
  for (u64 i = 0; i < length; i++) crc = crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 255];
  return ~crc;
}

static u8 pool[POOL_PAGES * PAGE_SIZE] __attribute__((aligned(16384)));
static u8 *next_page = pool;
static u64 *root;

static u64 *allocate(u64 pages) {
  u8 *page = next_page;
  if (page + pages * PAGE_SIZE > pool + sizeof pool) __builtin_trap();
  next_page = page + pages * PAGE_SIZE;
  return memset(page, 0, pages * PAGE_SIZE);
}

static u64 *entry_at(u64 level, u64 *table, u64 address) {
  return &table[address >> (12 + 9 * level) & (level == 2 ? 2047 : 511)];
}

static void map(u64 address, u64 physical, u64 flags) {
  u64 *table = root;
  for (u64 level = 2; level > 0; level--) {
    u64 *place = entry_at(level, table, address);
    u64 entry = *place;
    if (!(entry & 1)) {
      entry = (u64)allocate(1) >> 12 << 10 | 1;
      *place = entry;
    }
    table = (u64 *)(entry >> 10 << 12);
  }
  *entry_at(0, table, address) = physical >> 12 << 10 | flags | 1;
}

static u64 walk(u64 address) {
  u64 *table = root;
  for (u64 level = 2; level > 0; level--) {
    u64 entry = *entry_at(level, table, address);
    if (!(entry & 1)) return ~0ul;
    table = (u64 *)(entry >> 10 << 12);
  }
  u64 leaf = *entry_at(0, table, address);
  if (!(leaf & 1)) return ~0ul;
  return leaf >> 10 << 12 | (address & 4095);
}

enum { PAGES = 8192 };

__attribute__((noinline)) static void map_many(void) {
  for (u64 i = 0; i < PAGES; i++) map(0x80000000 + i * 4096, 0x90000000 + i * 4096, 0xde);
}

__attribute__((noinline)) static u64 walk_many(void) {
  u64 sum = 0;
  for (u64 i = 0; i < PAGES; i++) sum += walk(0x80000000 + i * 4097);
  return sum;
}

void run(void) {
  for (u64 i = 0; i < BUFFER_SIZE; i++) buffer[i] = i * 7 + (i >> 8);
  make_crc_table();

  u64 start = instructions();
  u64 hash = fnv(buffer, BUFFER_SIZE);
  report("fnv", instructions() - start, hash);

  start = instructions();
  u32 check = crc(buffer, BUFFER_SIZE);
  report("crc", instructions() - start, check);

  root = allocate(4);
  start = instructions();
  map_many();
  report("map", instructions() - start, 0);

  start = instructions();
  u64 sum = walk_many();
  report("walk", instructions() - start, sum);
}
